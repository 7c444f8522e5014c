/**
 * Affine transforms of images, bit for bit as Pillow's `transform` and `rotate`. Positions outside
 * the image get the fill colour.
 *
 * @source Pillow Geometry.c and Image.rotate (behaviour)
 */
import { newImage, type RgbImage } from '../../pixels/image.ts';
import type { Interpolation } from '../../pixels/resample/filter-taps.ts';

/** Maps a position (x, y) of the result to its source: (ax + by + c, dx + ey + f). */
export type AffineMatrix = readonly [number, number, number, number, number, number];

export interface AffineOptions {
  readonly interpolation: Interpolation;
  readonly fill: readonly [number, number, number];
}

type Size = Pick<RgbImage, 'width' | 'height'>;

/** Rotate about the centre, counter-clockwise. @param degrees above -360 */
export function rotation({ width, height }: Size, degrees: number): AffineMatrix {
  const angle = -(((degrees + 360) % 360) * (Math.PI / 180));
  const [cos, sin] = [fifteenDigits(Math.cos(angle)), fifteenDigits(Math.sin(angle))];
  const minusSin = fifteenDigits(-Math.sin(angle));
  const [x, y] = [width / 2, height / 2];
  return [cos, sin, cos * -x + sin * -y + 0 + x, minusSin, cos, minusSin * -x + cos * -y + 0 + y];
}

function fifteenDigits(value: number): number {
  return Number(value.toFixed(15));
}

/** @returns another image of the same size */
export function transformAffine(
  image: RgbImage,
  [a, b, c, d, e, f]: AffineMatrix,
  { interpolation, fill }: AffineOptions,
): RgbImage {
  const { width, height } = image;
  const out = newImage(width, height);
  const sample = interpolation === 'bicubic' ? sampleBicubic : sampleBilinear;
  let at = 0;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++, at += 3) {
      const x = a * (column + 0.5) + b * (row + 0.5) + c;
      const y = d * (column + 0.5) + e * (row + 0.5) + f;
      if (x >= 0 && x < width && y >= 0 && y < height)
        sample(image, x - 0.5, y - 0.5, out.data, at);
      else {
        out.data[at] = fill[0];
        out.data[at + 1] = fill[1];
        out.data[at + 2] = fill[2];
      }
    }
  return out;
}

function clip(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}

function sampleBilinear(
  { width, height, data }: RgbImage,
  x: number,
  y: number,
  out: Uint8Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [dx, dy] = [x - left, y - top];
  const x0 = clip(left, width) * 3;
  const x1 = clip(left + 1, width) * 3;
  const row0 = clip(top, height) * width * 3;
  const row1 = clip(top + 1, height) * width * 3;
  for (let channel = 0; channel < 3; channel++) {
    const [from0, from1] = [row0 + channel, row1 + channel];
    const above = data[from0 + x0]! + (data[from0 + x1]! - data[from0 + x0]!) * dx;
    const below = data[from1 + x0]! + (data[from1 + x1]! - data[from1 + x0]!) * dx;
    out[at + channel] = above + (below - above) * dy; // truncated, not rounded
  }
}

export function cubic(v1: number, v2: number, v3: number, v4: number, d: number): number {
  const p2 = -v1 + v3;
  const p3 = 2 * (v1 - v2) + v3 - v4;
  const p4 = -v1 + v2 - v3 + v4;
  return v2 + d * (p2 + d * (p3 + d * p4));
}

function sampleBicubic(
  { width, height, data }: RgbImage,
  x: number,
  y: number,
  out: Uint8Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [dx, dy] = [x - left, y - top];
  const x0 = clip(left - 1, width) * 3;
  const x1 = clip(left, width) * 3;
  const x2 = clip(left + 1, width) * 3;
  const x3 = clip(left + 2, width) * 3;
  const stride = width * 3;
  const row0 = clip(top - 1, height) * stride;
  const row1 = clip(top, height) * stride;
  const row2 = clip(top + 1, height) * stride;
  const row3 = clip(top + 2, height) * stride;
  for (let channel = 0; channel < 3; channel++) {
    const across = (row: number): number => {
      const from = row + channel;
      // At whole positions interpolation would give the same value, more slowly.
      return dx === 0
        ? data[from + x1]!
        : cubic(data[from + x0]!, data[from + x1]!, data[from + x2]!, data[from + x3]!, dx);
    };
    const middle = across(row1);
    const value = dy === 0 ? middle : cubic(across(row0), middle, across(row2), across(row3), dy);
    out[at + channel] = value <= 0 ? 0 : value >= 255 ? 255 : value; // truncated, not rounded
  }
}
