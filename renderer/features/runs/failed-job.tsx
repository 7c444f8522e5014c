/** A job that failed or died: why, what it said last, and how it goes on. */
import { Button, Card, Group, Stack } from '@mantine/core';
import { Link } from 'wouter';
import { type Job, type JobRequest, resumedRun } from '../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { ErrorNotice, tellError } from '../../ui/error-notice.tsx';
import classes from './runs.module.css';

export function FailedJob({ job }: { readonly job: Job }) {
  const { id, title, state, error, lastLines, run } = job;
  const forget = useStudioAction('jobs.forget');
  const submit = useStudioAction('jobs.submit');
  const { label, request } = nextOf(job);
  return (
    <Card withBorder padding="sm">
      <Stack gap="xs">
        <ErrorNotice
          error={error ?? { message: 'Its process ended without a word.' }}
          title={`${title}: ${state}`}
        />
        {lastLines === undefined || lastLines.length === 0 ? null : (
          <details>
            <summary>What it said last</summary>
            <pre className={classes['lines']!}>{lastLines.join('\n')}</pre>
          </details>
        )}
        <Group gap="sm">
          <Button
            size="xs"
            loading={submit.isPending}
            onClick={() => submit.mutate(request, { onError: tellError })}
          >
            {label}
          </Button>
          {run === undefined ? null : (
            <Button
              size="xs"
              variant="default"
              component={Link}
              href={`/runs/${encodeURIComponent(run)}`}
            >
              Look at the run
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            onClick={() => forget.mutate({ id }, { onError: tellError })}
          >
            Take off the list
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

/** What can be tried now. */
function nextOf({ request, run, error }: Job): { label: string; request: JobRequest } {
  const resumed = resumedRun(request) ?? run;
  if (resumed === undefined) return { label: 'Try again', request };
  if (error?.code === 'dataset-changed')
    return {
      label: 'Go on with the images as they are now',
      request: { kind: 'resume', run: resumed, acceptChangedData: true },
    };
  return { label: 'Resume', request: { kind: 'resume', run: resumed } };
}
