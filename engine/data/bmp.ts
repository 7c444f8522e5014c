/**
 * Windows bitmaps, which libvips does not read: uncompressed, 1 to 32 bits a pixel.
 * @source BITMAPFILEHEADER and BITMAPINFOHEADER, Microsoft Windows GDI documentation
 */
import { StudioError } from '../contract/errors.ts';
import type { RgbImage } from './image.ts';
import { refuseTooLarge } from './unreadable.ts';

const FILE_HEADER = 14;
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;
/** Beyond this many pixels a header is not believed. */
const MOST_PIXELS = 2 ** 28;

function unsupported(why: string): StudioError {
  return new StudioError('bmp-unsupported', `The bitmap ${why}`, {
    advice: 'Save it as PNG.',
    details: { reason: `bitmap ${why}` },
  });
}

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly dataOffset: number;
  readonly paletteOffset: number;
  readonly rowBytes: number;
}

/** @throws StudioError `bmp-unsupported` for compressed, truncated or malformed files; `image-too-large` */
export function readBmpHeader(bytes: Uint8Array, pixelLimit = MOST_PIXELS): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER + 40 || bytes[0] !== 0x42 || bytes[1] !== 0x4d)
    throw unsupported('is too short or has no bitmap header');
  const headerSize = view.getUint32(14, true);
  if (headerSize < 40) throw unsupported('has a header of OS/2 1.x');
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const standardFields =
    compression === BIT_FIELDS &&
    bytes.length >= FILE_HEADER + 52 &&
    bits === 32 &&
    view.getUint32(54, true) === 0xff0000 &&
    view.getUint32(58, true) === 0xff00 &&
    view.getUint32(62, true) === 0xff;
  if (compression !== UNCOMPRESSED && !standardFields)
    throw unsupported(`is compressed (method ${compression})`);
  if (![1, 4, 8, 24, 32].includes(bits)) throw unsupported(`has ${bits} bits a pixel`);
  if (width <= 0 || height === 0 || width * height > MOST_PIXELS)
    throw unsupported(`claims ${width} x ${height} pixels`);
  refuseTooLarge(width, height, pixelLimit);
  const dataOffset = view.getUint32(10, true);
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (dataOffset + rowBytes * height > bytes.length) throw unsupported('is truncated');
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits,
    dataOffset,
    paletteOffset: FILE_HEADER + headerSize,
    rowBytes,
  };
}

/** @throws StudioError `bmp-unsupported`, `image-too-large` */
export function decodeBmp(bytes: Uint8Array, pixelLimit?: number): RgbImage {
  const header = readBmpHeader(bytes, pixelLimit);
  const { width, height, bits, dataOffset, paletteOffset, rowBytes } = header;
  const data = new Uint8Array(width * height * 3);
  const step = bits / 8;
  for (let y = 0; y < height; y++) {
    const row = dataOffset + (header.topDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      let source = row + x * step;
      if (bits <= 8) {
        const shift = 8 - bits - ((x * bits) % 8);
        const index = (bytes[row + ((x * bits) >> 3)]! >> shift) & ((1 << bits) - 1);
        source = paletteOffset + index * 4;
        if (source + 3 > dataOffset) throw unsupported('uses a colour that its palette lacks');
      }
      const at = (y * width + x) * 3;
      data[at] = bytes[source + 2]!;
      data[at + 1] = bytes[source + 1]!;
      data[at + 2] = bytes[source]!;
    }
  }
  return { width, height, data };
}
