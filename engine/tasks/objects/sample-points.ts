/**
 * Values of maps at points between their cells, and the points at which masks are compared.
 *
 * @source PyTorch, `grid_sample` without aligned corners and with zeros outside; PointRend (CVPR 2020)
 */
import { RandomStream } from '../../random/philox.ts';
import type { ValueMap } from './loss-types.ts';
import { nthSmallest } from './nth-smallest.ts';

/** Candidates for each point that is chosen for its uncertainty. */
const OVERSAMPLING = 3;
/** Share of the points that are chosen so; the others are random. */
const UNCERTAIN_SHARE = 0.75;

/** Random points as shares of the view, x and y by turns. */
export interface PointDraws {
  /** [2 · points], of an image, for the costs of its assignment. */
  matching(): Float64Array;
  /** [2 · 3 · points] of each object that is compared, in the order of their queries. */
  candidates(): Float64Array;
  /** [2 · (points − the uncertain ones)] likewise. */
  others(): Float64Array;
}

/** Numbers of the points of an object. */
export function pointCounts(points: number) {
  const uncertain = Math.floor(UNCERTAIN_SHARE * points);
  return { candidates: OVERSAMPLING * points, uncertain, others: points - uncertain };
}

/** Points of an image at one step and depth. @param image position in the batch */
export function drawPoints(
  seed: number,
  step: number,
  image: number,
  depth: number,
  points: number,
): PointDraws {
  const random = new RandomStream(seed, 'points', step, image, depth);
  const draw = (count: number) => {
    const places = new Float64Array(2 * count);
    for (let i = 0; i < places.length; i++) places[i] = random.uint32() / 0x1_0000_0000;
    return places;
  };
  const counts = pointCounts(points);
  return {
    matching: () => draw(points),
    candidates: () => draw(counts.candidates),
    others: () => draw(counts.others),
  };
}

/** The four cells around a point and their shares; cells outside have the index -1. */
export interface Corners {
  readonly cells: Int32Array;
  readonly shares: Float64Array;
}

export function newCorners(): Corners {
  return { cells: new Int32Array(4), shares: new Float64Array(4) };
}

export function cornersOf(x: number, y: number, rows: number, cols: number, out: Corners): void {
  const across = x * cols - 0.5;
  const down = y * rows - 0.5;
  const left = Math.floor(across);
  const top = Math.floor(down);
  const right = across - left;
  const low = down - top;
  for (let i = 0; i < 4; i++) {
    const dx = i & 1;
    const dy = i >> 1;
    const col = left + dx;
    const row = top + dy;
    const isInside = col >= 0 && col < cols && row >= 0 && row < rows;
    out.cells[i] = isInside ? row * cols + col : -1;
    out.shares[i] = (dx === 1 ? right : 1 - right) * (dy === 1 ? low : 1 - low);
  }
}

/** @param points [2 · n] @returns [n] */
export function sampleMap(map: ValueMap, points: Float64Array): Float64Array {
  const { values, rows, cols, stride, start } = map;
  const corners = newCorners();
  const { cells, shares } = corners;
  const sampled = new Float64Array(points.length / 2);
  for (let k = 0; k < sampled.length; k++) {
    cornersOf(points[2 * k]!, points[2 * k + 1]!, rows, cols, corners);
    let sum = 0;
    for (let i = 0; i < 4; i++) {
      const cell = cells[i]!;
      if (cell >= 0) sum += shares[i]! * values[start + stride * cell]!;
    }
    sampled[k] = sum;
  }
  return sampled;
}

/** A map whose values lie side by side, for many reads. */
export function contiguousMap({ values, rows, cols, stride, start }: ValueMap): ValueMap {
  const own = new Float64Array(rows * cols);
  for (let cell = 0; cell < own.length; cell++) own[cell] = values[start + stride * cell]!;
  return { values: own, rows, cols, stride: 1, start: 0 };
}

/** Most of the points where a mask is least certain, and random ones. */
export function uncertainPoints(map: ValueMap, draws: PointDraws, points: number): Float64Array {
  const { uncertain } = pointCounts(points);
  const candidates = draws.candidates();
  const distances = sampleMap(map, candidates);
  for (let at = 0; at < distances.length; at++) distances[at] = Math.abs(distances[at]!);
  const limit = uncertain === 0 ? -1 : nthSmallest(distances, uncertain - 1);
  const chosen = new Float64Array(2 * points);
  let count = 0;
  const take = (at: number) => {
    chosen[2 * count] = candidates[2 * at]!;
    chosen[2 * count + 1] = candidates[2 * at + 1]!;
    count++;
  };
  for (let at = 0; at < distances.length; at++) if (distances[at]! < limit) take(at);
  for (let at = 0; count < uncertain; at++)
    if (!(distances[at]! < limit || distances[at]! > limit)) take(at);
  chosen.set(draws.others(), 2 * uncertain);
  return chosen;
}
