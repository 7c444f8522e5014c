/** One run: how it stands, its curves, what it said, what it kept. */
import {
  Alert,
  Button,
  Card,
  Group,
  Modal,
  Progress,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { RunDetail } from '../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ErrorNotice, tellError } from '../../ui/error-notice.tsx';
import {
  agoText,
  bytesText,
  countText,
  durationText,
  numberText,
  percentText,
} from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { valueText } from '../../ui/recipe-form/recipe-kind.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { RunCharts } from './run-charts.tsx';
import { RunEvents } from './run-events.tsx';
import classes from './runs.module.css';

export function RunDetailPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useStudio('runs.get', { id });
  const live = useLive((state) => state.runs[id]?.run);
  if (error !== null)
    return (
      <Page title="Run">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined) return null;
  const run: RunDetail = live === undefined ? data : { ...data, ...live };
  const alive = run.status === 'running' || run.status === 'paused';
  return (
    <Page title={run.name} about={aboutText(run)} actions={<Actions run={run} alive={alive} />}>
      <Standing run={run} alive={alive} />
      <RunCharts run={run} live={alive} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <RunEvents id={id} />
        <Checkpoints run={run} />
      </SimpleGrid>
      <Made run={run} />
    </Page>
  );
}

function aboutText({ kind, images, device, from }: RunDetail): string {
  const what = kind === 'pretrain' ? 'Pre-training on' : 'Fine-tuning on';
  return `${what} ${countText(images)} images, on ${device}${from === undefined ? '' : `, begun from ${from}`}.`;
}

function Standing({ run, alive }: { readonly run: RunDetail; readonly alive: boolean }) {
  const latest = useLive((state) => state.runs[run.id]?.latest);
  const series = useStudio(
    'runs.series',
    { id: run.id, names: ['loss'], pieces: 10 },
    { enabled: !alive },
  );
  const numbers = (alive ? latest : undefined) ?? series.data?.latest ?? latest ?? {};
  const score = numbers['tokenMatch'] ?? numbers['top1'];
  const tiles: [string, string][] = [
    ['Loss', numbers['loss'] === undefined ? '–' : numberText(numbers['loss'], 4)],
    [
      numbers['tokenMatch'] === undefined ? 'Right answers' : 'Token match',
      score === undefined
        ? '–'
        : `${percentText(score)} (chance ${percentText(numbers['chance'] ?? 0)})`,
    ],
    [
      'Images a second',
      numbers['imagesPerSecond'] === undefined ? '–' : numberText(numbers['imagesPerSecond'], 3),
    ],
    ['Waiting for images', waitText(numbers)],
    ['Memory', numbers['rssBytes'] === undefined ? '–' : bytesText(numbers['rssBytes'])],
    ...(run.best === undefined
      ? []
      : ([['Best top-1', `${percentText(run.best.top1)} at step ${countText(run.best.step)}`]] as [
          string,
          string,
        ][])),
  ];
  const eta = numbers['etaSeconds'];
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <StatusBadge status={run.status} />
        <Text>
          {countText(run.step)} of {countText(run.totalSteps)} steps
          {run.status === 'running' && eta !== undefined ? `, ${durationText(eta)} left` : ''}
          {alive ? '' : `, changed ${agoText(run.updatedAt)}`}
        </Text>
      </Group>
      <Progress
        value={(run.step / Math.max(1, run.totalSteps)) * 100}
        aria-label="Steps done"
        size="lg"
      />
      {run.status === 'died' || run.status === 'failed' ? <WentWrong run={run} /> : null}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} component="dl" m={0}>
        {tiles.map(([name, value]) => (
          <Card key={name} withBorder padding="sm">
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} fw={600}>
              {value}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function waitText(numbers: Readonly<Record<string, number>>): string {
  const [wait, step] = [numbers['dataWaitMs'], numbers['stepMs']];
  if (wait === undefined || step === undefined) return '–';
  return `${percentText(wait / Math.max(1e-9, wait + step), 0)} of the time`;
}

function WentWrong({ run }: { readonly run: RunDetail }) {
  const died = run.status === 'died';
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={died ? 'Its process is gone' : (run.reason?.message ?? 'The run failed')}
    >
      <Text size="sm">
        {died ? 'It ended without a word, as by a crash, a power cut or for want of memory. ' : ''}
        {run.checkpoints.length > 0
          ? `Nothing before step ${countText(run.checkpoints.at(-1)!.step)} is lost: Resume goes on from there.`
          : 'It had not saved a checkpoint yet.'}
      </Text>
      {run.lastLines === undefined ? null : (
        <>
          <Text size="sm" mt="xs" fw={600}>
            What it said last
          </Text>
          <pre className={classes['lines']!}>{run.lastLines.join('\n')}</pre>
        </>
      )}
    </Alert>
  );
}

function Actions({ run, alive }: { readonly run: RunDetail; readonly alive: boolean }) {
  const { id, status } = run;
  const control = useStudioAction('runs.control', ['runs.get']);
  const submit = useStudioAction('jobs.submit');
  const remove = useStudioAction('runs.delete', ['runs.list', 'models.list']);
  const busy = useLive(({ jobs }) =>
    jobs.some(
      (job) => job.state === 'waiting' && job.request.kind === 'resume' && job.request.run === id,
    ),
  );
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const send = (command: 'pause' | 'resume' | 'stop' | 'checkpoint') => () =>
    control.mutate({ id, command }, { onError: tellError });
  const unfinished = !alive && status !== 'done' && run.checkpoints.length > 0;
  return (
    <>
      {alive ? (
        <>
          {status === 'paused' ? (
            <Button onClick={send('resume')}>Go on</Button>
          ) : (
            <Button variant="default" onClick={send('pause')}>
              Pause
            </Button>
          )}
          <Button variant="default" onClick={send('checkpoint')}>
            Save a checkpoint now
          </Button>
          <Button variant="default" onClick={send('stop')}>
            Stop and keep
          </Button>
        </>
      ) : null}
      {unfinished ? (
        <Button
          disabled={busy}
          loading={submit.isPending}
          onClick={() => submit.mutate({ kind: 'resume', run: id }, { onError: tellError })}
        >
          {busy ? 'Waits to go on' : 'Resume'}
        </Button>
      ) : null}
      {run.checkpoints.length > 0 ? (
        <>
          <Button component={Link} href={`/finetune/${encodeURIComponent(id)}`} variant="default">
            {run.kind === 'pretrain' ? 'Fine-tune from this' : 'Evaluate this'}
          </Button>
          <Button component={Link} href={`/models/${encodeURIComponent(id)}`} variant="default">
            Export…
          </Button>
        </>
      ) : null}
      {alive ? null : (
        <Button variant="default" color="red" onClick={() => setAsking(true)}>
          Delete…
        </Button>
      )}
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Delete “${run.name}”?`}>
        <Stack>
          <Text>
            Its folder goes, with all checkpoints and curves. This cannot be undone. Exports that
            lie elsewhere stay.
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {run.dir}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              Cancel
            </Button>
            <Button
              color="red"
              onClick={() =>
                remove
                  .mutateAsync({ id })
                  .then(() => navigate('/runs'))
                  .catch(tellError)
              }
            >
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function Checkpoints({ run }: { readonly run: RunDetail }) {
  return (
    <Card withBorder component="section" aria-label="Checkpoints">
      <Title order={2} size="h4">
        Checkpoints
      </Title>
      {run.checkpoints.length === 0 ? (
        <Text c="dimmed">None was saved yet. The first comes by itself.</Text>
      ) : (
        <ScrollRegion label="List of checkpoints">
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Step</Table.Th>
                <Table.Th scope="col">Size</Table.Th>
                <Table.Th scope="col">Saved</Table.Th>
                <Table.Th scope="col">Note</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...run.checkpoints].reverse().map(({ step, bytes, savedAt, best }) => (
                <Table.Tr key={step}>
                  <Table.Td>{countText(step)}</Table.Td>
                  <Table.Td>{bytesText(bytes)}</Table.Td>
                  <Table.Td>{agoText(savedAt)}</Table.Td>
                  <Table.Td>{best ? 'the best' : ''}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
    </Card>
  );
}

/** Everything that made the run what it is. */
function Made({ run }: { readonly run: RunDetail }) {
  const facts: [string, string][] = [
    ['Folder', run.dir],
    ['Images', run.folders.join(', ')],
    ...(run.train === undefined ? [] : ([['Learnt from', run.train]] as [string, string][])),
    ...(run.val === undefined ? [] : ([['Judged on', run.val]] as [string, string][])),
    ...(run.classes === undefined
      ? []
      : ([['Classes', run.classes.join(', ')]] as [string, string][])),
    ['Fingerprint of the data', run.fingerprint],
    [
      'Made with',
      Object.entries(run.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return (
    <Card withBorder component="section" aria-label="How it was made">
      <Title order={2} size="h4">
        How it was made
      </Title>
      <dl className={classes['facts']!}>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      <details>
        <summary>Every setting of its recipe</summary>
        <dl className={classes['facts']!}>
          {Object.entries(run.recipe).map(([name, value]) => (
            <Fact key={name} name={name} value={valueText(value)} />
          ))}
        </dl>
      </details>
    </Card>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
