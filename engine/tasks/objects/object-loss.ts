/**
 * The loss of predicted objects of one image at one depth, computed on the host: queries are assigned
 * to objects at the least cost, and the loss of these pairs comes with its slopes with respect to the
 * predictions, from which the device goes on.
 *
 * @source EoMT (CVPR 2025) and DETR (ECCV 2020); transformers 5.24, `EomtLoss`
 */
import type { ViewObjects } from '../../data/views/view-objects.ts';
import { boxIous, toXywh } from '../../geometry/box.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import { assign } from '../shared/assignment.ts';
import { type Box, boxAt, boxCost, boxLoss, edgesOf, predictedBoxes } from './box-loss.ts';
import type { LossWeights, Pair, ValueMap } from './loss-types.ts';
import { addMaskCosts, maskLoss } from './mask-loss.ts';
import type { PointDraws } from './sample-points.ts';

export type LearntObjects = Pick<
  ViewObjects,
  'boxes' | 'classes' | 'ignored' | 'masks' | 'hasMask'
>;

/** Predictions of one image at one depth. */
export interface DepthPredictions {
  /** [Q, classes + 1] logits */
  readonly classes: ArrayLike<number>;
  /** [Q, 4] logits; undefined where they are not learnt */
  readonly boxes: ArrayLike<number> | undefined;
  /** [cells, Q] logits; undefined where they are not learnt */
  readonly masks: (GridSize & { readonly values: ArrayLike<number> }) | undefined;
}

/** What the parts of the loss are divided by, of the whole batch. */
export interface LossDivisors {
  /** Sum of the weights of classes. */
  readonly classes: number;
  readonly objects: number;
}

export interface LossRules {
  readonly queries: number;
  readonly weights: LossWeights;
  /** Points of a mask. */
  readonly points: number;
  readonly divisors: LossDivisors;
  /** Cells of the masks of objects; needed where masks are learnt. */
  readonly maskSize: GridSize | undefined;
}

export type Slopes = Float32Array | Float64Array;

/** Like the predictions, zero before the loss adds its own. */
export interface DepthSlopes {
  readonly classes: Slopes;
  readonly boxes: Slopes | undefined;
  readonly masks: Slopes | undefined;
}

export interface DepthLoss {
  readonly loss: number;
  readonly pairs: readonly Pair[];
}

/**
 * What the divisors are made of, which adds up over the images of a batch.
 *
 * @param objects of each image
 */
export function lossCounts(
  objects: readonly Pick<LearntObjects, 'classes'>[],
  queries: number,
  { noObject }: LossWeights,
): LossDivisors {
  const counts = objects.map(({ classes }) => classes.length);
  const paired = counts.reduce((sum, count) => sum + Math.min(count, queries), 0);
  return {
    classes: paired + noObject * (objects.length * queries - paired),
    objects: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** @param counts of the whole batch */
export function lossDivisors(counts: LossDivisors): LossDivisors {
  return { ...counts, objects: Math.max(1, counts.objects) };
}

/** @param slopes of the loss, which are added to */
export function depthLoss(
  predicted: DepthPredictions,
  objects: LearntObjects,
  rules: LossRules,
  draws: PointDraws,
  slopes: DepthSlopes,
): DepthLoss {
  const { queries } = rules;
  const maps = wantedMaps(objects, rules.maskSize);
  const shares = classShares(predicted.classes, queries);
  const boxes = predicted.boxes && predictedBoxes(predicted.boxes);
  const pairs = assignQueries(
    { masks: predicted.masks, shares, boxes },
    objects,
    maps,
    rules,
    draws,
  );
  const excused = boxes && excusedQueries(boxes, objects.ignored);
  let loss = classLoss(shares, excused, objects, pairs, rules, slopes.classes);
  const factor = 1 / rules.divisors.objects;
  for (const { query, object } of pairs) {
    if (boxes !== undefined) {
      const wanted = boxAt(objects.boxes, object);
      loss += boxLoss(boxes[query]!, wanted, rules.weights, factor, slopes.boxes!, query);
    }
    const wanted = maps[object];
    if (predicted.masks === undefined || wanted === undefined) continue;
    const own: ValueMap = { ...predicted.masks, stride: queries, start: query };
    loss += maskLoss(own, wanted, draws, rules.points, rules.weights, factor, slopes.masks!);
  }
  return { loss, pairs };
}

/** Masks of objects that have one; none without a size. */
function wantedMaps(
  { classes, masks, hasMask }: LearntObjects,
  size: GridSize | undefined,
): (ValueMap | undefined)[] {
  return Array.from(classes, (_, i) => {
    if (size === undefined || masks === undefined || hasMask?.[i] === 0) return undefined;
    return { ...size, values: masks, stride: 1, start: i * size.rows * size.cols };
  });
}

/** Predictions as probabilities and boxes. */
interface Predicted extends Pick<DepthPredictions, 'masks'> {
  /** [Q, classes + 1] */
  readonly shares: Float64Array;
  readonly boxes: readonly Box[] | undefined;
}

/** A cost that is no number, which a network that diverges has. */
const UNKNOWN_COST = 1e12;

function assignQueries(
  { shares, boxes: own, masks }: Predicted,
  { classes, boxes }: LearntObjects,
  maps: readonly (ValueMap | undefined)[],
  { weights, queries, maskSize }: LossRules,
  draws: PointDraws,
): Pair[] {
  const N = classes.length;
  if (N === 0) return [];
  const costs = new Float64Array(queries * N);
  const width = shares.length / queries;
  for (let t = 0; t < N; t++) {
    const wanted = boxAt(boxes, t);
    for (let q = 0; q < queries; q++)
      costs[q * N + t] =
        -weights.class * shares[q * width + classes[t]!]! +
        (own ? boxCost(own[q]!, wanted, weights) : 0);
  }
  if (masks !== undefined && maskSize !== undefined)
    addMaskCosts(masks.values, masks, maps, draws.matching(), weights, costs);
  for (let at = 0; at < costs.length; at++)
    if (!Number.isFinite(costs[at])) costs[at] = UNKNOWN_COST;
  const { rows, columns } = assign(costs, queries, N);
  return Array.from(rows, (query, i) => ({ query, object: columns[i]! }));
}

/** Weighted cross-entropy of all queries, those without an object with the class "no object". */
function classLoss(
  shares: Float64Array,
  excused: Uint8Array | undefined,
  { classes }: LearntObjects,
  pairs: readonly Pair[],
  { weights, queries, divisors }: LossRules,
  slopes: Slopes,
): number {
  const width = shares.length / queries;
  const wanted = new Int32Array(queries).fill(width - 1);
  for (const { query, object } of pairs) wanted[query] = classes[object]!;
  let loss = 0;
  for (let q = 0; q < queries; q++) {
    const isNone = wanted[q] === width - 1;
    if (isNone && excused?.[q] === 1) continue;
    const factor = (weights.class * (isNone ? weights.noObject : 1)) / divisors.classes;
    const first = q * width;
    const own = first + wanted[q]!;
    loss -= factor * Math.log(Math.max(shares[own]!, Number.MIN_VALUE));
    for (let at = first; at < first + width; at++)
      slopes[at]! += factor * (shares[at]! - (at === own ? 1 : 0));
  }
  return loss;
}

/** Share of a box that has to lie in an ignored one, which may hold objects. */
const EXCUSED_SHARE = 0.5;

/** @returns [Q] 1 for a query that is not told that it has no object; undefined where all are told */
function excusedQueries(own: readonly Box[], ignored: Float32Array): Uint8Array | undefined {
  if (ignored.length === 0) return undefined;
  const regions = Array.from({ length: ignored.length / 4 }, (_, i) => boxAt(ignored, i));
  const flat = (boxes: readonly Box[]) =>
    Float64Array.from(boxes.flatMap((box) => toXywh(edgesOf(box))));
  // Of a crowd the area of the box itself is the divisor.
  const shares = boxIous(flat(own), flat(regions), new Uint8Array(regions.length).fill(1));
  return Uint8Array.from(own, (_, q) =>
    Number(regions.some((_, i) => shares[q * regions.length + i]! >= EXCUSED_SHARE)),
  );
}

/** @returns [Q, classes + 1] probabilities; NaN for a query where one of its logits is */
function classShares(logits: ArrayLike<number>, queries: number): Float64Array {
  const width = logits.length / queries;
  const shares = new Float64Array(logits.length);
  for (let first = 0; first < shares.length; first += width) {
    const end = first + width;
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = first; at < end; at++) largest = Math.max(largest, logits[at]!);
    let sum = 0;
    for (let at = first; at < end; at++) sum += shares[at] = Math.exp(logits[at]! - largest);
    for (let at = first; at < end; at++) shares[at]! /= sum;
  }
  return shares;
}
