/**
 * Decoding of small PNG images in this thread. libvips takes a millisecond and more of an image of any size,
 * most of it to set up its operations in threads of the system; one of 32 x 32 pixels takes a tenth of that here.
 * `fast-png` would inflate once more what was inflated to be checked, and takes longer than all of this.
 *
 * It is for plain files alone, of which both give the same pixels. Of all others, damaged ones too, nothing is
 * returned: libvips decodes them or says what is wrong.
 */
import { newImage, type RgbImage } from './image.ts';
import { channelsOf, inflatedRows, pngChunks, pngHeaderOf } from './png-chunks.ts';

/** Larger images are decoded faster by libvips. */
const MOST_PIXELS = 96 ** 2;

/** Chunks that change no pixel; those of text may tell an orientation. */
const PLAIN = new Set(['IHDR', 'IDAT', 'IEND', 'sRGB', 'gAMA', 'cHRM', 'pHYs', 'tIME', 'bKGD']);
/** Grey values or colours, with or without alpha. */
const COLOUR_TYPES = new Set([0, 2, 4, 6]);

/** @param content that begins as a PNG file does @returns undefined where libvips is to decode it */
export function decodeSmallPng(content: Buffer, pixelLimit = MOST_PIXELS): RgbImage | undefined {
  try {
    const header = pngHeaderOf(content);
    const { width, height, depth, colourType, isInterlaced } = header;
    if (width * height > Math.min(MOST_PIXELS, pixelLimit) || depth !== 8 || isInterlaced)
      return undefined;
    if (width === 0 || height === 0 || !COLOUR_TYPES.has(colourType)) return undefined;
    const chunks = pngChunks(content);
    if (!chunks.every(({ type }) => PLAIN.has(type))) return undefined;
    return fromRows(inflatedRows(header, chunks), width, height, channelsOf(colourType));
  } catch {
    return undefined;
  }
}

function fromRows(rows: Uint8Array, width: number, height: number, channels: number): RgbImage {
  const image = newImage(width, height);
  const { data } = image;
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0];
  const rowBytes = 1 + width * channels;
  for (let y = 0, to = 0; y < height; y++) {
    undoFilter(rows, y * rowBytes, rowBytes, channels);
    const end = (y + 1) * rowBytes;
    for (let at = end - rowBytes + 1; at < end; at += channels, to += 3) {
      data[to] = rows[at]!;
      data[to + 1] = rows[at + green]!;
      data[to + 2] = rows[at + blue]!;
    }
  }
  return image;
}

/**
 * Turn the differences of a row into values, after the row above it.
 *
 * @param at of the byte that tells the filter
 * @param step bytes of a pixel
 * @source PNG (Third Edition), 9.2
 */
function undoFilter(rows: Uint8Array, at: number, rowBytes: number, step: number): void {
  const [filter, end] = [rows[at]!, at + rowBytes];
  if (filter === 0) return;
  if (filter > 4) throw new Error(`the filter ${filter} does not exist`);
  for (let i = at + 1; i < end; i++) {
    const hasLeft = i - step > at;
    const left = hasLeft ? rows[i - step]! : 0;
    const above = at > 0 ? rows[i - rowBytes]! : 0;
    const corner = hasLeft && at > 0 ? rows[i - rowBytes - step]! : 0;
    if (filter === 1) rows[i]! += left;
    else if (filter === 2) rows[i]! += above;
    else if (filter === 3) rows[i]! += (left + above) >> 1;
    else rows[i]! += nearest(left, above, corner);
  }
}

/** The neighbour that is nearest to what a plane through the three has here (Paeth). */
function nearest(left: number, above: number, corner: number): number {
  const plane = left + above - corner;
  const [toLeft, toAbove] = [Math.abs(plane - left), Math.abs(plane - above)];
  const toCorner = Math.abs(plane - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
