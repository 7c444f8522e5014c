/**
 * Stochastic depth: random omission of residual branches per image, drawn on the host.
 * @source Huang et al., "Deep Networks with Stochastic Depth" (ECCV 2016); fixtures, section 5
 */
import { type BatchSettings, imagesPerPass } from '../../contract/micro-batch.ts';
import { type RankShare, valuesOfShare } from '../../data/loader/rank-share.ts';
import { RandomStream } from '../../random/philox.ts';

/** Probability of keeping each block's branches, falling linearly from 1 in the first block. */
export function keepProbabilities(depth: number, rate: number): number[] {
  return Array.from({ length: depth }, (_, block) => 1 - (rate * block) / Math.max(1, depth - 1));
}

/**
 * The factors of all branches at one step, a function of (seed, step) alone.
 * @returns [depth, 2, batchSize]: 0 where the branch is omitted, else 1 over its probability
 */
export function drawKeep(
  seed: number,
  step: number,
  probabilities: readonly number[],
  batchSize: number,
): Float32Array {
  const random = new RandomStream(seed, 'dropPath', step);
  const keep = new Float32Array(probabilities.length * 2 * batchSize);
  for (let i = 0; i < keep.length; i++) {
    const probability = probabilities[Math.floor(i / (2 * batchSize))]!;
    keep[i] = random.uniform() < probability ? 1 / probability : 0;
  }
  return keep;
}

/**
 * The factors of the images of one pass.
 *
 * @param keep [depth, 2, B]
 * @returns [depth, 2, B of the pass]
 */
export function branchesOf(
  keep: Float32Array,
  pass: number,
  settings: BatchSettings,
): Float32Array {
  const size = imagesPerPass(settings);
  const branches = keep.length / settings.batch_size;
  const some = new Float32Array(branches * size);
  for (let branch = 0; branch < branches; branch++) {
    const first = branch * settings.batch_size + pass * size;
    some.set(keep.subarray(first, first + size), branch * size);
  }
  return some;
}

/**
 * The factors of each step of a recipe; undefined without stochastic depth.
 *
 * @param share of a rank in each batch; left out, all of it
 */
export function keepOfSteps(
  { depth, drop_path: rate, seed, batch_size: batchSize }: DropPathSettings,
  share?: RankShare,
): (step: number) => Float32Array | undefined {
  if (rate === 0) return () => undefined;
  const probabilities = keepProbabilities(depth, rate);
  return (step) => valuesOfShare(drawKeep(seed, step, probabilities, batchSize), batchSize, share);
}

interface DropPathSettings {
  readonly depth: number;
  readonly drop_path: number;
  readonly seed: number;
  readonly batch_size: number;
}
