/** Affine transforms of pictures of floating point numbers, sampled as bytes are. */
import { newPlanes, type Planes, planeOf } from '../../../pixels/planes.ts';
import type { Interpolation } from '../../../pixels/resample/filter-taps.ts';
import { type AffineMatrix, cubic } from '../affine.ts';

/** @param fill value of each channel outside the image @returns another image of the same size */
export function transformPlanes(
  image: Planes,
  [a, b, c, d, e, f]: AffineMatrix,
  interpolation: Interpolation,
  fill: readonly number[],
): Planes {
  const { width, height, channels } = image;
  const out = newPlanes(width, height, channels);
  const sample = interpolation === 'bicubic' ? bicubicAt : bilinearAt;
  for (let channel = 0; channel < channels; channel++) {
    const [from, to] = [planeOf(image, channel), planeOf(out, channel)];
    for (let row = 0, at = 0; row < height; row++)
      for (let column = 0; column < width; column++, at++) {
        const x = a * (column + 0.5) + b * (row + 0.5) + c;
        const y = d * (column + 0.5) + e * (row + 0.5) + f;
        const isInside = x >= 0 && x < width && y >= 0 && y < height;
        to[at] = isInside ? sample(from, width, height, x - 0.5, y - 0.5) : fill[channel]!;
      }
  }
  return out;
}

function clip(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}

function bilinearAt(plane: Float32Array, width: number, height: number, x: number, y: number) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [x0, x1] = [clip(left, width), clip(left + 1, width)];
  const across = (row: number) => {
    const from = clip(row, height) * width;
    return plane[from + x0]! + (plane[from + x1]! - plane[from + x0]!) * (x - left);
  };
  const above = across(top);
  return above + (across(top + 1) - above) * (y - top);
}

function bicubicAt(plane: Float32Array, width: number, height: number, x: number, y: number) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [x0, x1, x2, x3] = [-1, 0, 1, 2].map((i) => clip(left + i, width)) as [
    number,
    number,
    number,
    number,
  ];
  const across = (row: number) => {
    const from = clip(row, height) * width;
    return cubic(
      plane[from + x0]!,
      plane[from + x1]!,
      plane[from + x2]!,
      plane[from + x3]!,
      x - left,
    );
  };
  const value = cubic(across(top - 1), across(top), across(top + 1), across(top + 2), y - top);
  return value <= 0 ? 0 : value >= 1 ? 1 : value;
}
