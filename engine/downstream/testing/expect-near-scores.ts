import { expect } from 'vitest';
import { PROCESSOR_BY_EXECUTOR } from '../../contract/device.ts';
import { type EvaluateOrder, evaluate } from '../evaluate.ts';

/**
 * Evaluates in float32 and in bfloat16, and expects scores that differ somewhere, and these by less than a bound.
 *
 * @param scores their names
 */
export async function expectNearScores(
  given: Omit<EvaluateOrder, 'device'>,
  scores: readonly string[],
  bound: number,
): Promise<void> {
  const order = { ...given, device: PROCESSOR_BY_EXECUTOR.onednn };
  const [exact, narrow] = [
    await evaluate(order),
    await evaluate({ ...order, precision: 'bfloat16' }),
  ].map(({ report }) => report.evaluation);
  expect([exact!.precision, narrow!.precision]).toEqual(['float32', 'bfloat16']);
  expect(narrow!.values).not.toEqual(exact!.values);
  for (const score of scores)
    expect(Math.abs(narrow!.values[score]! - exact!.values[score]!)).toBeLessThan(bound);
}
