/** The page of a new job until its run exists; then the run is shown. */
import { Group, Stack, Text } from '@mantine/core';
import { Redirect, useLocation } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { FailedJob } from './queue/failed-job.tsx';
import { QueuePanel } from './queue/queue-panel.tsx';

export function JobPage({ id }: { readonly id: string }) {
  const ready = useLive((state) => state.ready);
  const job = useLive((state) => state.jobs.find((known) => known.id === id));
  if (job?.run !== undefined)
    return <Redirect to={`/runs/${encodeURIComponent(job.run)}`} replace />;
  if (!ready) return null;
  if (job === undefined)
    return (
      <Page title="Job" actions={<AllRuns />}>
        <Text>It is no longer on the list.</Text>
      </Page>
    );
  return (
    <Page title={job.title} actions={<AllRuns />}>
      <Stack>
        <JobStatus job={job} />
        {job.state === 'waiting' || job.state === 'running' ? <QueuePanel /> : null}
      </Stack>
    </Page>
  );
}

function AllRuns() {
  return <LinkButton href="/runs">All runs</LinkButton>;
}

function JobStatus({ job }: { readonly job: Job }) {
  const [, navigate] = useLocation();
  const { state } = job;
  if (state === 'waiting')
    return <Text role="status">Waiting in the queue. Its curves appear here when it starts.</Text>;
  if (state === 'running')
    return <Text role="status">Reading the images and building the network …</Text>;
  if (state === 'failed' || state === 'died')
    return <FailedJob job={job} onRetry={(again) => navigate(`/runs/job/${again.id}`)} />;
  return (
    <Group>
      <Text>It was removed from the queue before it started.</Text>
    </Group>
  );
}
