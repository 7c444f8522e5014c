/**
 * The pixels of a mask as exact integers: indices of a palette, grey values of 8 or 16 bits, or
 * colours. They are neither resampled nor converted between colour spaces, which the decoder of
 * photographs does: it turns the indices of a palette into colours.
 *
 * Masks are PNG files, whose compression loses nothing.
 *
 * @source https://www.w3.org/TR/png-3/
 */
import { decode } from 'fast-png';
import { damagedBy, refuseTooLarge, unsupported } from '../../images/errors.ts';
import { formatOf } from '../sources/formats.ts';
import { readLocation } from '../sources/locate.ts';
import { asUnread } from '../sources/unreadable.ts';
import { PIXEL_LIMIT } from './decode.ts';
import { neededPng, pngChunks, pngHeaderOf } from './png-chunks.ts';

export interface MaskPixels {
  readonly width: number;
  readonly height: number;
  /** [height, width], row by row: indices or grey values, or colours as 0xRRGGBB */
  readonly values: Uint8Array | Uint16Array | Uint32Array;
  readonly isColour: boolean;
  /** colours of the indices, as 0xRRGGBB */
  readonly palette: readonly number[] | undefined;
}

/** @throws StudioError with the reason in `details` */
export async function readMaskFile(file: string): Promise<{ pixels: MaskPixels; content: Buffer }> {
  const content = await readLocation(file).catch((error: unknown) => {
    throw asUnread(error);
  });
  return { pixels: decodeMask(content), content };
}

/** @throws StudioError `image-unsupported`, `image-too-large`, `image-damaged` */
export function decodeMask(content: Buffer): MaskPixels {
  const format = formatOf(content);
  if (format !== 'png') {
    const what =
      format === undefined ? 'it is no image' : `it is a mask in ${format.toUpperCase()}`;
    throw unsupported(`${what}, and masks are read from PNG files only`);
  }
  const header = pngHeaderOf(content);
  refuseTooLarge(header.width, header.height, PIXEL_LIMIT, 'mask');
  const needed = neededPng(content, header, pngChunks(content));
  try {
    return fromDecoded(decode(needed));
  } catch (error) {
    throw damagedBy('its picture cannot be decoded', error);
  }
}

function fromDecoded(png: ReturnType<typeof decode>): MaskPixels {
  const { width, height, depth, channels, data } = png;
  const palette = png.palette?.map(([red, green, blue]) => packed(red!, green!, blue!));
  if (channels <= 2) {
    const plain = depth < 8 ? unpacked(data as Uint8Array, width, height, depth) : data;
    const values = channels === 1 ? plain : plain.filter((_, i) => i % 2 === 0);
    if (palette !== undefined && values.some((value) => value >= palette.length))
      throw new Error('an index is beyond the palette');
    return { width, height, values: values as Uint8Array, isColour: false, palette };
  }
  // The high byte; colours of masks are of 8 bits.
  const shift = depth === 16 ? 8 : 0;
  const values = new Uint32Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += channels)
    values[i] = packed(data[at]! >> shift, data[at + 1]! >> shift, data[at + 2]! >> shift);
  return { width, height, values, isColour: true, palette: undefined };
}

/** Values of fewer than 8 bits, of which several share a byte and each row begins a new one. */
function unpacked(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const values = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = (1 << depth) - 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * rowBytes + (bit >> 3)]!;
      values[y * width + x] = (byte >> (8 - depth - (bit & 7))) & most;
    }
  return values;
}

export function packed(red: number, green: number, blue: number): number {
  return (red << 16) | (green << 8) | blue;
}
