/**
 * Objects as they are learnt from: in pixels of the image as it is shown, within its borders, each
 * once. What is left out or changed is reported.
 */
import { getOrMake } from '../../contract/maps.ts';
import type { BoxXywh } from '../../geometry/box.ts';
import { type Polygon, polygonBounds } from '../../geometry/polygon.ts';
import { type RunLengths, runBounds } from '../../geometry/run-length.ts';
import type { ProblemLog } from '../annotations/dense-problems.ts';
import type { Size } from '../pixels/decode.ts';
import type { DenseObject, ObjectMask } from './dense-types.ts';
import type { DraftObject } from './draft.ts';
import { storedSize, turnBox, turnPolygon, turnRuns } from './orientation.ts';

/** Boxes that reach less far outside are rounded, not wrong. */
const ROUNDING = 0.5;
const TINY = 1;
/** Pixels; larger coordinates are damage. */
const FARTHEST = 1e7;

export interface ImageFrame {
  /** of the image as it is shown */
  readonly shown: Size;
  readonly orientation: number;
  /** whether labels are in pixels of the stored image */
  readonly isStored: boolean;
  /** whether coordinates are shares of width and height */
  readonly relative: boolean;
}

/** A class's number by its name or id; undefined where it is not listed. */
export type LabelOf = (of: string | number) => number | undefined;

/**
 * @param placeOf the file and record of an object
 */
export function settleObjects(
  drafts: readonly DraftObject[],
  frame: ImageFrame,
  labelOf: LabelOf,
  placeOf: (record: number) => string,
  log: ProblemLog,
): DenseObject[] {
  const settled: DenseObject[] = [];
  const byBox = new Map<string, DenseObject[]>();
  for (const draft of drafts) {
    const place = placeOf(draft.record);
    const label = labelOf(draft.of);
    if (label === undefined) {
      log.report('class-unlisted', `${place}: ${String(draft.of).slice(0, 60)}`);
      continue;
    }
    const mask = settleMask(draft, frame, place, log);
    const given = draft.box ?? boundsOf(mask);
    if (given === undefined) continue; // Its outline or run lengths are broken, which is reported.
    const box = settleBox(
      draft.box === undefined ? given : onImage(given, frame),
      frame,
      place,
      log,
    );
    if (box === undefined) continue;
    const { crowd, area, record } = draft;
    const object = { label, box, ...(mask && { mask }), crowd, area, record };
    const key = `${label} ${crowd} ${box.join()} ${digestOf(mask)}`;
    const alike = getOrMake(byBox, key, () => []);
    if (alike.some((other) => sameMask(other.mask, mask))) {
      log.report('object-doubled', place);
      continue;
    }
    alike.push(object);
    settled.push(object);
  }
  return settled;
}

/** A box as it is written, in pixels of the image as it is shown. */
function onImage(given: BoxXywh, { shown, orientation, isStored, relative }: ImageFrame): BoxXywh {
  const [left, top, width, height] = given;
  const box: BoxXywh = relative
    ? [left * shown.width, top * shown.height, width * shown.width, height * shown.height]
    : given;
  return isStored ? turnBox(box, storedSize(shown, orientation), orientation) : box;
}

function settleBox(
  box: BoxXywh,
  { shown }: ImageFrame,
  place: string,
  log: ProblemLog,
): BoxXywh | undefined {
  const [left, top, width, height] = box;
  const [right, bottom] = [left + width, top + height];
  const report = (code: Parameters<ProblemLog['report']>[0]) => log.report(code, place);
  if (box.some((value) => !(Math.abs(value) <= FARTHEST))) report('box-invalid');
  // A width that is lost beside the place of the box is none.
  else if (right <= left || bottom <= top) report('box-empty');
  else if (left >= shown.width || top >= shown.height || right <= 0 || bottom <= 0)
    report('box-beyond');
  else {
    const beyond = Math.max(-left, -top, right - shown.width, bottom - shown.height);
    if (beyond > ROUNDING) report('box-outside');
    const [x, y] = [Math.max(left, 0), Math.max(top, 0)];
    const inside: BoxXywh =
      beyond > 0
        ? [x, y, Math.min(right, shown.width) - x, Math.min(bottom, shown.height) - y]
        : box;
    if (inside[2] < TINY || inside[3] < TINY) report('box-tiny');
    return inside;
  }
  return undefined;
}

function settleMask(
  { polygons, runs }: DraftObject,
  frame: ImageFrame,
  place: string,
  log: ProblemLog,
): ObjectMask | undefined {
  if (runs !== undefined)
    return settleRuns(typeof runs === 'function' ? runs() : runs, frame, place, log);
  if (polygons === undefined) return undefined;
  const kept = polygons.flatMap((polygon) => {
    const settled = settlePolygon(polygon, frame);
    if (settled === undefined) log.report('polygon-broken', place);
    return settled === undefined ? [] : [settled];
  });
  return kept.length === 0 ? undefined : { polygons: kept };
}

/** @returns undefined for an outline of fewer than three points, or without an area */
function settlePolygon(
  given: Polygon,
  { shown, orientation, isStored, relative }: ImageFrame,
): Polygon | undefined {
  if (given.length < 6 || given.length % 2 === 1) return undefined;
  const polygon = relative
    ? Float64Array.from(given, (value, i) => value * (i % 2 === 0 ? shown.width : shown.height))
    : given;
  const [left, top, right, bottom] = polygonBounds(polygon);
  const isSound = [left, top, right, bottom].every((value) => Math.abs(value) <= FARTHEST);
  if (!isSound || !(right > left) || !(bottom > top)) return undefined;
  return isStored ? turnPolygon(polygon, storedSize(shown, orientation), orientation) : polygon;
}

/** The run lengths where they are of the size that labels of this image have. */
function settleRuns(
  runs: RunLengths,
  { shown, orientation, isStored }: ImageFrame,
  place: string,
  log: ProblemLog,
): ObjectMask | undefined {
  const size = isStored ? storedSize(shown, orientation) : shown;
  if (runs.width !== size.width || runs.height !== size.height) {
    log.report('run-lengths-broken', place);
    return undefined;
  }
  return { runs: isStored ? turnRuns(runs, orientation) : runs };
}

function boundsOf(mask: ObjectMask | undefined): BoxXywh | undefined {
  if (mask === undefined) return undefined;
  if ('runs' in mask) return runBounds(mask.runs);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of mask.polygons) {
    const bounds = polygonBounds(polygon);
    left = Math.min(left, bounds[0]);
    top = Math.min(top, bounds[1]);
    right = Math.max(right, bounds[2]);
    bottom = Math.max(bottom, bounds[3]);
  }
  return [left, top, right - left, bottom - top];
}

/** Equal for equal masks, and mostly different for others, so that few are compared. */
function digestOf(mask: ObjectMask | undefined): number {
  if (mask === undefined) return -1;
  const lists = 'runs' in mask ? [mask.runs.counts] : mask.polygons;
  let digest = 0;
  for (const list of lists)
    for (let i = 0; i < list.length; i++) digest += list[i]! * ((i % 97) + 1);
  return digest;
}

function sameMask(a: ObjectMask | undefined, b: ObjectMask | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('runs' in a) return 'runs' in b && sameNumbers(a.runs.counts, b.runs.counts);
  if ('runs' in b || a.polygons.length !== b.polygons.length) return false;
  return a.polygons.every((polygon, i) => sameNumbers(polygon, b.polygons[i]!));
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
