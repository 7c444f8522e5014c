/** Results of semantic segmentation, as records, tables and text. */
import type { CsvField } from '../../contract/csv-text.ts';
import { defined } from '../../contract/defined.ts';
import { countOf } from '../../contract/number-text.ts';
import { type Primary, writtenScores } from '../../contract/scores.ts';
import { SEGMENT } from '../../contract/tasks.ts';
import { leftOutNotes } from '../../data/sources/unreadable.ts';
import type { BootstrapOptions } from '../../evaluation/bootstrap.ts';
import type { SegmentationCounts } from '../../evaluation/segmentation/counts.ts';
import {
  evaluateSegmentation,
  type SegmentationEvaluation,
} from '../../evaluation/segmentation/report.ts';
import {
  classPixels,
  SEGMENTATION_SCORES,
  segmentationScores,
} from '../../evaluation/segmentation/scores.ts';
import type { LabelledReport, TableKind, TaskEvaluation } from '../labelled-task.ts';
import { lineMaker } from '../shared/report-lines.ts';
import type { EvaluationResult } from '../task.ts';
import type { EvaluatedMasks } from './evaluate-masks.ts';

const MEAN_IOU: Primary = { name: 'mIoU', better: 'higher' };

/** Scores of a class over its pixels. */
const CLASS_COLUMNS = ['truePixels', 'predictedPixels', 'iou', 'accuracy', 'boundaryF'] as const;

export const SEGMENT_TABLES = {
  'images.csv': { columns: ['path', 'pixelAccuracy', 'mIoU'] },
  'per-class.csv': { columns: ['class', ...CLASS_COLUMNS] },
} as const satisfies Record<string, TableKind>;

export interface SegmentReport extends LabelledReport {
  readonly evaluation: TaskEvaluation & SegmentationEvaluation;
  /** What the primary score is counted from. */
  readonly counts: SegmentationCounts;
  /** Positions of images that could not be decoded, or whose masks could not. */
  readonly leftOut: readonly number[];
}

/** A result without intervals, which take time. */
export function segmentSummary(evaluated: EvaluatedMasks): EvaluationResult {
  const { counts, loss, leftOut, pictures } = evaluated;
  return {
    primary: MEAN_IOU,
    values: { ...definedScores(segmentationScores(counts)), ...lossValue(loss) },
    n: counts.images,
    notes: leftOutOf(leftOut),
    ...defined({ pictures }),
  };
}

export function segmentReport(
  evaluated: EvaluatedMasks,
  classes: readonly string[],
  options: BootstrapOptions = {},
): SegmentReport {
  const found = evaluateSegmentation(evaluated.counts, classes, options);
  const { loss } = evaluated;
  const scores = Object.entries(found.scores).flatMap(([name, score]): [string, number][] =>
    score === null ? [] : [[name, score.value]],
  );
  const values = { ...Object.fromEntries(scores), ...lossValue(loss) };
  const evaluation = { task: SEGMENT, primary: MEAN_IOU, values, ...found };
  return {
    evaluation,
    counts: evaluated.counts,
    leftOut: evaluated.leftOut.map(({ position }) => position),
    record: {
      type: 'metrics',
      task: SEGMENT,
      ...writtenScores({ primary: MEAN_IOU, values }),
      n: found.images,
      pixels: found.pixels,
      ...intervalsOf(found),
      classes: classes.length,
      withoutPixels: found.withoutPixels,
    },
    lines: linesOf(found, loss),
    tables: () => ({
      'images.csv': { rows: imageRows(evaluated) },
      'per-class.csv': {
        rows: found.perClass.map((one) => [
          one.name,
          ...CLASS_COLUMNS.map((column) => one[column] ?? ''),
        ]),
      },
    }),
  };
}

/** A loss that is not finite, as of a network that diverged, is left out. */
function lossValue(loss: number | null): { loss?: number } {
  return loss !== null && Number.isFinite(loss) ? { loss } : {};
}

function definedScores(scores: readonly number[]): Record<string, number> {
  const named = SEGMENTATION_SCORES.map((name, i): [string, number] => [name, scores[i]!]);
  return Object.fromEntries(named.filter(([, value]) => !Number.isNaN(value)));
}

function intervalsOf({ scores }: SegmentationEvaluation): Record<string, [number, number]> {
  return Object.fromEntries(
    Object.entries(scores).flatMap(([name, score]) =>
      score === null ? [] : [[`${name}Interval`, [score.low, score.high] as [number, number]]],
    ),
  );
}

/** Scores of each image alone; none of an image in which every pixel is ignored. */
function* imageRows({ counts, paths }: EvaluatedMasks): Generator<readonly CsvField[]> {
  const weights = new Uint32Array(counts.images);
  for (const [i, at] of paths.entries()) {
    weights.fill(0)[i] = 1;
    const { truth, iou, accuracy } = classPixels(counts, weights);
    const pixels = truth.reduce((sum, count) => sum + count, 0);
    const right = truth.reduce(
      (sum, count, c) => (count === 0 ? sum : sum + count * accuracy[c]!),
      0,
    );
    const present = iou.filter((value) => !Number.isNaN(value));
    const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
    yield pixels === 0 ? [at, null, null] : [at, right / pixels, mean];
  }
}

function linesOf(
  { images, pixels, classes, scores, perClass, withoutPixels }: SegmentationEvaluation,
  loss: number | null,
) {
  const { line, score, hardest } = lineMaker('pixel accuracy'.length);
  return [
    `On ${countOf(images, 'image')} with ${countOf(pixels, 'pixel')} of ${countOf(classes.length, 'class', 'classes')}:`,
    ...score('mIoU', scores.mIoU),
    ...score('pixel accuracy', scores.pixelAccuracy),
    ...score('mean accuracy', scores.meanAccuracy),
    ...score('boundary F', scores.boundaryF),
    ...(loss === null ? [] : [line('loss', loss.toFixed(4))]),
    ...hardest(perClass, 'IoU', ({ iou }) => iou),
    ...(withoutPixels.length === 0 ? [] : [`  without a pixel: ${withoutPixels.join(', ')}`]),
  ];
}

export function leftOutOf(leftOut: EvaluatedMasks['leftOut']): string[] {
  return leftOutNotes('Images that cannot be read any more, or their masks,', leftOut);
}
