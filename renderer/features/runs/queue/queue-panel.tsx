/** The queue: running and waiting jobs, and recently failed ones. */
import { Alert, Stack, Title, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { termOf } from '../../../../engine/contract/terms.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { FailedJob } from './failed-job.tsx';
import { queueOf } from './queue.ts';
import { RunningJob } from './running-job.tsx';
import { WaitingJob } from './waiting-job.tsx';

/** @param props.failures whether trainings that failed lately are shown */
export function QueuePanel({ failures = false }: { readonly failures?: boolean }) {
  const jobs = useLive((state) => state.jobs);
  const order = useLive((state) => state.waiting);
  const info = useStudio('app.info', {});
  const [said, setSaid] = useState('');
  const { running, waiting, failed: recent } = queueOf(jobs, order);
  const failed = failures ? recent : [];
  if (running.length + waiting.length + failed.length === 0) return null;
  const ids = waiting.map(({ id }) => id);
  return (
    <Stack component="section" aria-label={termOf('queue')} gap="sm">
      <Title order={2} size="h4">
        {termOf('queue')}
      </Title>
      {info.data?.runsQueue === false && waiting.length > 0 ? (
        <Alert color="gray">
          Another window or server has this workspace open and starts the jobs.
        </Alert>
      ) : null}
      <Stack component="ul" gap="xs" className="plain-list">
        {running.map((job) => (
          <li key={job.id}>
            <RunningJob job={job} />
          </li>
        ))}
        {waiting.map((job) => (
          <li key={job.id}>
            <WaitingJob job={job} order={ids} onMoved={setSaid} />
          </li>
        ))}
        {failed.map((job) => (
          <li key={job.id}>
            <FailedJob job={job} />
          </li>
        ))}
      </Stack>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </Stack>
  );
}

/** Jobs that failed lately and train no network. */
export function FailedOthers() {
  const jobs = useLive((state) => state.jobs);
  const { failedOthers } = queueOf(jobs, []);
  if (failedOthers.length === 0) return null;
  return (
    <Stack component="section" aria-label="Other failed jobs" gap="sm">
      <Title order={2} size="h4">
        Other failed jobs
      </Title>
      <Stack component="ul" gap="xs" className="plain-list">
        {failedOthers.map((job) => (
          <li key={job.id}>
            <FailedJob job={job} />
          </li>
        ))}
      </Stack>
    </Stack>
  );
}
