/** The rows that pass the filter, as a file: CSV or JSON as the command line writes them. */

import {
  type PredictionFormat,
  predictionsText,
} from '../../../../engine/contract/predictions-text.ts';
import type { InputOf } from '../../../../engine/contract/studio/index.ts';
import { call } from '../../../client/studio.ts';
import { saveMade } from '../../../ui/save-made.ts';

export type RowsQuery = Omit<InputOf<'predictions.get'>, 'offset' | 'count'>;

const AT_ONCE = 1000;
const TYPES: Readonly<Record<PredictionFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
};

/** @throws StudioError, and errors of saving */
export async function exportRows(
  query: RowsQuery,
  format: PredictionFormat,
  name: string,
): Promise<void> {
  const parts: string[] = [];
  let text: ReturnType<typeof predictionsText> | undefined;
  for (let offset = 0, total = 1; offset < total; offset += AT_ONCE) {
    const page = await call('predictions.get', { ...query, offset, count: AT_ONCE });
    ({ total } = page);
    text ??= predictionsText(format, page.classes);
    if (offset === 0) parts.push(text.head);
    for (const { predicted, ...row } of page.items)
      parts.push(text.line({ ...row, predicted: page.several ? predicted : predicted[0]! }));
  }
  parts.push(text!.tail);
  await saveMade(`${name}.${format}`, new Blob(parts, { type: TYPES[format] }));
}
