/** The metrics of each class. */
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import type { Column } from '../../ui/data-table.tsx';
import { ClassScores } from '../class-scores.tsx';
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
    <ClassScores
      title="Per class"
      about="F1 is the harmonic mean of precision and recall."
      columns={COLUMNS}
      rows={evaluation.perClass}
      score={termOf('f1')}
    />
  );
}
