/** What runs now, what waits, and what has just gone wrong. */
import {
  ActionIcon,
  Alert,
  Button,
  Card,
  Group,
  Progress,
  Stack,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ErrorNotice, tellError } from '../../ui/error-notice.tsx';
import { countText, durationText } from '../../ui/format.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './runs.module.css';

const RECENT_MS = 24 * 3600 * 1000;
const SHOWN_FAILED = 3;

export function QueuePanel() {
  const jobs = useLive((state) => state.jobs);
  const order = useLive((state) => state.waiting);
  const info = useStudio('app.info', {});
  const running = jobs.filter(({ state }) => state === 'running');
  const waiting = order.flatMap(
    (id) => jobs.find((job) => job.id === id && job.state === 'waiting') ?? [],
  );
  const failed = jobs
    .filter(
      ({ state, endedAt }) =>
        (state === 'failed' || state === 'died') &&
        Date.now() - Date.parse(endedAt ?? '') < RECENT_MS,
    )
    .slice(0, SHOWN_FAILED);
  if (running.length + waiting.length + failed.length === 0) return null;
  return (
    <Stack component="section" aria-label="Queue" gap="sm">
      <Title order={2} size="h4">
        Now and next
      </Title>
      {info.data?.runsQueue === false && waiting.length > 0 ? (
        <Alert color="gray" variant="light">
          Another window or server has this workspace open and starts the jobs.
        </Alert>
      ) : null}
      <ul className={classes['plain']!}>
        <Stack gap="xs">
          {running.map((job) => (
            <li key={job.id}>
              <RunningJob job={job} />
            </li>
          ))}
          {waiting.map((job, at) => (
            <li key={job.id}>
              <WaitingJob job={job} at={at} order={waiting.map(({ id }) => id)} />
            </li>
          ))}
          {failed.map((job) => (
            <li key={job.id}>
              <FailedJob job={job} />
            </li>
          ))}
        </Stack>
      </ul>
    </Stack>
  );
}

function RunningJob({ job }: { readonly job: Job }) {
  const live = useLive((state) => (job.run === undefined ? undefined : state.runs[job.run]));
  const stop = useStudioAction('jobs.stop');
  const done = live?.run.step ?? job.progress?.done ?? 0;
  const total = live?.run.totalSteps ?? job.progress?.total ?? 0;
  const eta = live?.latest?.['etaSeconds'];
  const text =
    total === 0
      ? 'starting'
      : `${countText(done)} of ${countText(total)}${live === undefined ? '' : ' steps'}${eta === undefined ? '' : `, ${durationText(eta)} left`}`;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={4} flex={1}>
          <Group gap="sm">
            {job.run === undefined ? (
              <Text fw={600}>{job.title}</Text>
            ) : (
              <Link href={`/runs/${encodeURIComponent(job.run)}`} className={classes['link']!}>
                {job.title}
              </Link>
            )}
            <StatusBadge
              status={live?.run.status === 'paused' ? 'paused' : 'running'}
              {...(job.run === undefined ? { word: 'at work' } : {})}
            />
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </Group>
          <Progress
            value={total === 0 ? 0 : (done / total) * 100}
            aria-label={`${job.title}, progress`}
          />
        </Stack>
        <Button
          variant="default"
          size="xs"
          onClick={() => stop.mutate({ id: job.id }, { onError: tellError })}
        >
          {job.run === undefined ? 'Stop' : 'Stop and keep'}
        </Button>
      </Group>
    </Card>
  );
}

function WaitingJob(props: {
  readonly job: Job;
  readonly at: number;
  readonly order: readonly string[];
}) {
  const { job, at, order } = props;
  const move = useStudioAction('jobs.move');
  const stop = useStudioAction('jobs.stop');
  const moveBefore = (before: string | undefined) =>
    move.mutate(
      { id: job.id, ...(before === undefined ? {} : { before }) },
      { onError: tellError },
    );
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm">
          <Text fw={600}>{job.title}</Text>
          <StatusBadge status="waiting" word={`waiting, number ${at + 1}`} />
        </Group>
        <Group gap={4} wrap="nowrap">
          <Act
            label={`Move ${job.title} up`}
            disabled={at === 0}
            onClick={() => moveBefore(order[at - 1])}
          >
            <IconArrowUp size={16} aria-hidden />
          </Act>
          <Act
            label={`Move ${job.title} down`}
            disabled={at === order.length - 1}
            onClick={() => moveBefore(order[at + 2])}
          >
            <IconArrowDown size={16} aria-hidden />
          </Act>
          <Act
            label={`Take ${job.title} out of the queue`}
            onClick={() => stop.mutate({ id: job.id }, { onError: tellError })}
          >
            <IconX size={16} aria-hidden />
          </Act>
        </Group>
      </Group>
    </Card>
  );
}

function Act(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  const { label, disabled = false, onClick, children } = props;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function FailedJob({ job }: { readonly job: Job }) {
  const forget = useStudioAction('jobs.forget');
  const submit = useStudioAction('jobs.submit');
  const { error, lastLines, run } = job;
  return (
    <Card withBorder padding="sm">
      <Stack gap="xs">
        <ErrorNotice
          error={error ?? { message: 'It ended.' }}
          title={`${job.title}: ${job.state}`}
        />
        {lastLines === undefined || lastLines.length === 0 ? null : (
          <details>
            <summary>What it said last</summary>
            <pre className={classes['lines']!}>{lastLines.join('\n')}</pre>
          </details>
        )}
        <Group gap="sm">
          {run === undefined ? (
            <Button size="xs" onClick={() => submit.mutate(job.request, { onError: tellError })}>
              Try again
            </Button>
          ) : (
            <Button
              size="xs"
              onClick={() => submit.mutate({ kind: 'resume', run }, { onError: tellError })}
            >
              Resume
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            onClick={() => forget.mutate({ id: job.id }, { onError: tellError })}
          >
            Take off the list
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
