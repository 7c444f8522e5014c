/** Ranges that are measured in one picture, for what is shown or compared and not trained on. */
import type { StoredPixels, ValueRange } from '../../../images/stored-image.ts';
import { RARE, type Spread, spreadOfCounts } from '../look.ts';

/** Values that are looked at, evenly spaced. */
const MOST_VALUES = 2 ** 16;

const LEVELS = 256;

/** From the lowest to the highest value that is not rare. */
export function measuredRange(values: StoredPixels['values'], noData?: number): ValueRange {
  const step = Math.max(1, Math.floor(values.length / MOST_VALUES));
  const some: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    const value = values[i]!;
    if (Number.isFinite(value) && value !== noData) some.push(value);
  }
  if (some.length === 0) return [0, 1];
  const sorted = Float64Array.from(some).sort();
  const few = Math.floor(sorted.length * RARE);
  return [sorted[few]!, sorted[sorted.length - 1 - few]!];
}

/** Among 256 levels of the type's range; numbers without one are taken to use theirs. */
export function spreadOf(
  values: StoredPixels['values'],
  typeRange: ValueRange | undefined,
): Spread {
  if (typeRange === undefined) return { levels: LEVELS, span: LEVELS };
  const lowest = Math.min(...typeRange);
  const perLevel = (Math.max(...typeRange) - lowest + 1) / LEVELS;
  const counts = new Uint32Array(LEVELS);
  for (let i = 0; i < values.length; i++) {
    const level = Math.floor((values[i]! - lowest) / perLevel);
    if (level >= 0 && level < LEVELS) counts[level]!++;
  }
  return spreadOfCounts(counts, values.length);
}
