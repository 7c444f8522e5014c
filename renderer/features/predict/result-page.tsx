/** The predictions of a job: their images, filters, corrections and files. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Job, PredictionFilter } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { baseName } from '../../ui/base-name.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { agoText, countOf, countText } from '../../ui/format.ts';
import { LinkButton, MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { changePredictDraft, predictDraftOf } from './draft.ts';
import { exportRows } from './export-rows.ts';
import { FilterBar } from './filter-bar.tsx';
import { defaultSet, isWatch, jobProgressText, statusWord } from './job-text.ts';
import { LabelSet } from './label-set.tsx';
import { LeftOutImages } from './left-out.tsx';
import { LOOK_MS, PAGE, PredictionList } from './prediction-list.tsx';

export function PredictionPage({ id }: { readonly id: string }) {
  const job = useLive((state) => state.jobs.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  const models = useStudio('models.list', {});
  if (job?.request.kind === 'predict') {
    const { model } = job.request;
    const known = models.data?.find(({ reference }) => reference === model)?.name;
    if (models.isPending) return null;
    return <Result job={job} model={known ?? baseName(model)} />;
  }
  if (!ready) return null;
  return (
    <Page title="Predictions">
      <ErrorNotice
        error={{
          message: 'These predictions are not in the list any more.',
          advice: 'They were dismissed, perhaps in another window. Predict again.',
        }}
      />
      <Group>
        <MainLinkButton href="/predict">All predictions</MainLinkButton>
      </Group>
    </Page>
  );
}

function Result({ job, model }: { readonly job: Job; readonly model: string }) {
  const { state, error } = job;
  const live = state === 'waiting' || state === 'running';
  const [filter, setFilter] = useState<PredictionFilter>({ order: 'given' });
  const [set, setSet] = useState(defaultSet(model));
  const name = set.trim() === '' ? defaultSet(model) : set.trim();
  const query = { job: job.id, ...filter, set: name };
  const first = useStudio(
    'predictions.get',
    { ...query, offset: 0, count: PAGE },
    live ? { every: LOOK_MS } : {},
  );
  const page = first.data;
  // Stopping is not an error.
  const wrong = state === 'stopped' ? undefined : error;
  return (
    <Page
      title={job.title}
      about={`Started ${agoText(job.createdAt)}.`}
      actions={<Actions job={job} live={live} />}
    >
      <Standing job={job} rows={page?.all ?? 0} />
      <ErrorNotice error={wrong} />
      <ErrorNotice error={first.error} onRetry={() => void first.refetch()} />
      {/* Where the list of the set cannot be read, another set can be chosen. */}
      {page === undefined && first.error !== null ? (
        <LabelSet value={set} onChange={setSet} />
      ) : null}
      {page === undefined ? null : <LeftOutImages {...page.leftOut} />}
      {page === undefined || page.all === 0 ? null : (
        <Stack>
          <Group justify="space-between" align="flex-end">
            <FilterBar page={page} filter={filter} onChange={setFilter} />
            <Export query={query} name={job.title} />
          </Group>
          <LabelSet value={set} onChange={setSet} />
          <Text size="sm" role="status">
            {page.total === page.all
              ? countOf(page.all, 'image')
              : `${countText(page.total)} of ${countOf(page.all, 'image')}`}
          </Text>
          {page.total === 0 ? (
            <Text>No prediction passes the filter.</Text>
          ) : (
            <PredictionList
              key={JSON.stringify(filter)}
              query={query}
              page={page}
              live={live}
              set={name}
            />
          )}
        </Stack>
      )}
      <CopyCommand request={job.request} />
    </Page>
  );
}

function Standing({ job, rows }: { readonly job: Job; readonly rows: number }) {
  const { state, progress } = job;
  const live = state === 'waiting' || state === 'running';
  const share = progress === undefined ? 0 : progress.done / Math.max(1, progress.total);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <StatusBadge status={state} word={statusWord(job)} />
        {live ? (
          <Text size="sm" role="status">
            {jobProgressText(job, rows)}
          </Text>
        ) : null}
        {state === 'stopped' ? (
          <Text size="sm">It was stopped. Predictions up to then are kept.</Text>
        ) : null}
      </Group>
      {live && !isWatch(job) ? (
        <Progress value={share * 100} aria-label="Progress of the predictions" />
      ) : null}
    </Stack>
  );
}

function Actions({ job, live }: { readonly job: Job; readonly live: boolean }) {
  const [, navigate] = useLocation();
  const more = () => {
    if (job.request.kind !== 'predict') return;
    changePredictDraft({ ...predictDraftOf(job.request), data: [] });
    navigate('/predict');
  };
  return (
    <>
      {live ? (
        <ActionButton command="jobs.stop" input={{ id: job.id }}>
          {isWatch(job) ? 'Stop watching' : 'Stop'}
        </ActionButton>
      ) : null}
      <Button variant="default" onClick={more}>
        More images…
      </Button>
      <LinkButton href="/predict">All predictions</LinkButton>
    </>
  );
}

function Export(props: {
  readonly query: Parameters<typeof exportRows>[0];
  readonly name: string;
}) {
  const { query, name } = props;
  const [busy, setBusy] = useState(false);
  const save = (format: 'csv' | 'json') => () => {
    setBusy(true);
    void exportRows(query, format, name)
      .catch(notifyError)
      .finally(() => setBusy(false));
  };
  return (
    <Group gap="xs">
      <Button variant="default" loading={busy} onClick={save('csv')}>
        Save as CSV
      </Button>
      <Button variant="default" loading={busy} onClick={save('json')}>
        Save as JSON
      </Button>
    </Group>
  );
}
