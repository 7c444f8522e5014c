/**
 * The loss of predicted objects of one image at one depth, computed on the host: queries are assigned
 * to objects at the least cost, and the loss of these pairs comes with its slopes with respect to the
 * predictions, from which the device goes on.
 *
 * @source EoMT (CVPR 2025) and DETR (ECCV 2020); transformers 5.24, `EomtLoss`
 */
import type { ViewObjects } from '../../data/view-objects.ts';
import { boxIous, toXywh } from '../../geometry/box.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import { assign } from '../shared/assignment.ts';
import { type Box, boxAt, boxCost, boxLoss, edgesOf, predictedBox } from './box-loss.ts';
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

/** @param objects of each image of a batch */
export function lossDivisors(
  objects: readonly Pick<LearntObjects, 'classes'>[],
  queries: number,
  { noObject }: LossWeights,
): LossDivisors {
  const counts = objects.map(({ classes }) => classes.length);
  const paired = counts.reduce((sum, count) => sum + Math.min(count, queries), 0);
  return {
    classes: paired + noObject * (objects.length * queries - paired),
    objects: Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    ),
  };
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
  const pairs = assignQueries(predicted, objects, maps, rules, draws);
  let loss = classLoss(predicted, objects, pairs, rules, slopes.classes);
  const factor = 1 / rules.divisors.objects;
  for (const { query, object } of pairs) {
    if (predicted.boxes !== undefined) {
      const [own, wanted] = [predictedBox(predicted.boxes, query), boxAt(objects.boxes, object)];
      loss += boxLoss(own, wanted, rules.weights, factor, slopes.boxes!, query);
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

/** A cost that is no number, which a network that diverges has. */
const UNKNOWN_COST = 1e12;

function assignQueries(
  predicted: DepthPredictions,
  { classes, boxes }: LearntObjects,
  maps: readonly (ValueMap | undefined)[],
  { weights, queries, maskSize }: LossRules,
  draws: PointDraws,
): Pair[] {
  const N = classes.length;
  if (N === 0) return [];
  const costs = new Float64Array(queries * N);
  const width = predicted.classes.length / queries;
  for (let q = 0; q < queries; q++) {
    const shares = softmax(predicted.classes, q * width, width);
    const own = predicted.boxes && predictedBox(predicted.boxes, q);
    for (let t = 0; t < N; t++)
      costs[q * N + t] =
        -weights.class * shares[classes[t]!]! + (own ? boxCost(own, boxAt(boxes, t), weights) : 0);
  }
  const { masks } = predicted;
  if (masks !== undefined && maskSize !== undefined)
    addMaskCosts(masks.values, masks, maps, draws.matching(), weights, costs);
  const finite = costs.map((cost) => (Number.isFinite(cost) ? cost : UNKNOWN_COST));
  const { rows, columns } = assign(finite, queries, N);
  return Array.from(rows, (query, i) => ({ query, object: columns[i]! }));
}

/** Weighted cross-entropy of all queries, those without an object with the class "no object". */
function classLoss(
  { classes: logits, boxes }: DepthPredictions,
  { classes, ignored }: LearntObjects,
  pairs: readonly Pair[],
  { weights, queries, divisors }: LossRules,
  slopes: Slopes,
): number {
  const width = logits.length / queries;
  const wanted = new Int32Array(queries).fill(width - 1);
  for (const { query, object } of pairs) wanted[query] = classes[object]!;
  const excused = boxes && excusedQueries(boxes, ignored);
  let loss = 0;
  for (let q = 0; q < queries; q++) {
    const isNone = wanted[q] === width - 1;
    if (isNone && excused?.[q] === 1) continue;
    const factor = (weights.class * (isNone ? weights.noObject : 1)) / divisors.classes;
    const shares = softmax(logits, q * width, width);
    loss -= factor * Math.log(Math.max(shares[wanted[q]!]!, Number.MIN_VALUE));
    for (let c = 0; c < width; c++)
      slopes[q * width + c]! += factor * (shares[c]! - Number(c === wanted[q]));
  }
  return loss;
}

/** Share of a box that has to lie in an ignored one, which may hold objects. */
const EXCUSED_SHARE = 0.5;

/** @returns [Q] 1 for a query that is not told that it has no object */
function excusedQueries(logits: ArrayLike<number>, ignored: Float32Array): Uint8Array {
  const own = Array.from({ length: logits.length / 4 }, (_, q) => predictedBox(logits, q));
  const regions = Array.from({ length: ignored.length / 4 }, (_, i) => boxAt(ignored, i));
  const flat = (boxes: readonly Box[]) =>
    Float64Array.from(boxes.flatMap((box) => toXywh(edgesOf(box))));
  // Of a crowd the area of the box itself is the divisor.
  const shares = boxIous(flat(own), flat(regions), new Uint8Array(regions.length).fill(1));
  return Uint8Array.from(own, (_, q) =>
    Number(regions.some((_, i) => shares[q * regions.length + i]! >= EXCUSED_SHARE)),
  );
}

/** NaN where a logit is. */
function softmax(logits: ArrayLike<number>, start: number, width: number): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < width; c++) largest = Math.max(largest, logits[start + c]!);
  const powers = new Float64Array(width);
  let sum = 0;
  for (let c = 0; c < width; c++) sum += powers[c] = Math.exp(logits[start + c]! - largest);
  return powers.map((power) => power / sum);
}
