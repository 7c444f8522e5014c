/** Comparison of networks by mean average precision, no mean over images: all logits are stored. */
import type { ComparedCell, ComparedTask } from '../labelled-task.ts';
import { type LabelScores, labelHeadlines, rankLabels } from './metrics.ts';
import type { LabelsReport } from './report.ts';

/** Average precision does not depend on the threshold. */
const THRESHOLD = 0.5;

export const comparedLabels: ComparedTask<LabelsReport> = {
  keep: ({ scores: { logits, targets, images, classes }, leftOut }) => ({
    logits: base64Of(logits),
    targets: base64Of(targets),
    leftOut,
    classes,
    judged: images + leftOut.length,
  }),
  images: (cell) => keptOf(cell).judged,
  measure(cells, less = []) {
    const images = evaluatedInAll([...less, ...cells]);
    const ranked = (some: readonly ComparedCell[]) =>
      some.map((cell) => rankLabels(scoresOf(cell, images), THRESHOLD));
    const [ours, theirs] = [ranked(cells), ranked(less)];
    return {
      images: images.length,
      score: (weights) => meanPrecision(ours, weights) - meanPrecision(theirs, weights),
    };
  },
};

interface Kept {
  /** Base64 of the logits [images, classes] of the images that could be decoded, in order. */
  readonly logits: string;
  readonly targets: string;
  readonly leftOut: readonly number[];
  readonly classes: number;
  readonly judged: number;
}

function keptOf(cell: ComparedCell): Kept {
  return cell as unknown as Kept;
}

function base64Of(values: Float32Array | Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Positions of images that were evaluated in all cells. */
function evaluatedInAll(cells: readonly ComparedCell[]): number[] {
  const missing = new Set(cells.flatMap((cell) => keptOf(cell).leftOut));
  const all = Array.from({ length: keptOf(cells[0]!).judged }, (_, i) => i);
  return all.filter((i) => !missing.has(i));
}

function scoresOf(cell: ComparedCell, images: readonly number[]): LabelScores {
  const { logits: texts, targets: marks, leftOut, classes, judged } = keptOf(cell);
  const bytes = Uint8Array.from(Buffer.from(texts, 'base64'));
  const [all, has] = [new Float32Array(bytes.buffer), Buffer.from(marks, 'base64')];
  const logits = new Float32Array(images.length * classes);
  const targets = new Uint8Array(images.length * classes);
  const wanted = new Map(images.map((image, row) => [image, row]));
  const missing = new Set(leftOut);
  let from = 0;
  for (let image = 0; image < judged; image++) {
    if (missing.has(image)) continue;
    const row = wanted.get(image);
    if (row !== undefined) {
      logits.set(all.subarray(from, from + classes), row * classes);
      targets.set(has.subarray(from, from + classes), row * classes);
    }
    from += classes;
  }
  return { logits, targets, images: images.length, classes };
}

function meanPrecision(
  networks: readonly ReturnType<typeof rankLabels>[],
  weights: Uint32Array,
): number {
  const sum = networks.reduce((total, ranked) => total + labelHeadlines(ranked, weights)[0], 0);
  return networks.length === 0 ? 0 : sum / networks.length;
}
