/** Numbers in the words and units that people read. */

import { countOf } from '../contract/number-text.ts';

export { bytesText, countOf, countText, percentText } from '../contract/number-text.ts';

/** `2:05`, `1:02:03` or `3 d 4 h`, from seconds. */
export function clockText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.max(0, Math.round(seconds));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(whole % 60)}`;
  return `${minutes}:${two(whole % 60)}`;
}

/** Hours in words: `3 minutes`, `12 hours`, `4 days`. */
export function hoursText(hours: number): string {
  const [value, unit] =
    hours < 1 ? [hours * 60, 'minute'] : hours < 72 ? [hours, 'hour'] : [hours / 24, 'day'];
  const rounded = Math.max(1, Math.round(value));
  return countOf(rounded, unit);
}
