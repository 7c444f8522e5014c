/** Decoding of bitmaps, which libvips does not read. Alpha is dropped. */
import { type BmpHeader, bmpDamaged, readBmpHeader } from './bmp-header.ts';
import { readRunLengths } from './bmp-run-lengths.ts';
import { newImage, type RgbImage } from './image.ts';

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export function decodeBmp(bytes: Uint8Array, pixelLimit?: number): RgbImage {
  const header = readBmpHeader(bytes, pixelLimit);
  const image = newImage(header.width, header.height);
  if (header.bits > 8) writeColours(bytes, header, image);
  else writeIndexed(bytes, header, image);
  return image;
}

/** Position in the file of row `y` of the image. */
function rowOf({ topDown, height }: BmpHeader, y: number): number {
  return topDown ? y : height - 1 - y;
}

/** The padding of the last row may be missing. */
function requireRows(bytes: Uint8Array, header: BmpHeader): void {
  const { dataOffset, paletteOffset, rowBytes, height, width, bits } = header;
  if (dataOffset < paletteOffset) throw bmpDamaged('has its pixels inside its header');
  const last = Math.ceil((width * bits) / 8);
  if (dataOffset + rowBytes * (height - 1) + last > bytes.length) throw bmpDamaged('is truncated');
}

function writeColours(bytes: Uint8Array, header: BmpHeader, { width, height, data }: RgbImage) {
  requireRows(bytes, header);
  const { bits, masks, dataOffset, rowBytes } = header;
  const step = bits / 8;
  const [red, green, blue] = [masks[0]!, masks[1]!, masks[2]!];
  const bytewise = [red, green, blue].every(({ most, shift }) => most === 255 && shift % 8 === 0);
  for (let y = 0, at = 0; y < height; y++) {
    let source = dataOffset + rowOf(header, y) * rowBytes;
    for (let x = 0; x < width; x++, at += 3, source += step) {
      if (bytewise) {
        data[at] = bytes[source + red.shift / 8]!;
        data[at + 1] = bytes[source + green.shift / 8]!;
        data[at + 2] = bytes[source + blue.shift / 8]!;
        continue;
      }
      let pixel = 0;
      for (let i = step - 1; i >= 0; i--) pixel = pixel * 256 + bytes[source + i]!;
      for (let c = 0; c < 3; c++) {
        const { shift, most } = masks[c]!;
        // Rounded down, as Pillow does.
        data[at + c] = Math.floor((((pixel >>> shift) & most) >>> 0) * (255 / most) + 1e-6);
      }
    }
  }
}

function writeIndexed(bytes: Uint8Array, header: BmpHeader, { width, height, data }: RgbImage) {
  const { bits, storage, dataOffset, rowBytes } = header;
  const palette = readPalette(bytes, header);
  const put = (at: number, index: number) => {
    if (index * 3 >= palette.length) throw bmpDamaged('uses a colour that its palette lacks');
    data.set(palette.subarray(index * 3, index * 3 + 3), at * 3);
  };
  if (storage !== 'plain') {
    const indices = readRunLengths(bytes.subarray(dataOffset), header);
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) put(at, indices[rowOf(header, y) * width + x]!);
    return;
  }
  requireRows(bytes, header);
  for (let y = 0, at = 0; y < height; y++) {
    const row = dataOffset + rowOf(header, y) * rowBytes;
    for (let x = 0; x < width; x++, at++) {
      const shift = 8 - bits - ((x * bits) % 8);
      put(at, (bytes[row + ((x * bits) >> 3)]! >> shift) & ((1 << bits) - 1));
    }
  }
}

/** RGB of the palette entries, as many as fit before the pixels. */
function readPalette(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { paletteOffset, colourBytes, colours, dataOffset } = header;
  const end = Math.min(dataOffset, bytes.length);
  const room = Math.max(0, Math.floor((end - paletteOffset) / colourBytes));
  const palette = new Uint8Array(3 * Math.min(colours, room));
  for (let i = 0; i * 3 < palette.length; i++) {
    const at = paletteOffset + i * colourBytes;
    palette.set([bytes[at + 2]!, bytes[at + 1]!, bytes[at]!], i * 3);
  }
  return palette;
}
