/** Changes that depend on the values of a channel, in place. */
import { type Planes, planeOf } from '../../../pixels/planes.ts';

const LEVELS = 256;

/** Stretch each channel so that its lowest value becomes 0 and its highest 1. */
export function autoContrast(image: Planes): void {
  for (let channel = 0; channel < image.channels; channel++) {
    const plane = planeOf(image, channel);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of plane) [low, high] = [Math.min(low, value), Math.max(high, value)];
    if (high <= low) continue;
    for (let i = 0; i < plane.length; i++) plane[i] = (plane[i]! - low) / (high - low);
  }
}

/** Each value becomes the share of the channel's values that are lower, between 256 levels. */
export function equalize(image: Planes): void {
  for (let channel = 0; channel < image.channels; channel++) {
    const plane = planeOf(image, channel);
    const below = sharesBelow(plane);
    for (let i = 0; i < plane.length; i++) {
      const place = plane[i]! * (LEVELS - 1);
      const level = Math.floor(place);
      const next = Math.min(level + 1, LEVELS - 1);
      plane[i] = below[level]! + (place - level) * (below[next]! - below[level]!);
    }
  }
}

/** The share of values that are lower than each level, of those that are not as high as the highest. */
function sharesBelow(plane: Float32Array): Float64Array {
  const counts = new Uint32Array(LEVELS);
  for (const value of plane) counts[Math.round(value * (LEVELS - 1))]!++;
  const all = plane.length - counts[counts.findLastIndex((count) => count > 0)]!;
  const shares = new Float64Array(LEVELS);
  if (all === 0) return shares.map((_, level) => level / (LEVELS - 1));
  for (let level = 1; level < LEVELS; level++)
    shares[level] = Math.min(1, shares[level - 1]! + counts[level - 1]! / all);
  return shares;
}
