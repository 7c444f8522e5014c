/**
 * Pictures that are stored turned or mirrored.
 *
 * @source TIFF Revision 6.0, tag 274
 */
import { copyOf } from './numbers.ts';
import type { StoredPixels, StoredRegion } from './stored-image.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether rows are stored as columns, and whether stored columns and rows run backwards. */
function turnOf(orientation: number) {
  return {
    isTransposed: orientation >= 5,
    isMirrored: [2, 3, 7, 8].includes(orientation),
    isFlipped: [3, 4, 6, 7].includes(orientation),
  };
}

export function uprightSize({ width, height }: Size, orientation: number): Size {
  return turnOf(orientation).isTransposed ? { width: height, height: width } : { width, height };
}

/** @param stored size of the whole picture as it is stored */
export function storedRegion(
  { left, top, width, height }: StoredRegion,
  stored: Size,
  orientation: number,
): StoredRegion {
  const { isTransposed, isMirrored, isFlipped } = turnOf(orientation);
  const [x, y, w, h] = isTransposed ? [top, left, height, width] : [left, top, width, height];
  return {
    left: isMirrored ? stored.width - x - w : x,
    top: isFlipped ? stored.height - y - h : y,
    width: w,
    height: h,
  };
}

export function turnUpright(pixels: StoredPixels, orientation: number): StoredPixels {
  if (orientation === 1) return pixels;
  const { isTransposed, isMirrored, isFlipped } = turnOf(orientation);
  const { width: w, height: h, channels, values: stored } = pixels;
  const { width, height } = uprightSize(pixels, orientation);
  const values = copyOf(stored);
  const [stepX, stepY] = [isMirrored ? -1 : 1, isFlipped ? -w : w];
  const first = (isMirrored ? w - 1 : 0) + (isFlipped ? (h - 1) * w : 0);
  const [right, down] = isTransposed ? [stepY, stepX] : [stepX, stepY];
  for (let channel = 0, at = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++)
      for (let x = 0, from = channel * w * h + first + y * down; x < width; x++, from += right)
        values[at++] = stored[from]!;
  return { width, height, channels, values };
}
