/** The progress of a job and its intermediate results. */
import { Code, Group, Progress, Stack, Text } from '@mantine/core';
import { type Job, jobOf } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { referenceAddress } from '../../ui/reference-param.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { resultJobOf } from './jobs/register.ts';
import { jobProgress } from './progress-text.ts';

/** Number of log lines that are read. */
const SHOWN_LINES = 200;
const LOOK_MS = 3000;

export function ResultProgress({ job }: { readonly job: Job }) {
  const { state, request, run } = job;
  const live = useLive((all) => (run === undefined ? undefined : all.runs[run]?.run));
  const { text, share } = jobProgress(job, live);
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <StatusBadge status={state} trains={jobOf(request).hasRun === true} />
        <Text role="status">{text}</Text>
        {run === undefined ? null : (
          <LinkButton href={referenceAddress('runs', run)} size="xs">
            Its curves
          </LinkButton>
        )}
      </Group>
      <Progress value={share * 100} size="lg" aria-label="Progress" />
      {resultJobOf(request)?.trainings !== undefined && state === 'running' ? (
        <Trainings id={job.id} />
      ) : null}
    </Stack>
  );
}

/** The results of the finished trainings of a job. */
function Trainings({ id }: { readonly id: string }) {
  const { data } = useStudio('jobs.log', { id, lines: SHOWN_LINES }, { every: LOOK_MS });
  const told = (data?.lines ?? []).filter((line) => /^\d+\/\d+ /.test(line));
  if (told.length === 0) return null;
  return (
    <ScrollRegion label="Trainings so far">
      <Code block>{told.join('\n')}</Code>
    </ScrollRegion>
  );
}
