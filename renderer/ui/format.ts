/** Texts of numbers. */

import { countOf } from '../../engine/contract/number-text.ts';

export { bytesText, countOf, countText, percentText } from '../../engine/contract/number-text.ts';

/** For example `45 s`, `12 min`, `3 h 20 min`, `4 days`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** For example `2 minutes ago`, or the date after more than a week. */
export function agoText(time: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 60) return 'just now';
  const steps: readonly [number, string][] = [
    [60, 'minute'],
    [3600, 'hour'],
    [86_400, 'day'],
  ];
  const [unit, word] = steps.filter(([least]) => seconds >= least).at(-1)!;
  const count = Math.floor(seconds / unit);
  if (word === 'day' && count > 7) return new Date(time).toLocaleDateString();
  return `${countOf(count, word)} ago`;
}

/** Up to `digits` significant digits; very small and very large numbers with an exponent. */
export function numberText(value: number, digits = 4): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e6
    ? value.toExponential(Math.max(0, digits - 2))
    : String(Number(value.toPrecision(digits)));
}
