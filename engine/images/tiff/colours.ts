/** From what the numbers of a page stand for to grey and RGB. */
import { copyOf } from '../numbers.ts';
import type { StoredPixels, StoredValues } from '../stored-image.ts';
import type { TiffPage } from './page.ts';

/** White as the highest value. Numbers are whole. */
export function invert(pixels: StoredPixels, { bits, numbers }: TiffPage): StoredPixels {
  const values = copyOf(pixels.values);
  for (let i = 0; i < values.length; i++) values[i] = inverted(values[i]!, bits, numbers);
  return { ...pixels, values };
}

export function inverted(value: number, bits: number, numbers: TiffPage['numbers']): number {
  return (numbers === 'signed' ? -1 : 2 ** bits - 1) - value;
}

/**
 * Colours that were multiplied by their opacity, as they were before: what is dropped with the
 * opacity is not left in the colours. Whole numbers are cut, and those of 8 bits rounded as libvips
 * does it, which decodes such files elsewhere.
 *
 * @param pixels colours, and the opacity after them
 * @param opaque the opacity that hides nothing
 */
export function withoutOpacity(pixels: StoredPixels, opaque: number): StoredPixels {
  const { width, height, values: stored } = pixels;
  const channels = pixels.channels - 1;
  const plane = width * height;
  const values = copyOf(stored, channels * plane);
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  const divide = (colour: number, opacity: number) =>
    values instanceof Uint8Array
      ? Math.fround(Math.fround(opaque / opacity) * colour)
      : (colour * opaque) / opacity;
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < plane; i++) {
      const opacity = stored[channels * plane + i]!;
      const colour = stored[channel * plane + i]!;
      const value = opacity === 0 ? 0 : divide(colour, opacity);
      values[channel * plane + i] = isFloat ? value : Math.min(opaque, Math.floor(value));
    }
  return { width, height, channels, values };
}

/** Palettes of numbers up to 255 are those of programs that did not scale them to 16 bits. */
export function palettePlanes(
  palette: readonly number[],
  bits: number,
): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const colours = 2 ** bits;
  const used = palette.slice(0, 3 * colours);
  const shift = used.some((value) => value > 255) ? 8 : 0;
  const plane = (first: number) =>
    Uint8Array.from(used.slice(first * colours, (first + 1) * colours), (value) => value >> shift);
  return [plane(0), plane(1), plane(2)];
}

export function applyPalette(
  { width, height, values: indices }: StoredPixels,
  planes: readonly Uint8Array[],
): StoredPixels {
  const values = new Uint8Array(planes.length * indices.length);
  planes.forEach((plane, i) => {
    const target = values.subarray(i * indices.length, (i + 1) * indices.length);
    for (let at = 0; at < indices.length; at++) target[at] = plane[indices[at]!]!;
  });
  return { width, height, channels: planes.length, values };
}

export function concatenated(parts: readonly StoredPixels[]): StoredPixels {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const { width, height } = first!;
  const length = parts.reduce((sum, { values }) => sum + values.length, 0);
  const values = new (first!.values.constructor as new (length: number) => StoredValues)(length);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { width, height, channels: parts.reduce((sum, part) => sum + part.channels, 0), values };
}
