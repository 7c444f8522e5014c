/** Classes that a job has predicted: a list with filters, corrections, and files. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Job, PredictionFilter } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { defaultSet, isLive } from '../jobs/job-text.ts';
import { JobFrame, LOOK_MS, ShownOf } from '../result/job-parts.tsx';
import { LeftOutImages } from '../result/left-out.tsx';
import { exportRows } from './export-rows.ts';
import { FilterBar } from './filter-bar.tsx';
import { LabelSet } from './label-set.tsx';
import { PAGE, PredictionList } from './prediction-list.tsx';

export function ClassResult({ job, model }: { readonly job: Job; readonly model: string }) {
  const live = isLive(job);
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
  return (
    <JobFrame
      job={job}
      rows={page?.all ?? 0}
      error={first.error}
      onRetry={() => void first.refetch()}
    >
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
          <ShownOf total={page.total} all={page.all} />
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
    </JobFrame>
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
