/** What the values of masks mean: classes, or pixels to ignore. */

import type { MaskPixels } from '../../pixels/mask-pixels.ts';
import { packed } from '../../pixels/mask-pixels.ts';
import type { DenseClass, MaskValues, Rgb } from '../dense-types.ts';
import type { MaskFacts } from './mask-facts.ts';

/** In maps of classes, pixels that are neither learnt nor judged. */
export const IGNORED = 0xffff;

export interface ClassMap {
  readonly width: number;
  readonly height: number;
  /** [height, width], row by row: index of the class, or {@link IGNORED} */
  readonly classes: Uint16Array;
}

/** The class of each pixel. */
export function toClasses(pixels: MaskPixels, values: MaskValues): ClassMap {
  const { width, height } = pixels;
  const label = new Map(values.classes.map((value, i) => [value, i]));
  const classes = new Uint16Array(width * height);
  const numbers = valuesOf(pixels, values.isColour);
  // Neighbours are mostly of one class, so most pixels need no look-up.
  let [last, of] = [-1, IGNORED];
  for (let i = 0; i < classes.length; i++) {
    const value = numbers[i]!;
    if (value !== last) [last, of] = [value, label.get(value) ?? IGNORED];
    classes[i] = of;
  }
  return { width, height, classes };
}

/** Values that occur as they are stored, with their numbers of pixels. */
export function countStored({ values }: Pick<MaskPixels, 'values'>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let from = 0; from < values.length; ) {
    const value = values[from]!;
    let to = from + 1;
    while (to < values.length && values[to] === value) to++;
    counts.set(value, (counts.get(value) ?? 0) + to - from);
    from = to;
  }
  return counts;
}

/** Counts of a mask as they are stored, by colours or by indices, whichever the set uses. */
export function countsAs(
  mask: Pick<MaskFacts, 'isColour' | 'counts' | 'palette'>,
  isColour: boolean,
): Map<number, number> {
  const { counts, palette } = mask;
  if (mask.isColour === isColour) return new Map(counts);
  const colours = palette && new Map(palette);
  const storedAs = (value: number) =>
    isColour ? (colours?.get(value) ?? greyOf(value)) : value & 0xff;
  const found = new Map<number, number>();
  for (const [value, pixels] of counts)
    found.set(storedAs(value), (found.get(storedAs(value)) ?? 0) + pixels);
  return found;
}

/** The values as colours or as indices, whichever the set uses. */
function valuesOf(pixels: MaskPixels, isColour: boolean): ArrayLike<number> {
  const { values, palette } = pixels;
  if (pixels.isColour === isColour) return values;
  if (!isColour) return Uint8Array.from(values, (value) => value & 0xff);
  if (palette !== undefined) return Uint32Array.from(values, (value) => palette[value]!);
  return Uint32Array.from(values, greyOf);
}

function greyOf(value: number): number {
  return packed(value & 0xff, value & 0xff, value & 0xff);
}

/** Whether every colour is a grey, so that it stands for an index. */
export function isGrey({ counts }: Pick<MaskFacts, 'counts'>): boolean {
  return counts.every(([colour]) => colour === greyOf(colour));
}

export function maskValueOf({ id, colour }: DenseClass, isColour: boolean): number {
  return isColour ? packed(...(colour as Rgb)) : id;
}
