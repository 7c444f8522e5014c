/** The button that starts a job or adds it to the queue. */
import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlaylistAdd } from '@tabler/icons-react';
import { type Job, type JobRequest, takesDevice } from '../../engine/contract/studio/index.ts';
import { useStudioAction } from '../client/use-studio.ts';
import { useLive } from '../state/live.ts';
import { ErrorNotice } from './error-notice.tsx';

export function SubmitJob(props: {
  /** Undefined while an input is missing. */
  readonly request: JobRequest | undefined;
  readonly label: string;
  /** A sentence that names the missing input. */
  readonly missing?: string | undefined;
  readonly onSubmitted: (job: Job) => void;
}) {
  const { request, label, missing, onSubmitted } = props;
  const busy = useLive(({ jobs }) => isQueued(request, jobs));
  const submit = useStudioAction('jobs.submit');
  return (
    <>
      <ErrorNotice error={submit.error} />
      <Group gap="md">
        <Button
          size="md"
          disabled={request === undefined || missing !== undefined || submit.unavailable}
          loading={submit.isPending}
          leftSection={
            busy ? (
              <IconPlaylistAdd size={20} aria-hidden />
            ) : (
              <IconPlayerPlay size={20} aria-hidden />
            )
          }
          onClick={() =>
            request !== undefined && submit.mutate(request, { onSuccess: onSubmitted })
          }
        >
          {busy ? 'Add to the queue' : label}
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {missing ?? (busy ? 'Another job is running.' : '')}
        </Text>
      </Group>
    </>
  );
}

/** Whether a new job has to wait. @param request undefined while an input is missing */
export function isQueued(request: JobRequest | undefined, jobs: readonly Job[]): boolean {
  if (request !== undefined && !takesDevice(request)) return false;
  return jobs.some(
    (job) => (job.state === 'running' || job.state === 'waiting') && takesDevice(job.request),
  );
}
