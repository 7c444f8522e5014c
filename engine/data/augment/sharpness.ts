/** Sharpening and smoothing, bit for bit as Pillow's `ImageEnhance.Sharpness`. */
import type { RgbImage } from '../image.ts';
import { blend } from './colour.ts';

/** Weight of a pixel in its smoothed value; each neighbour has the weight 1. */
const CENTRE = 5;
const TOTAL = CENTRE + 8;

/**
 * Change sharpness in place; border pixels are not changed.
 * @param factor 0 smooth, 1 unchanged, above 1 sharper
 */
export function adjustSharpness({ width, height, data }: RgbImage, factor: number): void {
  const source = data.slice();
  const stride = width * 3;
  const f = Math.fround(factor);
  for (let y = 1; y < height - 1; y++)
    for (let i = y * stride + 3, end = (y + 1) * stride - 3; i < end; i++) {
      let sum = (CENTRE - 1) * source[i]!;
      for (let row = i - stride; row <= i + stride; row += stride)
        sum += source[row - 3]! + source[row]! + source[row + 3]!;
      data[i] = blend(Math.floor(sum / TOTAL + 0.5), source[i]!, f);
    }
}
