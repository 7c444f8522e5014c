/** The queue: running, waiting and recently failed jobs. */
import { Alert, Stack, Title, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { termOf } from '../../../engine/contract/terms.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { FailedJob } from './failed-job.tsx';
import { queueOf } from './queue.ts';
import { RunningJob } from './running-job.tsx';
import classes from './runs.module.css';
import { WaitingJob } from './waiting-job.tsx';

export function QueuePanel() {
  const jobs = useLive((state) => state.jobs);
  const order = useLive((state) => state.waiting);
  const info = useStudio('app.info', {});
  const [said, setSaid] = useState('');
  const { running, waiting, failed } = queueOf(jobs, order);
  if (running.length + waiting.length + failed.length === 0) return null;
  const ids = waiting.map(({ id }) => id);
  return (
    <Stack component="section" aria-label={termOf('queue')} gap="sm">
      <Title order={2} size="h4">
        {termOf('queue')}
      </Title>
      {info.data?.runsQueue === false && waiting.length > 0 ? (
        <Alert color="gray" variant="light">
          Another window or server has this workspace open and starts the jobs.
        </Alert>
      ) : null}
      <Stack component="ul" gap="xs" className={classes['plain']!}>
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
