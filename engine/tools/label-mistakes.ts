/**
 * The wrong labels of an evaluation with several labels an image, the most confident first: labels
 * that images have and that were missed, and labels that were predicted and are false.
 */
import type { LabelMistake, LabelMistakes } from '../contract/studio/evaluations.ts';
import type { MistakesOrder } from '../contract/tools.ts';
import { markMissing } from '../disk/mark-missing.ts';
import { type CsvLine, readLines } from '../formats/csv-lines.ts';
import { eachImage, readImage } from './evaluation-table.ts';

interface Found {
  readonly line: CsvLine;
  /** Position of the label among the classes. */
  readonly label: number;
  readonly missed: boolean;
  readonly probability: number;
}

/** @throws StudioError `evaluation-missing` */
export async function labelMistakes(order: MistakesOrder): Promise<LabelMistakes> {
  const { file, label, kind, offset, count } = order;
  const counts: { missed: number; false: number }[] = [];
  const found: Found[] = [];
  const head = await eachImage(file, (image, line, { classes }) => {
    const actual = new Set(image.actual);
    const predicted = new Set(image.predicted);
    for (const [i, name] of classes.entries()) {
      counts[i] ??= { missed: 0, false: 0 };
      const missed = actual.has(name);
      if (missed === predicted.has(name)) continue;
      counts[i][missed ? 'missed' : 'false']++;
      if (label !== undefined && name !== label) continue;
      if (kind !== undefined && kind !== kindOf(missed)) continue;
      found.push({ line, label: i, missed, probability: image.probabilities[i]! });
    }
  });
  found.sort((a, b) => confidenceOf(b) - confidenceOf(a));
  const page = found.slice(offset, offset + count);
  const texts = await readLines(
    file,
    page.map(({ line }) => line),
  );
  const items = page.map(({ label: at, missed, probability }, i): Promise<LabelMistake> => {
    const { path, actual, predicted } = readImage(head, texts[i]!);
    return markMissing({
      path,
      label: head.classes[at]!,
      kind: kindOf(missed),
      probability,
      actual: [...actual],
      predicted: [...predicted],
    });
  });
  return {
    total: found.length,
    counts: head.classes.map((name, i) => ({ name, ...(counts[i] ?? { missed: 0, false: 0 }) })),
    items: await Promise.all(items),
  };
}

function kindOf(missed: boolean): LabelMistake['kind'] {
  return missed ? 'missed' : 'false';
}

/** How sure the network was that the image is, or is not, as predicted. */
function confidenceOf({ missed, probability }: Found): number {
  return missed ? 1 - probability : probability;
}
