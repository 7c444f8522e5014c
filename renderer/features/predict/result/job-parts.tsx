/** How a prediction job stands, and what can be done with it. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { CopyCommand } from '../../../ui/copy-command.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { agoText, countOf, countText } from '../../../ui/format.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { computedInText } from '../../../ui/precisions.ts';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { changePredictDraft, predictDraftOf } from '../form/draft.ts';
import { isLive, isWatch, jobProgressText, statusWord } from '../jobs/job-text.ts';

/** Time between two looks at results that grow, ms. */
export const LOOK_MS = 1500;

/** The page of a prediction job, with what was found as its content. */
export function JobFrame(props: {
  readonly job: Job;
  /** Images so far. */
  readonly rows: number;
  /** Why what was found cannot be read; null if it can. */
  readonly error: Error | null;
  readonly onRetry: () => void;
  readonly children: ReactNode;
}) {
  const { job, rows, error, onRetry, children } = props;
  // Stopping is not an error.
  const wrong = job.state === 'stopped' ? undefined : job.error;
  return (
    <Page
      title={job.title}
      about={`Started ${agoText(job.createdAt)}.${computedInText(job.result?.['precision'])}`}
      actions={<JobActions job={job} live={isLive(job)} />}
    >
      <JobStanding job={job} rows={rows} />
      <ErrorNotice error={wrong} />
      <ErrorNotice error={error} onRetry={onRetry} />
      {children}
      <CopyCommand request={job.request} />
    </Page>
  );
}

/** @param props.total undefined while they are counted */
export function ShownOf(props: { readonly total: number | undefined; readonly all: number }) {
  const { total, all } = props;
  const part = total === all ? '' : `${total === undefined ? '…' : countText(total)} of `;
  return (
    <Text size="sm" role="status">
      {`${part}${countOf(all, 'image')}`}
    </Text>
  );
}

function JobStanding({ job, rows }: { readonly job: Job; readonly rows: number }) {
  const { state, progress } = job;
  const live = isLive(job);
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

function JobActions({ job, live }: { readonly job: Job; readonly live: boolean }) {
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
