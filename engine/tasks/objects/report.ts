/** Results of networks that find objects, as records, tables and text. */

import { COCO_SCORES, type CocoScore } from '../../contract/coco-scores.ts';
import type { CsvField } from '../../contract/csv-text.ts';
import { defined } from '../../contract/defined.ts';
import { countOf } from '../../contract/number-text.ts';
import { type Primary, writtenScores } from '../../contract/scores.ts';
import type { ObjectsEvaluation } from '../../contract/studio/evaluations.ts';
import { leftOutNotes } from '../../data/sources/unreadable.ts';
import { classColour, colourText } from '../../data/targets/class-colours.ts';
import type { BootstrapOptions } from '../../evaluation/bootstrap.ts';
import { DetectionScorer } from '../../evaluation/detection/average-precision.ts';
import type { DetectionMatches } from '../../evaluation/detection/matches.ts';
import {
  type DetectionEvaluation,
  evaluateDetections,
  nothingToFind,
} from '../../evaluation/detection/report.ts';
import type { LabelledReport, TableKind, TaskEvaluation } from '../labelled-task.ts';
import { lineMaker } from '../shared/report-lines.ts';
import type { EvaluationResult } from '../task.ts';
import { type EvaluatedObjects, SURE } from './evaluate-objects.ts';
import { mistakeOf } from './mistakes.ts';

export type ObjectTask = 'detect' | 'instances';

/** Average precision of masks where a network has them, else of boxes. */
const AVERAGE_PRECISION: Primary = { name: 'AP', better: 'higher' };

/** Scores of a class, at all overlaps, at 0.5 and at 0.75. */
const CLASS_COLUMNS = ['truths', 'detections', 'AP', 'AP50', 'AP75', 'AR100'] as const;
const OUTCOME_COLUMNS = ['path', 'objects', 'missed', 'wrong', 'AP'] as const;

/** Of networks with masks, `boxes.csv` has of the boxes what `per-class.csv` has of the masks. */
export function objectTables(task: ObjectTask): Readonly<Record<string, TableKind>> {
  const perClass = { columns: ['class', ...CLASS_COLUMNS] };
  return {
    'images.csv': { columns: OUTCOME_COLUMNS },
    'per-class.csv': perClass,
    ...(task === 'instances' && { 'boxes.csv': perClass }),
    'curves.csv': { columns: ['iou', 'recall', 'precision'] },
  };
}

export interface ObjectsReport extends LabelledReport {
  readonly evaluation: TaskEvaluation & ObjectsEvaluation;
  /** What the primary score is counted from. */
  readonly matches: DetectionMatches;
  /** Positions of images that could not be decoded. */
  readonly leftOut: readonly number[];
}

/** Scores that are followed during training. */
const FOLLOWED: readonly CocoScore[] = ['AP', 'AP50', 'AP75', 'AR100'];

/** A result without intervals, which take time. @throws StudioError `evaluation-empty` */
export function objectsSummary(evaluated: EvaluatedObjects): EvaluationResult {
  const { boxes, masks, outcomes, leftOut, pictures } = evaluated;
  const scores = new DetectionScorer(masks ?? boxes).scores();
  if (scores.AP === null) throw nothingToFind();
  const ofBoxes = masks && new DetectionScorer(boxes).scores();
  return {
    primary: AVERAGE_PRECISION,
    values: valuesOf(
      (name) => (FOLLOWED.includes(name) ? scores[name] : null),
      ofBoxes && ((name) => (name === 'AP' ? ofBoxes.AP : null)),
    ),
    n: outcomes.length,
    notes: leftOutOf(leftOut),
    ...defined({ pictures }),
  };
}

/** @throws StudioError `evaluation-empty` where no image has an object to find */
export function objectsReport(
  task: ObjectTask,
  evaluated: EvaluatedObjects,
  classes: readonly string[],
  options: BootstrapOptions = {},
): ObjectsReport {
  const { boxes, masks, outcomes, worst, leftOut } = evaluated;
  const [ofBoxes, ofMasks] = [boxes, masks].map(
    (matches) => matches && evaluateDetections(matches, classes, options),
  );
  const main = ofMasks ?? ofBoxes!;
  const values = valuesOf(
    (name) => main.scores[name]?.value ?? null,
    ofMasks && ((name) => ofBoxes!.scores[name]?.value ?? null),
  );
  const evaluation = {
    task,
    primary: AVERAGE_PRECISION,
    values,
    images: outcomes.length,
    classes: [...classes],
    colours: classes.map((_, label) => colourText(classColour(undefined, label))),
    threshold: SURE,
    objects: outcomes.reduce((sum, { objects }) => sum + objects, 0),
    boxes: partOf(ofBoxes!),
    masks: ofMasks ? partOf(ofMasks) : null,
    withoutObjects: [...main.withoutTruths],
    mistakes: worst.map(mistakeOf),
  };
  return {
    evaluation,
    matches: masks ?? boxes,
    leftOut: leftOut.map(({ position }) => position),
    record: recordOf(evaluation),
    lines: linesOf(evaluation, ofBoxes!, ofMasks),
    tables: () => ({
      'images.csv': { rows: outcomes.map((one) => OUTCOME_COLUMNS.map((name) => one[name])) },
      'per-class.csv': { rows: classRows(main) },
      ...(ofMasks && { 'boxes.csv': { rows: classRows(ofBoxes!) } }),
      'curves.csv': { rows: curveRows(main) },
    }),
  };
}

type ScoreOf = (name: CocoScore) => number | null;

/** By name those that are defined; with masks, the main numbers of the boxes as well. */
function valuesOf(main: ScoreOf, boxes: ScoreOf | undefined): Record<string, number> {
  const named = [
    ...COCO_SCORES.map((name): [string, number | null] => [name, main(name)]),
    ...(boxes ? (['AP', 'AP50', 'AP75'] as const) : []).map((name): [string, number | null] => [
      `box${name}`,
      boxes!(name),
    ]),
  ];
  return Object.fromEntries(named.filter((one): one is [string, number] => one[1] !== null));
}

function partOf({ scores, perClass, curves }: DetectionEvaluation): ObjectsEvaluation['boxes'] {
  return {
    scores,
    perClass: [...perClass],
    curves: curves.map(({ iou, recall, precision }) => ({
      iou,
      recall: [...recall],
      precision: [...precision],
    })),
  };
}

function recordOf(evaluation: ObjectsReport['evaluation']): Record<string, unknown> {
  const { task, primary, values, images, objects, classes, withoutObjects, boxes, masks } =
    evaluation;
  const { scores } = masks ?? boxes;
  const intervals = COCO_SCORES.flatMap((name) => {
    const score = scores[name];
    return score === null ? [] : [[`${name}Interval`, [score.low, score.high]]];
  });
  const ofBoxes = masks === null ? null : boxes.scores.AP;
  return {
    type: 'metrics',
    task,
    ...writtenScores({ primary, values }),
    n: images,
    objects,
    ...Object.fromEntries(intervals),
    ...(ofBoxes && { boxAPInterval: [ofBoxes.low, ofBoxes.high] }),
    classes: classes.length,
    withoutObjects,
  };
}

function classRows({ perClass }: DetectionEvaluation): CsvField[][] {
  return perClass.map((one) => [one.name, ...CLASS_COLUMNS.map((column) => one[column])]);
}

function curveRows({ curves }: DetectionEvaluation): CsvField[][] {
  return curves.flatMap(({ iou, recall, precision }) =>
    recall.map((share, i) => [iou, Number(share.toFixed(2)), precision[i]!]),
  );
}

function linesOf(
  { images, objects, classes }: ObjectsReport['evaluation'],
  boxes: DetectionEvaluation,
  masks: DetectionEvaluation | undefined,
): string[] {
  const { scores, perClass, withoutTruths } = masks ?? boxes;
  const { score, hardest } = lineMaker('AP of masks'.length);
  return [
    `On ${countOf(images, 'image')} with ${countOf(objects, 'object')} of ${countOf(classes.length, 'class', 'classes')}:`,
    ...score(masks ? 'AP of masks' : 'AP', scores.AP),
    ...score('AP50', scores.AP50),
    ...score('AP75', scores.AP75),
    ...(masks ? score('AP of boxes', boxes.scores.AP) : []),
    ...score('AR100', scores.AR100),
    ...hardest(perClass, 'AP', ({ AP }) => AP),
    ...(withoutTruths.length === 0 ? [] : [`  without an object: ${withoutTruths.join(', ')}`]),
  ];
}

export function leftOutOf(leftOut: EvaluatedObjects['leftOut']): string[] {
  return leftOutNotes('Images that cannot be decoded any more', leftOut);
}
