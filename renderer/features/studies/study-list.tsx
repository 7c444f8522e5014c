/** Earlier studies, newest first. */
import { Anchor, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { agoText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';

const COLUMNS: readonly Column<Job>[] = [
  {
    label: 'Study',
    sort: ({ title }) => title,
    cell: ({ id, title }) => (
      <Anchor component={Link} href={`/studies/${encodeURIComponent(id)}`} fw={600} size="sm">
        {title}
      </Anchor>
    ),
  },
  {
    label: 'State',
    sort: ({ state }) => state,
    cell: ({ state }) => <StatusBadge status={state} />,
  },
  {
    label: 'Trainings',
    cell: ({ progress }) =>
      progress === undefined ? '–' : `${progress.done} of ${progress.total}`,
  },
  {
    label: 'When',
    sort: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => agoText(createdAt),
  },
];

export function StudyList() {
  const jobs = useLive((state) => state.jobs);
  const studies = useMemo(
    () =>
      jobs
        .filter(({ request }) => request.kind === 'study')
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    [jobs],
  );
  return (
    <Section title="Earlier studies">
      {studies.length === 0 ? (
        <Text c="dimmed">All studies are listed here, with their progress.</Text>
      ) : (
        <DataTable
          label="Earlier studies"
          columns={COLUMNS}
          rows={studies}
          rowKey={({ id }) => id}
        />
      )}
    </Section>
  );
}
