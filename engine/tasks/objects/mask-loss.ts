/**
 * The loss of masks at points: cross-entropy and dice, with their slopes, and the costs of all
 * queries for all masks.
 *
 * @source Mask2Former (CVPR 2022); transformers 5.24, `EomtLoss` and `EomtHungarianMatcher`
 */
import type { LossWeights, ValueMap } from './loss-types.ts';
import {
  type Corners,
  contiguousMap,
  cornersOf,
  newCorners,
  type PointDraws,
  sampleMap,
  uncertainPoints,
} from './sample-points.ts';

/**
 * @param logits [cells, Q] of an image, on `rows` x `cols` cells
 * @param wanted masks of objects; undefined for one without
 * @param points [2 · n]
 * @param costs  [Q, objects], to which those of the masks are added
 */
export function addMaskCosts(
  logits: ArrayLike<number>,
  { rows, cols }: { readonly rows: number; readonly cols: number },
  wanted: readonly (ValueMap | undefined)[],
  points: Float64Array,
  weights: LossWeights,
  costs: Float64Array,
): void {
  const n = points.length / 2;
  const Q = logits.length / (rows * cols);
  const N = wanted.length;
  const truths = wanted.map((map) => map && sampleMap(map, points));
  const [values, corners] = [new Float64Array(Q), newCorners()];
  // Per query: sums of log(1 + exp(x)) and of probabilities. Per query and mask: of x and of
  // probabilities where the mask is.
  const [allSoft, allShares] = [new Float64Array(Q), new Float64Array(Q)];
  const [within, sharesWithin] = [new Float64Array(N * Q), new Float64Array(N * Q)];
  const shares = new Float64Array(Q);
  // Logarithms take a third of the time, so factors between 1 and 2 are multiplied first.
  const factors = new Float64Array(Q).fill(1);
  const takeLogarithms = () => {
    for (let q = 0; q < Q; q++) allSoft[q]! += Math.log(factors[q]!);
    factors.fill(1);
  };
  for (let k = 0; k < n; k++) {
    cornersOf(points[2 * k]!, points[2 * k + 1]!, rows, cols, corners);
    interpolateRows(logits, corners, values);
    for (let q = 0; q < Q; q++) {
      const value = values[q]!;
      const power = Math.exp(-Math.abs(value));
      const factor = 1 + power;
      const share = (value >= 0 ? 1 : power) / factor;
      allSoft[q]! += Math.max(value, 0);
      factors[q]! *= factor;
      shares[q] = share;
      allShares[q]! += share;
    }
    if (k % FACTORS === FACTORS - 1) takeLogarithms();
    for (let t = 0; t < N; t++) {
      const truth = truths[t]?.[k] ?? 0;
      if (truth === 0) continue;
      for (let q = 0; q < Q; q++) {
        within[t * Q + q]! += truth * values[q]!;
        sharesWithin[t * Q + q]! += truth * shares[q]!;
      }
    }
  }
  takeLogarithms();
  for (let t = 0; t < N; t++) {
    const truth = truths[t];
    if (truth === undefined) continue;
    const area = truth.reduce((sum, value) => sum + value, 0);
    for (let q = 0; q < Q; q++) {
      const entropy = (allSoft[q]! - within[t * Q + q]!) / n;
      const dice = 1 - (2 * sharesWithin[t * Q + q]! + 1) / (allShares[q]! + area + 1);
      costs[q * N + t]! += weights.mask * entropy + weights.dice * dice;
    }
  }
}

/** Factors up to 2 whose product stays below the largest number, 2^1024. */
const FACTORS = 512;

/** @param values [cells, out.length] */
function interpolateRows(
  values: ArrayLike<number>,
  { cells, shares }: Corners,
  out: Float64Array,
): void {
  const width = out.length;
  // A cell outside has no share: one inside is read in its place, without one.
  const inside = Math.max(cells[0]!, cells[1]!, cells[2]!, cells[3]!);
  const startOf = (i: number) => (cells[i]! < 0 ? inside : cells[i]!) * width;
  const shareOf = (i: number) => (cells[i]! < 0 ? 0 : shares[i]!);
  const [a, b, c, d] = [startOf(0), startOf(1), startOf(2), startOf(3)];
  const [ofA, ofB, ofC, ofD] = [shareOf(0), shareOf(1), shareOf(2), shareOf(3)];
  for (let i = 0; i < width; i++)
    out[i] =
      ofA * values[a + i]! + ofB * values[b + i]! + ofC * values[c + i]! + ofD * values[d + i]!;
}

/**
 * The loss of one mask at points where it is uncertain, and random ones.
 *
 * @param points number of points
 * @param factor on the loss, such as 1 over the number of objects
 * @param slopes of the map's values, to which those of the loss are added
 */
export function maskLoss(
  predicted: ValueMap,
  wanted: ValueMap,
  draws: PointDraws,
  points: number,
  weights: LossWeights,
  factor: number,
  slopes: { [at: number]: number },
): number {
  const own = contiguousMap(predicted);
  const places = uncertainPoints(own, draws, points);
  const [logits, truths] = [sampleMap(own, places), sampleMap(wanted, places)];
  let [entropy, overlap, total] = [0, 0, 0];
  const shares = new Float64Array(points);
  for (let k = 0; k < points; k++) {
    const logit = logits[k]!;
    const truth = truths[k]!;
    const power = Math.exp(-Math.abs(logit));
    // As `sigmoid` computes it, from the same power.
    const share = logit >= 0 ? 1 / (1 + power) : 1 - 1 / (1 + power);
    entropy += Math.max(logit, 0) + Math.log1p(power) - truth * logit;
    overlap += share * truth;
    total += share + truth;
    shares[k] = share;
  }
  const [above, below] = [2 * overlap + 1, total + 1];
  const corners = newCorners();
  for (let k = 0; k < points; k++) {
    const share = shares[k]!;
    const truth = truths[k]!;
    const ofEntropy = (share - truth) / points;
    const ofDice = ((above - 2 * truth * below) / (below * below)) * share * (1 - share);
    const slope = factor * (weights.mask * ofEntropy + weights.dice * ofDice);
    cornersOf(places[2 * k]!, places[2 * k + 1]!, predicted.rows, predicted.cols, corners);
    for (let i = 0; i < 4; i++) {
      const cell = corners.cells[i]!;
      if (cell < 0) continue;
      slopes[predicted.start + predicted.stride * cell]! += slope * corners.shares[i]!;
    }
  }
  return factor * (weights.mask * (entropy / points) + weights.dice * (1 - above / below));
}
