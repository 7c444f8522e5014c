/** Round numbers along an axis. */

/** Multiples of 1, 2 or 5 times a power of ten that cover from `low` to `high`, at most `most` of them. */
export function ticksOver(low: number, high: number, most = 5): number[] {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / most));
  for (const factor of [1, 2, 5, 10, 20, 50]) {
    const step = factor * power;
    const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
    const count = Math.max(last, first + 1) - first + 1;
    if (count <= most)
      return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  }
  return [low, high];
}

/** Powers of ten that cover a range above 0. */
export function powersOver(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.max(first + 1, Math.ceil(Math.log10(high)));
  const each = Math.ceil((last - first) / 5);
  const count = Math.ceil((last - first) / each) + 1;
  return Array.from({ length: count }, (_, i) => 10 ** (first + i * each));
}
