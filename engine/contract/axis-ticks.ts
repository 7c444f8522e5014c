/** Round numbers along an axis. */

const STEPS = [1, 2, 5, 10];
const MOST_TICKS = 6;

/** Round numbers from at most `low` to at least `high`, at least two. */
export function ticksOver(low: number, high: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / MOST_TICKS));
  const step = power * (STEPS.find((one) => span / (one * power) <= MOST_TICKS - 1) ?? 10);
  const first = Math.floor(low / step + ROUNDING) * step;
  const count = Math.max(2, Math.ceil((high - first) / step - ROUNDING) + 1);
  // Multiples are rounded, so that 0.1 + 0.2 is 0.3.
  return Array.from({ length: count }, (_, i) => Number((first + i * step).toPrecision(12)));
}

const ROUNDING = 1e-9;

/** From a value to a place. */
export function scale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): (value: number) => number {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}
