/**
 * Resizing with antialiasing in integers, bit for bit as Pillow's `resize`.
 *
 * A horizontal pass is followed by a vertical one, each rounded to 8 bits; weights are rounded at
 * 2^22. When shrinking, the support of the filter grows with the scale.
 *
 * @source fixtures of the authors' preprocessing; Pillow 9.4 Resample.c (behaviour)
 */
import { newImage, type Region, type RgbImage } from '../image.ts';
import {
  type ExactTaps,
  exactTapsFor,
  type FilterTaps,
  type Interpolation,
  PRECISION,
  type SourceSide,
  type Span,
  tapsFor,
  wholeSide,
} from './filter-taps.ts';

const HALF = 1 << (PRECISION - 1);
// Sums stay below 2^31, so all arithmetic uses 32-bit integers, which `| 0` tells the compiler.

/** Resize a region of an image (the whole image when left out). */
export function resize(
  image: RgbImage,
  width: number,
  height: number,
  filter: Interpolation,
  region: Region = { top: 0, left: 0, width: image.width, height: image.height },
): RgbImage {
  const columns =
    region.width === width ? undefined : tapsFor(wholeSide(region.width), width, filter);
  const across = horizontalPass(image, region, width, columns);
  if (region.height === height) return across;
  return verticalPass(across, height, tapsFor(wholeSide(region.height), height, filter));
}

/**
 * A window of the resized image. Only the window is computed, since for very long images the whole
 * result would be huge.
 *
 * @param window in pixels of the resized image
 */
export function resizeWindow(
  image: RgbImage,
  width: number,
  height: number,
  filter: Interpolation,
  window: Region,
): RgbImage {
  const { region, columns, rows } = planWindow(image, width, height, filter, window);
  const across = horizontalPass(image, region, window.width, columns);
  return rows === undefined ? across : verticalPass(across, window.height, rows);
}

/** The source pixels on which a window depends, and the weights along each side. */
export interface WindowPlan<Taps extends ExactTaps | FilterTaps = FilterTaps> {
  readonly region: Region;
  /** undefined where a side keeps its size */
  readonly columns: Taps | undefined;
  /** starts are relative to the region's first row */
  readonly rows: Taps | undefined;
}

export function planWindow(
  image: SourceSize,
  width: number,
  height: number,
  filter: Interpolation,
  window: Region,
): WindowPlan {
  return windowWith(tapsFor, image, { width, height }, filter, window);
}

/** The same for pictures of floating point numbers. */
export function planExactWindow(
  image: SourceSize,
  resized: Size,
  filter: Interpolation,
  window: Region,
): WindowPlan<ExactTaps> {
  return windowWith(exactTapsFor, image, resized, filter, window);
}

type Size = Pick<Region, 'width' | 'height'>;

interface SourceSize extends Size {
  /** the part that is resized; all of it without one */
  readonly box?: Region | undefined;
}

function windowWith<Taps extends ExactTaps | FilterTaps>(
  taps: (source: SourceSide, target: number, filter: Interpolation, part: Span) => Taps,
  { box, ...image }: SourceSize,
  { width, height }: Size,
  filter: Interpolation,
  window: Region,
): WindowPlan<Taps> {
  const across = { start: window.left, length: window.width };
  const down = { start: window.top, length: window.height };
  const columnSide = box && { pixels: image.width, start: box.left, length: box.width };
  const rowSide = box && { pixels: image.height, start: box.top, length: box.height };
  const columns =
    columnSide === undefined && image.width === width
      ? undefined
      : taps(columnSide ?? wholeSide(image.width), width, filter, across);
  const all =
    rowSide === undefined && image.height === height
      ? undefined
      : taps(rowSide ?? wholeSide(image.height), height, filter, down);
  const last = window.height - 1;
  const top = all === undefined ? window.top : all.starts[0]!;
  const end = all === undefined ? top + window.height : all.starts[last]! + all.counts[last]!;
  return {
    region: {
      top,
      height: end - top,
      left: columns === undefined ? window.left : 0,
      width: columns === undefined ? window.width : image.width,
    },
    columns,
    rows: all && { ...all, starts: all.starts.map((start) => start - top) },
  };
}

/** @param columns undefined where the region keeps its width */
function horizontalPass(
  image: RgbImage,
  region: Region,
  width: number,
  columns: FilterTaps | undefined,
): RgbImage {
  const out = newImage(width, region.height);
  const { data: from } = image;
  const { data: to } = out;
  if (columns === undefined) {
    for (let y = 0; y < region.height; y++) {
      const start = ((region.top + y) * image.width + region.left) * 3;
      to.set(from.subarray(start, start + width * 3), y * width * 3);
    }
    return out;
  }
  const { starts, counts, weights, width: stride } = columns;
  for (let y = 0; y < region.height; y++) {
    const row = ((region.top + y) * image.width + region.left) * 3;
    let at = y * width * 3;
    for (let x = 0; x < width; x++) {
      let source = row + starts[x]! * 3;
      let tap = x * stride;
      const end = tap + counts[x]!;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (; tap < end; tap++) {
        const weight = weights[tap]!;
        r = (r + Math.imul(weight, from[source]!)) | 0;
        g = (g + Math.imul(weight, from[source + 1]!)) | 0;
        b = (b + Math.imul(weight, from[source + 2]!)) | 0;
        source += 3;
      }
      to[at] = clip8(r >> PRECISION);
      to[at + 1] = clip8(g >> PRECISION);
      to[at + 2] = clip8(b >> PRECISION);
      at += 3;
    }
  }
  return out;
}

function verticalPass(image: RgbImage, height: number, rows: FilterTaps): RgbImage {
  const out = newImage(image.width, height);
  const { data: from } = image;
  const { data: to } = out;
  const rowSize = image.width * 3;
  const { starts, counts, weights, width: stride } = rows;
  for (let y = 0; y < height; y++) {
    const firstTap = y * stride;
    const end = firstTap + counts[y]!;
    const row = starts[y]! * rowSize;
    for (let i = 0, at = y * rowSize; i < rowSize; i += 3, at += 3) {
      let source = row + i;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (let tap = firstTap; tap < end; tap++) {
        const weight = weights[tap]!;
        r = (r + Math.imul(weight, from[source]!)) | 0;
        g = (g + Math.imul(weight, from[source + 1]!)) | 0;
        b = (b + Math.imul(weight, from[source + 2]!)) | 0;
        source += rowSize;
      }
      to[at] = clip8(r >> PRECISION);
      to[at + 1] = clip8(g >> PRECISION);
      to[at + 2] = clip8(b >> PRECISION);
    }
  }
  return out;
}

function clip8(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Mirror horizontally, in place. */
export function mirror({ width, height, data }: RgbImage): void {
  for (let y = 0; y < height; y++) {
    let left = y * width * 3;
    let right = left + (width - 1) * 3;
    for (; left < right; left += 3, right -= 3)
      for (let channel = 0; channel < 3; channel++) {
        const kept = data[left + channel]!;
        data[left + channel] = data[right + channel]!;
        data[right + channel] = kept;
      }
  }
}
