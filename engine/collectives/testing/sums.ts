/** Arrays that ranks sum in tests. The numbers are small and whole, so any order of sums is exact. */
import type { SummedArray } from '../collectives.ts';

export const SUM_KINDS = ['float32', 'float64', 'int32'] as const;
export const SUM_SIZES = [0, 1, 3, 1023, 65_537];

const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

/** @param rank whose array it is */
export function summand(
  kind: (typeof SUM_KINDS)[number],
  count: number,
  rank: number,
): SummedArray {
  return new ARRAYS[kind](
    Array.from({ length: count }, (_, i) => ((i * 7 + rank * 13) % 101) - 50),
  );
}
