/** Towards or away from a smoothed image, bit for bit as Pillow's `ImageEnhance.Sharpness`. */
import type { RgbImage } from '../image.ts';
import { blend } from './colour.ts';

/** Weights of a pixel among its neighbours, which count one each. */
const CENTRE = 5;
const TOTAL = CENTRE + 8;

/** In place; the border stays as it is. @param factor 0 smooth, 1 as it is, above 1 sharper */
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
