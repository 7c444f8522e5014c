// Writes the random cases of the tests of masks and dense scores as JSON, for dense_fixtures.py.
//   node build/run.mjs bench/peers/dense-cases.ts DIR
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ArgumentError, plainArguments } from '../../build/arguments.ts';
import {
  DETECTION_CASES,
  detectionCase,
} from '../../engine/evaluation/detection/testing/detection-cases.ts';
import {
  PANOPTIC_CASES,
  panopticCase,
} from '../../engine/evaluation/segmentation/testing/panoptic-cases.ts';
import {
  SEGMENTATION_CASES,
  segmentationCase,
} from '../../engine/evaluation/segmentation/testing/segmentation-cases.ts';
import { MASK_CASES, maskCase } from '../../engine/geometry/testing/mask-cases.ts';
import {
  ASSIGNMENT_CASES,
  assignmentCase,
} from '../../engine/tasks/shared/testing/assignment-cases.ts';

function writeCases(
  folder: string,
  name: string,
  cases: number,
  draw: (number: number) => unknown,
) {
  const all = Array.from({ length: cases }, (_, number) => draw(number));
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(all));
}

export function main(args: string[]): void {
  const [folder] = plainArguments(args, 1);
  if (folder === undefined) throw new ArgumentError('Give a folder.');
  mkdirSync(folder, { recursive: true });
  writeCases(folder, 'masks', MASK_CASES, maskCase);
  writeCases(folder, 'detection', DETECTION_CASES, (number) => detectionCase(number));
  writeCases(folder, 'segmentation', SEGMENTATION_CASES, segmentationCase);
  writeCases(folder, 'panoptic', PANOPTIC_CASES, panopticCase);
  writeCases(folder, 'assignment', ASSIGNMENT_CASES, (number) => assignmentCase(number));
}
