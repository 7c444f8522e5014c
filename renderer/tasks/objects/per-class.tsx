/** The scores of each class. */
import type { ObjectsEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import type { Column } from '../../ui/data-table.tsx';
import { ClassScores } from '../class-scores.tsx';

type Row = ObjectsEvaluation['boxes']['perClass'][number];

const COLUMNS: readonly Column<Row>[] = [
  { label: 'Class', sort: ({ name }) => name, cell: ({ name }) => name },
  countColumn('Objects', ({ truths }) => truths),
  shareColumn(termOf('AP'), ({ AP }) => AP),
  shareColumn(termOf('AP50'), ({ AP50 }) => AP50),
  shareColumn(termOf('AP75'), ({ AP75 }) => AP75),
  shareColumn(termOf('AR100'), ({ AR100 }) => AR100),
];

export function PerClass(props: { readonly title: string; readonly rows: readonly Row[] }) {
  return <ClassScores {...props} columns={COLUMNS} score={termOf('AP')} height={480} />;
}
