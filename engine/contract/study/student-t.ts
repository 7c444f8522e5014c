/** 95 % intervals of a mean over few values, such as those of seeds. */

/** 97.5 % quantiles of Student's t by degrees of freedom, from 1. */
const QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];
const NORMAL = 1.96;

export interface MeanEstimate {
  readonly value: number;
  /** Of the 95 % interval; left out where a single value tells nothing of the spread. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * The mean, with its interval by Student's t: the values are taken as independent draws of a normal
 * distribution.
 *
 * @param values at least one
 */
export function meanEstimate(values: readonly number[]): MeanEstimate {
  const n = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return { value };
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  const half = ((QUANTILES[n - 2] ?? NORMAL) * Math.sqrt(squares / (n - 1))) / Math.sqrt(n);
  return { value, low: value - half, high: value + half };
}
