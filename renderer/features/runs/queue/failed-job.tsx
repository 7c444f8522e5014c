/** A failed job: its error, its log, and how to retry. */
import { Card, Group, Stack } from '@mantine/core';
import { type Job, type JobRequest, resumedRun } from '../../../../engine/contract/studio/index.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { LogLines } from '../events/log-lines.tsx';

export function FailedJob(props: {
  readonly job: Job;
  /** Called with the job that tries it again. */
  readonly onRetry?: (again: Job) => void;
}) {
  const { job, onRetry } = props;
  const { id, title, state, error, lastLines, run } = job;
  const { label, request } = nextOf(job);
  return (
    <Card withBorder padding="sm">
      <Stack gap="xs">
        <ErrorNotice
          error={error ?? { message: 'Process exited unexpectedly.' }}
          title={`${title}: ${state}`}
        />
        {lastLines === undefined || lastLines.length === 0 ? null : (
          <details>
            <summary>Log</summary>
            <LogLines lines={lastLines} />
          </details>
        )}
        <Group gap="sm">
          <ActionButton
            command="jobs.submit"
            input={request}
            onDone={onRetry}
            variant="filled"
            size="xs"
          >
            {label}
          </ActionButton>
          {run === undefined ? null : (
            <LinkButton size="xs" href={referenceAddress('runs', run)}>
              Look at the run
            </LinkButton>
          )}
          <ActionButton command="jobs.forget" input={{ id }} size="xs">
            Dismiss
          </ActionButton>
        </Group>
      </Stack>
    </Card>
  );
}

/** The retry: a new request and its label. */
function nextOf({ request, run, error }: Job): { label: string; request: JobRequest } {
  const resumed = resumedRun(request) ?? run;
  if (resumed === undefined) return { label: 'Try again', request };
  if (error?.code === 'dataset-changed')
    return {
      label: 'Resume with the changed images',
      request: { kind: 'resume', run: resumed, acceptChangedData: true },
    };
  return { label: 'Resume', request: { kind: 'resume', run: resumed } };
}
