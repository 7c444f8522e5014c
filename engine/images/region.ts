/** Parts of pictures that are in memory. */
import { copyOf } from './numbers.ts';
import type { StoredPixels, StoredRegion } from './stored-image.ts';

/** @throws RangeError for a region that reaches beyond the picture */
export function regionOf(pixels: StoredPixels, region: StoredRegion | undefined): StoredPixels {
  if (region === undefined) return pixels;
  const { left, top, width, height } = region;
  if (left < 0 || top < 0 || left + width > pixels.width || top + height > pixels.height)
    throw new RangeError('A region reaches beyond its picture.');
  const values = copyOf(pixels.values, pixels.channels * width * height);
  for (let channel = 0, at = 0; channel < pixels.channels; channel++)
    for (let y = top; y < top + height; y++, at += width) {
      const from = (channel * pixels.height + y) * pixels.width + left;
      values.set(pixels.values.subarray(from, from + width), at);
    }
  return { width, height, channels: pixels.channels, values };
}
