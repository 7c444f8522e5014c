/** The list of earlier results, newest first. */
import { Anchor, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { SCORE_COLUMN } from '../../ui/columns.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { agoText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type ResultItem, resultItems } from './result-items.ts';

const MOST_RUNS = 1000;

const COLUMNS: readonly Column<ResultItem>[] = [
  {
    label: 'Result',
    sort: ({ title }) => title,
    cell: ({ title, address }) => (
      <Anchor component={Link} href={address} fw={600} size="sm">
        {title}
      </Anchor>
    ),
  },
  { label: 'Kind', sort: ({ what }) => what, cell: ({ what }) => what },
  {
    label: 'State',
    sort: ({ status }) => status,
    cell: ({ status, trains }) => <StatusBadge status={status} trains={trains} />,
  },
  SCORE_COLUMN,
  {
    label: 'When',
    width: 120,
    sort: ({ when }) => when,
    cell: ({ when }) => agoText(new Date(when).toISOString()),
  },
];

export function ResultList() {
  const jobs = useLive((state) => state.jobs);
  const runs = useStudio('runs.list', { offset: 0, count: MOST_RUNS, kind: 'finetune' });
  const items = useMemo(() => resultItems(jobs, runs.data?.items ?? []), [jobs, runs.data]);
  return (
    <Section title="Earlier results">
      {items.length === 0 ? (
        <Text c="dimmed">
          All results are listed here: every fine-tuning and evaluation with its score, and every
          comparison.
        </Text>
      ) : (
        <DataTable
          label="Earlier results"
          columns={COLUMNS}
          rows={items}
          rowKey={({ key }) => key}
          height={420}
        />
      )}
    </Section>
  );
}
