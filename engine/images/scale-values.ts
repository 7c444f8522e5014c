/** From stored numbers to the network's scale. */
import type { StoredPixels, ValueRange } from './stored-image.ts';

/**
 * Map the range of each channel to 0..1 in float64, clip what lies beyond it, and round once to
 * float32. Values that are not numbers, and `noData`, become 0.
 *
 * @param ranges one for all channels, or one for each; white may be the lower value
 * @returns [C, H, W]
 */
export function scaleValues(
  { values, width, height, channels }: StoredPixels,
  ranges: readonly ValueRange[],
  noData?: number,
): Float32Array {
  const plane = width * height;
  const scaled = new Float32Array(channels * plane);
  for (let channel = 0; channel < channels; channel++) {
    const [black, white] = ranges[ranges.length === 1 ? 0 : channel]!;
    const span = white - black;
    const end = (channel + 1) * plane;
    for (let i = channel * plane; i < end; i++) {
      const value = values[i]!;
      if (value === noData) continue;
      const share = span === 0 ? 0 : (value - black) / span;
      // Not -0 where white is the lower value.
      if (share > 0) scaled[i] = share > 1 ? 1 : share;
    }
  }
  return scaled;
}
