/** Texts of numbers in notes and suggestions. */
import { countText } from '../contract/number-text.ts';

/** `1 image`, `12,345 images`. */
export function imagesText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'image' : 'images'}`;
}

/** `7 %`; below one percent `0.3 %`. */
export function shareText(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return `${percent >= 1 || percent === 0 ? Math.round(percent) : percent.toFixed(1)} %`;
}
