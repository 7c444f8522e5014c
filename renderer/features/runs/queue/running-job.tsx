/** A running job. */
import { Card, Group, Progress, Stack, Text } from '@mantine/core';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { type LiveRun, useLive } from '../../../state/live.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { countText, durationText } from '../../../ui/format.ts';
import { NameLink } from '../../../ui/name-link.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';

export function RunningJob({ job }: { readonly job: Job }) {
  const { id, run, title } = job;
  const live = useLive((state) => (run === undefined ? undefined : state.runs[run]));
  const { text, percent } = progressOf(job, live);
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={4} flex={1} miw={0}>
          <Group gap="sm">
            {run === undefined ? (
              <Text fw={600}>{title}</Text>
            ) : (
              <NameLink href={`/runs/${encodeURIComponent(run)}`}>{title}</NameLink>
            )}
            <StatusBadge
              status={live?.run.status === 'paused' ? 'paused' : 'running'}
              trains={run !== undefined}
            />
            <Text size="sm" c="dimmed" className="digits">
              {text}
            </Text>
          </Group>
          <Progress value={percent} aria-label={`${title}, progress`} />
        </Stack>
        <ActionButton
          command="jobs.stop"
          input={{ id }}
          size="xs"
          flex="none"
          aria-label={`Stop ${title}`}
        >
          Stop
        </ActionButton>
      </Group>
    </Card>
  );
}

function progressOf(job: Job, live: LiveRun | undefined): { text: string; percent: number } {
  const done = live?.run.step ?? job.progress?.done ?? 0;
  const total = live?.run.totalSteps ?? job.progress?.total ?? 0;
  if (total === 0) return { text: job.progress?.text ?? 'starting', percent: 0 };
  const eta = live?.latest?.['etaSeconds'];
  const words = [
    `${countText(done)} of ${countText(total)}${live === undefined ? '' : ' steps'}`,
    ...(job.progress?.text === undefined ? [] : [job.progress.text]),
    ...(eta === undefined ? [] : [`about ${durationText(eta)} left`]),
  ];
  return { text: words.join(', '), percent: (done / total) * 100 };
}
