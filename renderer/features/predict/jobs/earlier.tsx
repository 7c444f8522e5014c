/** Earlier predictions, and those that go on now. */
import { Text } from '@mantine/core';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { useLive } from '../../../state/live.ts';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { agoText, countText } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { imagesOf, statusWord } from './job-text.ts';

const COLUMNS: readonly Column<Job>[] = [
  {
    label: 'Predictions',
    cell: ({ id, title }) => <TextLink href={`/predict/${id}`}>{title}</TextLink>,
    sort: ({ title }) => title,
  },
  {
    label: 'Status',
    cell: (job) => <StatusBadge status={job.state} word={statusWord(job)} />,
    sort: ({ state }) => state,
  },
  {
    label: 'Images',
    cell: (job) => countText(imagesOf(job)),
    sort: imagesOf,
    number: true,
  },
  {
    label: 'Started',
    cell: ({ createdAt }) => agoText(createdAt),
    sort: ({ createdAt }) => Date.parse(createdAt),
  },
];
const NEWEST = { column: 'Started', descending: true } as const;

export function Earlier() {
  const all = useLive(({ jobs }) => jobs);
  const ready = useLive((state) => state.ready);
  const jobs = all.filter(({ request }) => request.kind === 'predict');
  if (!ready) return null;
  return (
    <Section title="Earlier predictions">
      {jobs.length === 0 ? (
        <Text c="dimmed">There are none yet.</Text>
      ) : (
        <DataTable
          label="Earlier predictions"
          columns={COLUMNS}
          rows={jobs}
          rowKey={({ id }) => id}
          order={NEWEST}
        />
      )}
    </Section>
  );
}
