// How far scores and assignments are from pycocotools and SciPy on the stored random cases.
//   npm run bench:parity
// bench/peers/dense_fixtures.py has made what the cases are compared with.
import { plainArguments } from '../build/arguments.ts';
import { COCO_SCORES } from '../engine/contract/coco-scores.ts';
import { isStudioError } from '../engine/contract/errors.ts';
import { DetectionScorer } from '../engine/evaluation/detection/average-precision.ts';
import { DetectionMatcher } from '../engine/evaluation/detection/matches.ts';
import {
  DETECTION_CASES,
  type DetectionCase,
  detectionCase,
  imagesOf,
} from '../engine/evaluation/detection/testing/detection-cases.ts';
import { readSafetensors } from '../engine/formats/safetensors.ts';
import { packagedFile } from '../engine/platform/packaged-file.ts';
import { assign } from '../engine/tasks/shared/assignment.ts';
import {
  ASSIGNMENT_CASES,
  type AssignmentCase,
  assignmentCase,
} from '../engine/tasks/shared/testing/assignment-cases.ts';

async function stored(file: string, name: string) {
  const { tensors } = await readSafetensors(packagedFile(file));
  const { shape, data } = tensors.get(name)!;
  return { columns: shape[1] ?? 1, at: (i: number) => Number(data[i]) };
}

async function compareDetection(): Promise<void> {
  const peer = await stored('engine/evaluation/detection/testing/detection.safetensors', 'results');
  const most = COCO_SCORES.map(() => 0);
  const has = { crowds: 0, ties: 0, emptyImages: 0 };
  for (let number = 0; number < DETECTION_CASES; number++) {
    const one = detectionCase(number);
    countTraits(one, has);
    const matcher = new DetectionMatcher(one.classes, one.shapes);
    for (const { truths, detections } of imagesOf(one)) matcher.add(truths, detections);
    const scores = new DetectionScorer(matcher.finish()).scores();
    for (const [i, name] of COCO_SCORES.entries()) {
      const difference = Math.abs((scores[name] ?? -1) - peer.at(number * peer.columns + i));
      most[i] = Math.max(most[i]!, difference);
    }
  }
  const named = COCO_SCORES.map((name, i) => `${name} ${most[i]!.toExponential(1)}`);
  process.stdout.write(
    `pycocotools, ${DETECTION_CASES} cases (${has.crowds} with crowds, ${has.ties} with equal scores, ${has.emptyImages} with images without objects), largest differences: ${named.join(', ')}\n`,
  );
}

function countTraits({ images }: DetectionCase, has: Record<string, number>): void {
  const scores = images.map(({ detections }) => detections.map(({ score }) => score));
  if (images.some(({ truths }) => truths.some(({ crowd }) => crowd))) has['crowds']!++;
  if (scores.some((some) => new Set(some).size < some.length)) has['ties']!++;
  if (images.some(({ truths }) => truths.length === 0)) has['emptyImages']!++;
}

async function compareAssignments(): Promise<void> {
  const peer = await stored('engine/tasks/shared/testing/assignment.safetensors', 'costs');
  let [most, solved, infeasible, other, ties, infinities] = [0, 0, 0, 0, 0, 0];
  for (let number = 0; number < ASSIGNMENT_CASES; number++) {
    const one = assignmentCase(number);
    const finite = one.costs.filter((cost) => cost !== null);
    if (new Set(finite).size < finite.length) ties++;
    if (finite.length < one.costs.length) infinities++;
    const [cost, theirs] = [costOf(one), peer.at(number)];
    // What SciPy cannot assign either is stored as no number.
    if (cost === undefined && Number.isNaN(theirs)) infeasible++;
    else if (cost === undefined || Number.isNaN(theirs)) other++;
    else {
      solved++;
      most = Math.max(most, Math.abs(cost - theirs) / Math.max(1, Math.abs(theirs)));
    }
  }
  process.stdout.write(
    `SciPy, ${ASSIGNMENT_CASES} assignments (${ties} with ties, ${infinities} with infinities): ${solved} of equal cost, largest relative difference ${most.toExponential(1)}; ${infeasible} infeasible in both, ${other} in one alone\n`,
  );
}

/** Undefined where none is allowed. */
function costOf({ costs, rows, columns }: AssignmentCase): number | undefined {
  try {
    const given = costs.map((cost) => cost ?? Infinity);
    return assign(given, rows, columns).cost;
  } catch (error) {
    if (isStudioError(error, 'assignment-infeasible')) return undefined;
    throw error;
  }
}

export async function main(args: string[]): Promise<void> {
  plainArguments(args, 0);
  await compareDetection();
  await compareAssignments();
}
