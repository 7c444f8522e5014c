/** Pages of the images of an evaluation, by actual and predicted class. */
import type { EvaluatedImage, EvaluatedImages } from '../contract/studio/evaluations.ts';
import type { EvaluatedOrder } from '../contract/tools.ts';
import { markMissing } from '../disk/mark-missing.ts';
import { type CsvLine, readLines } from '../formats/csv-lines.ts';
import { eachImage, readImage, type TableImage } from './evaluation-table.ts';

interface Match {
  readonly line: CsvLine;
  readonly wrong: boolean;
  readonly confidence: number;
}

/** @throws StudioError `evaluation-missing` */
export async function evaluatedImages(order: EvaluatedOrder): Promise<EvaluatedImages> {
  const { file, offset, count } = order;
  const matches: Match[] = [];
  const head = await eachImage(file, (image, line) => {
    if (!passes(image, order)) return;
    const { confidence = 0 } = image;
    matches.push({ line, wrong: isWrong(image, order), confidence });
  });
  matches.sort((a, b) => Number(b.wrong) - Number(a.wrong) || b.confidence - a.confidence);
  const lines = matches.slice(offset, offset + count).map(({ line }) => line);
  const texts = await readLines(file, lines);
  const items = texts.map((text) => markMissing(shown(readImage(head, text))));
  return { total: matches.length, items: await Promise.all(items) };
}

function shown({ path, actual, predicted, confidence }: TableImage): EvaluatedImage {
  const names = { path, actual: [...actual], predicted: [...predicted] };
  return confidence === undefined ? names : { ...names, confidence };
}

function passes({ actual, predicted }: TableImage, wanted: EvaluatedOrder): boolean {
  return (
    (wanted.actual === undefined || actual.includes(wanted.actual)) &&
    (wanted.predicted === undefined || predicted.includes(wanted.predicted))
  );
}

/** Of the class that is asked for, or of any. */
function isWrong({ actual, predicted }: TableImage, wanted: EvaluatedOrder): boolean {
  const name = wanted.actual ?? wanted.predicted;
  if (name !== undefined) return actual.includes(name) !== predicted.includes(name);
  return actual.join() !== predicted.join();
}
