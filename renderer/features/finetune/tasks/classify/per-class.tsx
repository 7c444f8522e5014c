/** The metrics of each class. */
import { Text } from '@mantine/core';
import type { ClassifierEvaluation } from '../../../../../engine/contract/studio/index.ts';
import { type Column, DataTable } from '../../../../ui/data-table.tsx';
import { countText, percentText } from '../../../../ui/format.ts';
import { Section } from '../../../../ui/section.tsx';

type Row = ClassifierEvaluation['perClass'][number];

const share = (value: number | null) => (value === null ? '–' : percentText(value));

const COLUMNS: readonly Column<Row>[] = [
  { label: 'Class', sort: ({ name }) => name, cell: ({ name }) => name },
  {
    label: 'Images',
    number: true,
    sort: ({ support }) => support,
    cell: ({ support }) => countText(support),
  },
  {
    label: 'Recall',
    number: true,
    sort: ({ recall }) => recall,
    cell: ({ recall }) => share(recall),
  },
  {
    label: 'Precision',
    number: true,
    sort: ({ precision }) => precision,
    cell: ({ precision }) => share(precision),
  },
  { label: 'F1', number: true, sort: ({ f1 }) => f1, cell: ({ f1 }) => share(f1) },
];

export function PerClass({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  return (
    <Section title="Each class">
      <Text size="sm" c="dimmed">
        Recall is the share of a class’s images that were predicted correctly, precision the share
        of predictions of a class that were correct; F1 is their harmonic mean.
      </Text>
      <DataTable
        label="Each class"
        columns={COLUMNS}
        rows={evaluation.perClass}
        rowKey={({ name }) => name}
        order={{ column: 'F1', descending: false }}
        height={640}
      />
    </Section>
  );
}
