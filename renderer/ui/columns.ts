/** Columns of numbers, which sort by their values and are aligned to the right. */
import { primaryText, primaryValue, type Scores } from '../../engine/contract/scores.ts';
import type { Column } from './data-table.tsx';
import { countText, percentText } from './format.ts';

const shown =
  (text: (value: number) => string) =>
  <Row>(label: string, value: (row: Row) => number | null): Column<Row> => ({
    label,
    number: true,
    sort: value,
    cell: (row) => {
      const found = value(row);
      return found === null ? '–' : text(found);
    },
  });

export const countColumn = shown(countText);
export const shareColumn = shown(percentText);

export const SCORE_COLUMN: Column<{ readonly scores?: Scores | undefined }> = {
  label: 'Score',
  number: true,
  sort: ({ scores }) => scores && primaryValue(scores),
  cell: ({ scores }) => (scores === undefined ? '–' : primaryText(scores)),
};
