/** What a network was given, as a picture for people. */
import type { RgbImage } from '../../data/pixels/image.ts';

interface GivenImages {
  readonly imageSize: readonly [height: number, width: number];
  readonly channels: number;
  /** per channel, on the scale from 0 to 1 */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * The first three channels, or the first as grey where there are fewer.
 *
 * @param pixels [C, H, W], normalised
 */
export function shownPixels(pixels: Float32Array, given: GivenImages): RgbImage {
  const { imageSize, channels, mean, std } = given;
  const [height, width] = imageSize;
  const N = height * width;
  const data = new Uint8Array(N * 3);
  for (let shown = 0; shown < 3; shown++) {
    const channel = channels < 3 ? 0 : shown;
    for (let i = 0; i < N; i++) {
      const value = pixels[channel * N + i]! * std[channel]! + mean[channel]!;
      data[i * 3 + shown] = Math.round(Math.min(Math.max(value, 0), 1) * 255);
    }
  }
  return { width, height, data };
}
