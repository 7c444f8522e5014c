/** Values after a stated slope and intercept. */
import type { StoredValues, ValueRange } from './stored-image.ts';

export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

export function onLine(value: number, { slope, intercept }: Line): number {
  return value * slope + intercept;
}

export function rangeOnLine([a, b]: ValueRange, line: Line): ValueRange {
  const [first, second] = [onLine(a, line), onLine(b, line)];
  return [Math.min(first, second), Math.max(first, second)];
}

/**
 * Values in a type that holds all of them: whole numbers where slope and intercept are whole.
 *
 * @param range of the results; undefined for floating point numbers
 */
export function valuesOnLine(
  values: StoredValues,
  line: Line,
  range: ValueRange | undefined,
): StoredValues {
  const { slope, intercept } = line;
  const isWhole = range !== undefined && Number.isInteger(slope) && Number.isInteger(intercept);
  const fits = isWhole && range[0] >= -(2 ** 31) && range[1] < 2 ** 31;
  const results = fits ? new Int32Array(values.length) : new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) results[i] = values[i]! * slope + intercept;
  return results;
}
