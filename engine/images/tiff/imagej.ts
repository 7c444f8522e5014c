/**
 * Stacks of ImageJ: pages of channels, slices and times, the channels of a slice one after the other.
 *
 * @source ImageJ, ij/io/FileInfo and TiffEncoder: the description of the first page
 */
import { unsupported } from '../errors.ts';
import type { ReadChoices, ValueRange } from '../stored-image.ts';
import { plainStack, type Stack } from './stack.ts';

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
  const depth = pages / channels;
  if (channels === 1 || images !== pages || !Number.isInteger(depth) || choice === 'channels')
    return { ...plainStack(pages, choice), ...(range && channels === 1 && { range }) };
  return {
    samples: choice === 'first' ? 1 : depth,
    partsOf: (sample) => Array.from({ length: channels }, (_, c) => sample * channels + c),
  };
}

function rangeOf(min: number | undefined, max: number | undefined): ValueRange | undefined {
  if (min === undefined || max === undefined) return undefined;
  return Number.isFinite(min) && Number.isFinite(max) && min < max ? [min, max] : undefined;
}
