/**
 * The loss of boxes: L1 distance and generalised intersection over union, with their slopes.
 *
 * Boxes are [centre x, centre y, width, height] as shares of the view, each the sigmoid of a logit.
 *
 * @source DETR (ECCV 2020), section 3.1
 */
import { type BoxXyxy, generalisedIou } from '../../geometry/box.ts';
import type { LossWeights } from './loss-types.ts';

export type Box = readonly [x: number, y: number, width: number, height: number];

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : 1 - 1 / (1 + Math.exp(x));
}

export function boxAt(boxes: ArrayLike<number>, i: number): Box {
  return [boxes[4 * i]!, boxes[4 * i + 1]!, boxes[4 * i + 2]!, boxes[4 * i + 3]!];
}

/** @param logits [n, 4] */
export function predictedBox(logits: ArrayLike<number>, i: number): Box {
  const [x, y, width, height] = boxAt(logits, i);
  return [sigmoid(x), sigmoid(y), sigmoid(width), sigmoid(height)];
}

/** @param logits [n, 4] */
export function predictedBoxes(logits: ArrayLike<number>): Box[] {
  return Array.from({ length: logits.length / 4 }, (_, i) => predictedBox(logits, i));
}

export function edgesOf([x, y, width, height]: Box): BoxXyxy {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

export function boxCost(a: Box, b: Box, weights: LossWeights): number {
  return weights.box * distance(a, b) - weights.giou * generalisedIou(edgesOf(a), edgesOf(b));
}

/**
 * @param factor on the loss, such as 1 over the number of objects
 * @param slopes [n, 4], to which those of the logits of box `at` are added
 */
export function boxLoss(
  predicted: Box,
  wanted: Box,
  { box, giou }: LossWeights,
  factor: number,
  slopes: { [at: number]: number },
  at: number,
): number {
  const overlap = giouSlopes(edgesOf(predicted), edgesOf(wanted));
  const [left, top, right, bottom] = overlap.slopes;
  // Of centre and size, from those of the edges.
  const ofOverlap = [left + right, top + bottom, (right - left) / 2, (bottom - top) / 2];
  for (let i = 0; i < 4; i++) {
    const value = predicted[i]!;
    const slope = box * Math.sign(value - wanted[i]!) - giou * ofOverlap[i]!;
    slopes[4 * at + i]! += factor * slope * value * (1 - value);
  }
  return factor * (box * distance(predicted, wanted) + giou * (1 - overlap.value));
}

function distance(a: Box, b: Box): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum;
}

/** Generalised IoU and its slopes with respect to the edges of `a`. */
function giouSlopes(a: BoxXyxy, b: BoxXyxy) {
  const [x, y] = [sideOf(a, b, 0), sideOf(a, b, 1)];
  const shared = x.shared * y.shared;
  const union = x.own * y.own + x.other * y.other - shared;
  const hull = x.hull * y.hull;
  const slopes = [0, 1, 2, 3].map((edge) => {
    const [own, other] = edge % 2 === 0 ? [x, y] : [y, x];
    const end = edge < 2 ? 0 : 1;
    const ofShared = own.ofShared[end] * other.shared;
    const ofHull = own.ofHull[end] * other.hull;
    const ofUnion = (end === 0 ? -1 : 1) * other.own - ofShared;
    const ofIou = (ofShared - (shared / union) * ofUnion) / union;
    return ofIou + (ofUnion - (union / hull) * ofHull) / hull;
  }) as [number, number, number, number];
  return { value: shared / union - 1 + union / hull, slopes };
}

interface Side {
  readonly own: number;
  readonly other: number;
  readonly shared: number;
  readonly hull: number;
  /** With respect to the low and the high edge. */
  readonly ofShared: readonly [low: number, high: number];
  readonly ofHull: readonly [low: number, high: number];
}

/** Lengths along x (0) or y (1). */
function sideOf(a: BoxXyxy, b: BoxXyxy, axis: 0 | 1): Side {
  const [low, high] = [a[axis], a[axis === 0 ? 2 : 3]];
  const [otherLow, otherHigh] = [b[axis], b[axis === 0 ? 2 : 3]];
  const shared = Math.min(high, otherHigh) - Math.max(low, otherLow);
  return {
    own: high - low,
    other: otherHigh - otherLow,
    shared: Math.max(0, shared),
    hull: Math.max(high, otherHigh) - Math.min(low, otherLow),
    ofShared: shared > 0 ? [low > otherLow ? -1 : 0, high < otherHigh ? 1 : 0] : [0, 0],
    ofHull: [low < otherLow ? -1 : 0, high > otherHigh ? 1 : 0],
  };
}
