/**
 * The time of a step on several ranks, as a model: that of a rank's share, the sum of the gradients, and
 * what its host spends on them. Nothing is computed while gradients travel, so it is a bound where sums
 * begin during the backward pass.
 */
import type { ExpectedStep } from '../../runs/events.ts';

/**
 * @param stepMs of a rank's share of the batch, without sums
 * @param sumMs  of all gradients
 * @param hostMs for copies and additions, where `stepMs` is without them
 */
export function stepOnRanks(parts: {
  readonly stepMs: number;
  readonly sumMs: number;
  readonly hostMs?: number;
}): ExpectedStep {
  const { stepMs, sumMs, hostMs = 0 } = parts;
  const whole = stepMs + sumMs + hostMs;
  return { stepMs: whole, efficiency: whole === 0 ? 1 : stepMs / whole };
}

/**
 * The time of a sum over a ring, in which each rank sends 2 (R - 1) / R of the bytes in 2 (R - 1) messages.
 *
 * @param bytesPerMs that a connection reaches
 * @param latencyMs  until a message arrives
 */
export function ringMs(ring: {
  readonly ranks: number;
  readonly bytes: number;
  readonly bytesPerMs: number;
  readonly latencyMs: number;
}): number {
  const { ranks, bytes, bytesPerMs, latencyMs } = ring;
  const sent = ((2 * (ranks - 1)) / ranks) * bytes;
  return sent / bytesPerMs + 2 * (ranks - 1) * latencyMs;
}

/**
 * What is waited for of a sum that begins during the backward pass: what does not fit into the time between
 * the first gradients and the end of the pass, and at least the last bucket, which is ready when it ends.
 *
 * @param windowMs from the first gradients to the end of the pass; 0 where sums begin after it
 * @param lastShare of the bytes that are in the last bucket
 */
export function exposedMs(sum: {
  readonly sumMs: number;
  readonly windowMs: number;
  readonly lastShare: number;
}): number {
  const { sumMs, windowMs, lastShare } = sum;
  if (windowMs === 0) return sumMs;
  return Math.max(sumMs * Math.min(1, lastShare), sumMs - windowMs);
}
