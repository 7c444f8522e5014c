/**
 * Where a randomly scaled part of an image comes to lie in a view, for labels that are moved with it.
 * What the image does not cover is one colour.
 */
import type { RandomStream } from '../../random/philox.ts';
import type { Size } from '../pixels/decode.ts';
import { newImage, type Region, type RgbImage } from '../pixels/image.ts';

export interface Placement {
  /** In pixels of the image. */
  readonly from: Region;
  /** In pixels of the view. */
  readonly to: Region;
}

export interface PlacementOptions {
  readonly imageSize: readonly [height: number, width: number];
  /** Bounds of the random factor on the size. */
  readonly scale: readonly [least: number, most: number];
}

/** Size of an image at a factor of 1: it covers the view, or all of it fits in. */
export type ScaledTo = 'cover' | 'fit';

/**
 * The scale is drawn uniformly; then the part of the scaled image that the view shows, and, where
 * the image is smaller than the view, its place there.
 */
export function drawPlacement(
  random: RandomStream,
  { width, height }: Size,
  { imageSize: [viewHeight, viewWidth], scale: [least, most] }: PlacementOptions,
  at: ScaledTo,
): Placement {
  const ratios = [viewHeight / height, viewWidth / width] as const;
  const whole = at === 'cover' ? Math.max(...ratios) : Math.min(...ratios);
  const factor = whole * random.between(least, most);
  const part = (size: number, view: number) =>
    Math.min(size, Math.max(1, Math.round(view / factor)));
  const from = { height: part(height, viewHeight), width: part(width, viewWidth) };
  const shown = (size: number, view: number) =>
    Math.min(view, Math.max(1, Math.round(size * factor)));
  const to = { height: shown(from.height, viewHeight), width: shown(from.width, viewWidth) };
  const offset = (all: number, of: number) => random.integer(all - of + 1);
  return {
    from: { ...from, top: offset(height, from.height), left: offset(width, from.width) },
    to: { ...to, top: offset(viewHeight, to.height), left: offset(viewWidth, to.width) },
  };
}

/** The image on a ground of one colour. */
export function pasted(
  part: RgbImage,
  to: Region,
  { width, height }: Size,
  [red, green, blue]: readonly [number, number, number],
): RgbImage {
  if (part.width === width && part.height === height) return part;
  const view = newImage(width, height);
  for (let at = 0; at < view.data.length; at += 3) {
    view.data[at] = red;
    view.data[at + 1] = green;
    view.data[at + 2] = blue;
  }
  for (let y = 0; y < to.height; y++) {
    const row = part.data.subarray(y * part.width * 3, (y + 1) * part.width * 3);
    view.data.set(row, ((to.top + y) * width + to.left) * 3);
  }
  return view;
}
