/** Pages of the table `predictions.csv` of an evaluation, by actual and predicted class. */
import { access } from 'node:fs/promises';
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import type { EvaluatedImage, EvaluatedImages } from '../contract/studio/evaluations.ts';
import type { EvaluatedOrder } from '../contract/tools.ts';
import { asDiskError, errorCode } from '../disk/disk.ts';
import { type CsvLine, CsvLines, csvFields, readLines } from '../formats/csv-lines.ts';
import { labelNames } from './label-names.ts';

type Columns = 'one' | 'several';

/** Columns before those of the classes. */
const HEADS: Readonly<Record<Columns, readonly string[]>> = {
  one: ['path', 'label', 'predicted', 'confidence', 'correct'],
  several: ['path', 'labels', 'predicted', 'correct'],
};
const PROBABILITY = 'p_';

interface Head {
  readonly columns: Columns;
  readonly classes: readonly string[];
}

interface Match {
  readonly line: CsvLine;
  readonly wrong: boolean;
  readonly confidence: number;
}

/** @throws StudioError `evaluation-missing` */
export async function evaluatedImages(order: EvaluatedOrder): Promise<EvaluatedImages> {
  const { file, offset, count } = order;
  let head: Head | undefined;
  const matches: Match[] = [];
  const onLine = (line: CsvLine, text: string) => {
    if (head === undefined) {
      head = readHead(file, text);
      return;
    }
    const image = readImage(head, text);
    if (!passes(image, order)) return;
    const { confidence = 0 } = image;
    matches.push({ line, wrong: isWrong(image, order), confidence });
  };
  await new CsvLines(file, { onLine }).more().catch((error: unknown) => {
    throw errorCode(error) === 'ENOENT' ? missing(file, 'is gone') : asDiskError(error, file);
  });
  matches.sort((a, b) => Number(b.wrong) - Number(a.wrong) || b.confidence - a.confidence);
  const lines = matches.slice(offset, offset + count).map(({ line }) => line);
  const texts = await readLines(file, lines);
  const items = texts.map(async (text): Promise<EvaluatedImage> => {
    const image = readImage(head!, text);
    const isThere = await access(image.path).then(
      () => true,
      () => false,
    );
    return isThere ? image : { ...image, missing: true };
  });
  return { total: matches.length, items: await Promise.all(items) };
}

function passes({ actual, predicted }: EvaluatedImage, wanted: EvaluatedOrder): boolean {
  return (
    (wanted.actual === undefined || actual.includes(wanted.actual)) &&
    (wanted.predicted === undefined || predicted.includes(wanted.predicted))
  );
}

/** Of the class that is asked for, or of any. */
function isWrong({ actual, predicted }: EvaluatedImage, wanted: EvaluatedOrder): boolean {
  const name = wanted.actual ?? wanted.predicted;
  if (name !== undefined) return actual.includes(name) !== predicted.includes(name);
  return actual.join() !== predicted.join();
}

function readHead(file: string, text: string): Head {
  const fields = csvFields(text);
  for (const columns of ['one', 'several'] as const) {
    const head = HEADS[columns];
    if (head.some((name, i) => fields[i] !== name)) continue;
    const names = fields.slice(head.length).map(withoutFormulaMark);
    return { columns, classes: names.map((name) => name.slice(PROBABILITY.length)) };
  }
  throw missing(file, 'is no table of predictions');
}

function readImage({ columns, classes }: Head, text: string): EvaluatedImage {
  const [path = '', label = '', predicted = '', confidence] = csvFields(text);
  const namesIn = (field: string) => labelNames(field, classes, columns === 'several');
  return {
    path: withoutFormulaMark(path),
    actual: namesIn(label),
    predicted: namesIn(predicted),
    ...(columns === 'one' ? { confidence: Number(confidence) } : {}),
  };
}

function missing(file: string, how: string): StudioError {
  return new StudioError('evaluation-missing', `${file} ${how}.`, { advice: 'Evaluate again.' });
}
