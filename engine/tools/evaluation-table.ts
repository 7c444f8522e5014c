/** The table `predictions.csv` of an evaluation, line by line. */
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { asDiskError, errorCode } from '../disk/disk.ts';
import { type CsvLine, CsvLines, csvFields } from '../formats/csv-lines.ts';
import { labelNames } from './label-names.ts';

type Columns = 'one' | 'several';

/** Columns before those of the classes. */
const HEADS: Readonly<Record<Columns, readonly string[]>> = {
  one: ['path', 'label', 'predicted', 'confidence', 'correct'],
  several: ['path', 'labels', 'predicted', 'correct'],
};
const PROBABILITY = 'p_';

export interface TableHead {
  readonly columns: Columns;
  readonly classes: readonly string[];
}

export interface TableImage {
  readonly path: string;
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
  /** Where an image has one class. */
  readonly confidence?: number;
  /** In the order of the classes. */
  readonly probabilities: readonly number[];
}

/** @throws StudioError `evaluation-missing` */
export async function eachImage(
  file: string,
  onImage: (image: TableImage, line: CsvLine, head: TableHead) => void,
): Promise<TableHead> {
  let head: TableHead | undefined;
  const onLine = (line: CsvLine, text: string) => {
    if (head === undefined) head = readHead(file, text);
    else onImage(readImage(head, text), line, head);
  };
  await new CsvLines(file, { onLine }).more().catch((error: unknown) => {
    throw errorCode(error) === 'ENOENT' ? missing(file, 'is gone') : asDiskError(error, file);
  });
  if (head === undefined) throw missing(file, 'is empty');
  return head;
}

export function readImage({ columns, classes }: TableHead, text: string): TableImage {
  const fields = csvFields(text);
  const [path = '', label = '', predicted = '', confidence] = fields;
  const namesIn = (field: string) => labelNames(field, classes, columns === 'several');
  return {
    path: withoutFormulaMark(path),
    actual: namesIn(label),
    predicted: namesIn(predicted),
    probabilities: fields.slice(HEADS[columns].length).map(Number),
    ...(columns === 'one' ? { confidence: Number(confidence) } : {}),
  };
}

function readHead(file: string, text: string): TableHead {
  const fields = csvFields(text);
  for (const columns of ['one', 'several'] as const) {
    const head = HEADS[columns];
    if (head.some((name, i) => fields[i] !== name)) continue;
    const names = fields.slice(head.length).map(withoutFormulaMark);
    return { columns, classes: names.map((name) => name.slice(PROBABILITY.length)) };
  }
  throw missing(file, 'is no table of predictions');
}

function missing(file: string, how: string): StudioError {
  return new StudioError('evaluation-missing', `${file} ${how}.`, { advice: 'Evaluate again.' });
}
