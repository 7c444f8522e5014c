/**
 * How far a measured number may be off because other images could have been in the test set: the
 * bootstrap over images, percentile intervals.
 *
 * @source Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13
 */
import { RandomStream } from '../random/philox.ts';

/** A number and the range that 95 % of resamples of the images fall into. */
export interface Estimate {
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
 * @param images  how many there are
 * @param measure numbers to estimate, given how often each image counts, [images]
 * @returns one estimate for each of those numbers
 */
export function bootstrap(
  images: number,
  measure: (weights: Uint32Array) => readonly number[],
  { seed = 0, resamples = RESAMPLES }: BootstrapOptions = {},
): Estimate[] {
  const weights = new Uint32Array(images).fill(1);
  const values = measure(weights);
  const found = values.map(() => new Float64Array(resamples));
  for (let r = 0; r < resamples; r++) {
    drawWeights(new RandomStream(seed, 'bootstrap', r), weights);
    for (const [i, value] of measure(weights).entries()) found[i]![r] = value;
  }
  return values.map((value, i) => {
    const sorted = found[i]!.sort();
    return { value, low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
  });
}

/** How often each image is drawn when as many are drawn as there are, with replacement. */
function drawWeights(random: RandomStream, weights: Uint32Array): void {
  const n = weights.length;
  weights.fill(0);
  // 32 bits: an image's chance is off by less than n/2^32 of itself, and half the time is saved.
  for (let i = 0; i < n; i++) weights[Math.floor((random.uint32() / 0x1_0000_0000) * n)]!++;
}

/** Between the two nearest of the sorted values, linearly. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low);
}
