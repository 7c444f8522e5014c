/** The scores of each class or label, the lowest first. */
import { Text } from '@mantine/core';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/section.tsx';

export function ClassScores<Row extends { readonly name: string }>(props: {
  readonly title: string;
  readonly about?: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Label of the column that is sorted by at first. */
  readonly score: string;
  readonly height?: number;
}) {
  const { title, about, columns, rows, score, height = 640 } = props;
  return (
    <Section title={title}>
      {about === undefined ? null : (
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      )}
      <DataTable
        label={title}
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
        order={{ column: score, descending: false }}
        height={height}
      />
    </Section>
  );
}
