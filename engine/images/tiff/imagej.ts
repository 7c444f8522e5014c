/**
 * Stacks of ImageJ: pages of channels, slices and times, the channels of a slice one after the other.
 *
 * @source ImageJ, ij/io/FileInfo and TiffEncoder: the description of the first page
 */
import { unsupported } from '../errors.ts';
import type { ReadChoices, ValueRange } from '../stored-image.ts';
import { axesStack, plainStack, type Stack, type StackSizes } from './stack.ts';

/** @returns undefined for a description that is not of ImageJ */
export function imageJStack(
  description: string | undefined,
  pages: number,
  choice: ReadChoices['pages'],
): Stack | undefined {
  if (description === undefined || !description.startsWith('ImageJ=')) return undefined;
  const lines = description.split('\n').map((line) => line.split('=', 2) as [string, string?]);
  const values = new Map(lines.map(([key, value]) => [key, Number(value)]));
  const count = (key: string) => values.get(key) || 1;
  const images = count('images');
  if (images > pages)
    throw unsupported(
      `it holds ${images} images of ImageJ behind ${pages} pages; save it as pages`,
    );
  const channels = count('channels');
  const range = rangeOf(values.get('min'), values.get('max'));
  const shown = range && channels === 1 ? { range } : {};
  const depth = pages / channels;
  const [slices, frames] = [count('slices'), count('frames')];
  // Some programs leave out the number of slices or of times.
  const isStated = slices * frames === depth;
  if (images !== pages || !Number.isInteger(depth))
    return { ...plainStack(pages, choice), ...shown };
  const sizes = isStated ? { Z: slices, T: frames } : { Z: depth, T: 1 };
  const pageOf = ({ C, Z, T }: StackSizes) => C + channels * (Z + sizes.Z * T);
  return { ...axesStack({ C: channels, ...sizes }, pageOf, choice), ...shown };
}

function rangeOf(min: number | undefined, max: number | undefined): ValueRange | undefined {
  if (min === undefined || max === undefined) return undefined;
  return Number.isFinite(min) && Number.isFinite(max) && min < max ? [min, max] : undefined;
}
