/**
 * Which queries keep to their masks while training. Each block with queries begins with all of them
 * and ends with none, the first block first, so that a trained network needs no masks within.
 *
 * @source EoMT (CVPR 2025), section 3.3 and its code, `mask_annealing`
 */
import { RandomStream } from '../../random/philox.ts';

const POWER = 0.9;

/** The probability in each block with queries at a step, from 0. */
export function maskedShares(blocks: number, step: number, totalSteps: number): number[] {
  const span = totalSteps / (blocks + 2);
  return Array.from({ length: blocks }, (_, i) => {
    const progress = step / span - (i + 1);
    return progress <= 0 ? 1 : progress >= 1 ? 0 : (1 - progress) ** POWER;
  });
}

/** @returns [blocks, batchSize, queries] 1 where a query keeps to its mask */
export function drawAttend(
  seed: number,
  step: number,
  shares: readonly number[],
  batchSize: number,
  queries: number,
): Float32Array {
  const random = new RandomStream(seed, 'attend', step);
  const each = batchSize * queries;
  return Float32Array.from({ length: shares.length * each }, (_, i) =>
    Number(random.uniform() < shares[Math.floor(i / each)]!),
  );
}
