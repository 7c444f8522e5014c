/** The metrics of each class. */
import { Text } from '@mantine/core';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/section.tsx';
import { namesColumn } from '../evaluated-images.tsx';

type Row = ClassifierEvaluation['perClass'][number];

const COLUMNS: readonly Column<Row>[] = [
  namesColumn('Class'),
  countColumn('Images', ({ support }) => support),
  shareColumn(termOf('recall'), ({ recall }) => recall),
  shareColumn(termOf('precision'), ({ precision }) => precision),
  shareColumn(termOf('f1'), ({ f1 }) => f1),
];

export function PerClass({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  return (
    <Section title="Per class">
      <Text size="sm" c="dimmed">
        F1 is the harmonic mean of precision and recall.
      </Text>
      <DataTable
        label="Per class"
        columns={COLUMNS}
        rows={evaluation.perClass}
        rowKey={({ name }) => name}
        order={{ column: termOf('f1'), descending: false }}
        height={640}
      />
    </Section>
  );
}
