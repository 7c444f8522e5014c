/** Decoding of RLE8 and RLE4 in bitmaps. @source Bitmap Compression, Microsoft Windows GDI */
import { type BmpHeader, bmpDamaged } from './bmp-header.ts';

const [END_OF_ROW, END_OF_IMAGE, DELTA] = [0, 1, 2];

/**
 * Palette indices, in the row order of the file. Skipped positions get index 0, and runs are cut at
 * the end of a row, as in other decoders.
 *
 * @throws StudioError `image-damaged` when the data end before the last row
 */
export function readRunLengths(
  bytes: Uint8Array,
  { width, height, storage }: Pick<BmpHeader, 'width' | 'height' | 'storage'>,
): Uint8Array {
  const out = new Uint8Array(width * height);
  const half = storage === 'rle4';
  let [x, y, at] = [0, 0, 0];
  const next = () => {
    const value = bytes[at++];
    if (value === undefined) throw bmpDamaged('is truncated');
    return value;
  };
  const put = (index: number) => {
    if (x < width) out[y * width + x] = index;
    x++;
  };
  while (y < height) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) put(!half ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === END_OF_ROW) {
      [x, y] = [0, y + 1];
    } else if (value === END_OF_IMAGE) {
      // The last row needs no end marker.
      if (y < height - 1 || x < width) throw bmpDamaged('ends before its picture does');
      return out;
    } else if (value === DELTA) {
      x += next();
      y += next();
    } else {
      const length = half ? Math.ceil(value / 2) : value;
      if (at + length > bytes.length) throw bmpDamaged('is truncated');
      for (let i = 0; i < value; i++) {
        const byte = bytes[at + (half ? i >> 1 : i)]!;
        put(!half ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
      }
      at += length + (length % 2);
    }
  }
  return out;
}
