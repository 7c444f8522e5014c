/**
 * Uncertainty of a measured number due to the choice of test images: the bootstrap over images with
 * percentile intervals.
 *
 * @source Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13
 */
import { RandomStream } from '../random/philox.ts';

/** A number with its 95 % interval over resamples of the images. */
export interface IntervalEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed?: number;
  readonly resamples?: number;
}

const RESAMPLES = 1000;
const TAIL = 0.025;

/**
 * @param images  number of images
 * @param measure the numbers to estimate, given the count of each image in a resample, [images];
 *   NaN where a number is undefined, such as the score of a class that the resample lacks
 * @returns one estimate per number; its interval is over the resamples in which it is defined
 */
export function bootstrap(
  images: number,
  measure: (weights: Uint32Array) => readonly number[],
  { seed = 0, resamples = RESAMPLES }: BootstrapOptions = {},
): IntervalEstimate[] {
  const weights = new Uint32Array(images).fill(1);
  const values = measure(weights);
  const found = values.map(() => new Float64Array(resamples));
  for (let r = 0; r < resamples; r++) {
    drawWeights(new RandomStream(seed, 'bootstrap', r), weights);
    for (const [i, value] of measure(weights).entries()) found[i]![r] = value;
  }
  return values.map((value, i) => {
    const sorted = found[i]!.filter((one) => !Number.isNaN(one)).sort();
    return { value, low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
  });
}

/** By name, in the order of the estimates; null where a number is undefined. */
export function namedEstimates<Name extends string>(
  names: readonly Name[],
  estimates: readonly IntervalEstimate[],
): Record<Name, IntervalEstimate | null> {
  const entries = names.map((name, i) => {
    const estimate = estimates[i]!;
    return [name, Number.isNaN(estimate.value) ? null : estimate];
  });
  return Object.fromEntries(entries) as Record<Name, IntervalEstimate | null>;
}

/** Draw as many images as there are, with replacement, and count each. */
function drawWeights(random: RandomStream, weights: Uint32Array): void {
  const n = weights.length;
  weights.fill(0);
  // With 32 bits, probabilities are off by a relative n/2^32 at most, in half the time of 53 bits.
  for (let i = 0; i < n; i++) weights[Math.floor((random.uint32() / 0x1_0000_0000) * n)]!++;
}

/** Linear interpolation between the nearest sorted values; NaN without any. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  return low + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low);
}
