/**
 * Pictures on the network's scale: any number of channels with values from 0 to 1, plane after
 * plane, rows from the top. Pictures of 8 bits in three channels are `RgbImage` instead.
 */
import type { Region } from './image.ts';

export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [C, H, W] */
  readonly data: Float32Array;
  /** the part that is meant, not always at whole pixels; all of it without one */
  readonly box?: Region;
}

export function newPlanes(width: number, height: number, channels: number): Planes {
  return { width, height, channels, data: new Float32Array(channels * height * width) };
}

/** The values of one channel, which are those of the picture and no copy. */
export function planeOf({ width, height, data }: Planes, channel: number): Float32Array {
  const plane = width * height;
  return data.subarray(channel * plane, (channel + 1) * plane);
}

/** Mirror horizontally, in place. */
export function mirrorPlanes({ width, data }: Planes): void {
  for (let at = 0; at < data.length; at += width) data.subarray(at, at + width).reverse();
}

/** The picture on a ground of one value a channel. */
export function pastePlanes(
  part: Planes,
  { top, left }: Pick<Region, 'top' | 'left'>,
  { width, height }: { readonly width: number; readonly height: number },
  ground: readonly number[],
): Planes {
  if (part.width === width && part.height === height) return part;
  const view = newPlanes(width, height, part.channels);
  for (let channel = 0, at = 0; channel < part.channels; channel++) {
    planeOf(view, channel).fill(ground[channel]!);
    for (let y = 0; y < part.height; y++, at += part.width) {
      const to = (channel * height + top + y) * width + left;
      view.data.set(part.data.subarray(at, at + part.width), to);
    }
  }
  return view;
}
