/** The queue and the list of all runs of the workspace. */

import {
  Button,
  Group,
  Progress,
  SegmentedControl,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChartLine, IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { primaryText } from '../../../engine/contract/scores.ts';
import { NAME_LENGTH, type RunSummary } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { pagesOfRun, RUN_KINDS } from '../../tasks/register.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText, countText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { FailedOthers, QueuePanel } from './queue-panel.tsx';
import classes from './runs.module.css';

const PAGE = 100;
const ROW = 49;

/** Column widths in pixels; the name column takes the rest. Narrow windows hide the Images column. */
const COLUMNS: readonly (readonly [string, number?])[] = [
  ['Name'],
  ['State', 140],
  ['Kind', 110],
  ['Steps', 150],
  ['Score', 124],
  ['Images', 100],
  ['Changed', 132],
];

type Kind = 'all' | RunSummary['kind'];

export function RunListPage() {
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 200);
  const [kind, setKind] = useState<Kind>('all');
  const filter = {
    ...(settled.trim() === '' ? {} : { search: settled.trim() }),
    ...(kind === 'all' ? {} : { kind }),
  };
  const first = useStudio('runs.list', { offset: 0, count: PAGE, ...filter });
  const total = first.data?.total ?? 0;
  const unfiltered = settled.trim() === '' && kind === 'all';
  return (
    <Page
      title="Runs"
      about="All trainings of this workspace. They continue without this window."
      actions={
        <Button component={Link} href="/pretrain">
          New pre-training
        </Button>
      }
    >
      <QueuePanel failures />
      {first.error !== null ? (
        <ErrorNotice error={first.error} onRetry={() => void first.refetch()} />
      ) : null}
      {first.data !== undefined && total === 0 && unfiltered ? (
        <EmptyState
          icon={<IconChartLine size={56} stroke={1.2} aria-hidden />}
          title="Nothing was trained yet"
          action={
            <Button component={Link} href="/pretrain">
              Set up a pre-training
            </Button>
          }
        >
          Runs appear here with their curves and settings.
        </EmptyState>
      ) : (
        <section aria-label="All runs">
          <Group justify="space-between" mb="sm" align="flex-end">
            <Title order={2} size="h4">
              All runs
            </Title>
            <Group>
              <SegmentedControl
                aria-label="Kind"
                value={kind}
                onChange={(value) => setKind(value as Kind)}
                transitionDuration={0}
                data={[
                  { value: 'all', label: 'All' },
                  ...[...RUN_KINDS].map(([value, label]) => ({ value, label })),
                ]}
              />
              <TextInput
                aria-label="Search runs"
                placeholder="Search by name"
                maxLength={NAME_LENGTH}
                leftSection={<IconSearch size={16} aria-hidden />}
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
              />
            </Group>
          </Group>
          <Text size="sm" role="status" mb="xs">
            {countText(total)} {total === 1 ? 'run' : 'runs'}
          </Text>
          {total === 0 ? null : <Rows key={JSON.stringify(filter)} filter={filter} total={total} />}
        </section>
      )}
      <FailedOthers />
    </Page>
  );
}

function Rows({ filter, total }: { readonly filter: object; readonly total: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const [from, to] = [visible[0]?.index ?? 0, visible.at(-1)?.index ?? 0];
  const firstPage = Math.floor(from / PAGE);
  const offsets = Array.from(
    { length: Math.floor(to / PAGE) - firstPage + 1 },
    (_, i) => (firstPage + i) * PAGE,
  );
  const pages = useQueries({
    queries: offsets.map((offset) => {
      const input = { offset, count: PAGE, ...filter };
      return { queryKey: ['runs.list', input], queryFn: () => call('runs.list', input) };
    }),
  });
  const runAt = (index: number): RunSummary | undefined => {
    const page = Math.floor(index / PAGE);
    return pages[page - firstPage]?.data?.items[index - page * PAGE];
  };
  const before = visible[0]?.start ?? 0;
  const after = rows.getTotalSize() - (visible.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
    <section ref={scroller} className={classes['list']!} aria-label="List of runs" tabIndex={0}>
      <Table
        stickyHeader
        verticalSpacing="xs"
        layout="fixed"
        className={classes['rows']!}
        aria-label="Runs"
        aria-rowcount={total + 1}
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            {COLUMNS.map(([head, width]) => (
              <Table.Th key={head} scope="col" {...(width === undefined ? {} : { w: width })}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <tr style={{ height: before }} aria-hidden />
          {visible.map(({ index, key }) => (
            <Row key={key} index={index} run={runAt(index)} />
          ))}
          <tr style={{ height: after }} aria-hidden />
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Row(props: { readonly index: number; readonly run: RunSummary | undefined }) {
  const { index, run: listed } = props;
  const live = useLive((state) => (listed === undefined ? undefined : state.runs[listed.id]?.run));
  const run = live ?? listed;
  if (run === undefined)
    return (
      <Table.Tr style={{ height: ROW }} aria-rowindex={index + 2}>
        <Table.Td colSpan={COLUMNS.length}>…</Table.Td>
      </Table.Tr>
    );
  const alive = run.status === 'running' || run.status === 'paused';
  const share = (run.step / Math.max(1, run.totalSteps)) * 100;
  return (
    <Table.Tr style={{ height: ROW }} aria-rowindex={index + 2}>
      <Table.Th scope="row" title={run.name}>
        <Link href={`/runs/${encodeURIComponent(run.id)}`} className={classes['link']!}>
          {run.name}
        </Link>
      </Table.Th>
      <Table.Td>
        <StatusBadge status={run.status} />
      </Table.Td>
      <Table.Td>{pagesOfRun(run).training.toLowerCase()}</Table.Td>
      <Table.Td>
        <Text size="xs" className={classes['digits']!}>
          {countText(run.step)} of {countText(run.totalSteps)}
        </Text>
        <Progress value={share} size="sm" aria-label={`${run.name}, progress`} />
      </Table.Td>
      <Table.Td>{run.best === undefined ? '–' : primaryText(run.best)}</Table.Td>
      <Table.Td>{countText(run.images)}</Table.Td>
      <Table.Td>{alive ? 'now' : agoText(run.updatedAt)}</Table.Td>
    </Table.Tr>
  );
}
