/**
 * Headers of Windows and OS/2 bitmaps, of every version.
 * @source BITMAPFILEHEADER to BITMAPV5HEADER, Microsoft Windows GDI; OS/2 2.0 Technical Library
 */
import { StudioError } from '../../contract/errors.ts';
import { refuseTooLarge } from '../../images/errors.ts';

export const FILE_HEADER = 14;
/** Headers that claim more pixels are rejected. */
const MOST_PIXELS = 2 ** 28;
const [CORE, OS2_SHORT, INFO, OS2, WITH_MASKS] = [12, 16, 40, 64, 52];
const BIT_FIELDS: ReadonlySet<number> = new Set([3, 6]);
/** Unsupported compressions, by number and, where it differs, by the header's version. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  4: 'JPEG',
  5: 'PNG',
  11: 'CMYK',
  12: 'CMYK with run lengths',
  13: 'CMYK with run lengths',
};
const OS2_COMPRESSIONS: Readonly<Record<number, string>> = {
  3: 'Huffman coding of OS/2',
  4: 'run lengths of 24 bits',
};
/** Allowed bits per pixel of each storage. */
const BITS = { plain: [1, 2, 4, 8, 16, 24, 32], fields: [16, 32], rle8: [8], rle4: [4] };

/** The bits of a pixel that hold one colour. */
export interface ColourMask {
  readonly shift: number;
  /** largest value */
  readonly most: number;
}

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly storage: keyof typeof BITS;
  /** red, green, blue; for 16 and 32 bits per pixel */
  readonly masks: readonly ColourMask[];
  readonly dataOffset: number;
  readonly paletteOffset: number;
  /** bytes of a palette entry: 3 or 4 */
  readonly colourBytes: number;
  readonly colours: number;
  readonly rowBytes: number;
}

/** @param why predicate of a sentence about the bitmap */
export function bmpDamaged(why: string): StudioError {
  return new StudioError('image-damaged', `The bitmap ${why}`, {
    details: { reason: `bitmap ${why}` },
  });
}

function unsupportedBmp(why: string): StudioError {
  return new StudioError('image-unsupported', `The bitmap ${why}`, {
    advice: 'Save it as PNG.',
    details: { reason: `bitmap ${why}` },
  });
}

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export function readBmpHeader(bytes: Uint8Array, pixelLimit = MOST_PIXELS): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER + CORE || bytes[0] !== 0x42 || bytes[1] !== 0x4d)
    throw bmpDamaged('is too short or has no bitmap header');
  const size = view.getUint32(FILE_HEADER, true);
  const known = size === CORE || size === OS2_SHORT || size >= INFO;
  if (!known) throw bmpDamaged('has no header of a known size');
  if (FILE_HEADER + size > bytes.length) throw bmpDamaged('is truncated');
  const core = size === CORE;
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = size < INFO ? 0 : view.getUint32(30, true);
  const used = size < INFO ? 0 : view.getUint32(46, true);
  if (width <= 0 || height === 0 || width * height > MOST_PIXELS)
    throw bmpDamaged(`claims ${width} x ${height} pixels`);
  const storage = storageOf(compression, size);
  if (!BITS[storage].includes(bits)) throw unsupportedBmp(`has ${bits} bits a pixel`);
  refuseTooLarge(width, height, pixelLimit);
  const separateMasks = storage === 'fields' && size < WITH_MASKS;
  const maskBytes = separateMasks ? (compression === 6 ? 16 : 12) : 0;
  const paletteOffset = FILE_HEADER + size + maskBytes;
  if (paletteOffset > bytes.length) throw bmpDamaged('is truncated');
  return {
    width,
    height,
    bits,
    storage,
    paletteOffset,
    topDown: signedHeight < 0,
    masks: storage === 'fields' ? readMasks(view) : (PLAIN_MASKS[bits] ?? []),
    dataOffset: view.getUint32(10, true),
    colourBytes: core ? 3 : 4,
    colours: bits > 8 ? 0 : used === 0 ? 2 ** bits : Math.min(used, 2 ** bits),
    rowBytes: Math.ceil((width * bits) / 32) * 4,
  };
}

function storageOf(compression: number, size: number): BmpHeader['storage'] {
  if (compression === 0) return 'plain';
  if (compression === 1) return 'rle8';
  if (compression === 2) return 'rle4';
  const named = (size === OS2 ? OS2_COMPRESSIONS : COMPRESSIONS)[compression];
  if (named === undefined && BIT_FIELDS.has(compression)) return 'fields';
  throw unsupportedBmp(`is compressed with ${named ?? 'an unknown method'} (${compression})`);
}

const EIGHT_BITS = [16, 8, 0].map((shift): ColourMask => ({ shift, most: 255 }));
const PLAIN_MASKS: Readonly<Record<number, readonly ColourMask[]>> = {
  16: [10, 5, 0].map((shift) => ({ shift, most: 31 })),
  24: EIGHT_BITS,
  32: EIGHT_BITS,
};

/** Masks are at one position in all versions: within newer headers or right after older ones. */
function readMasks(view: DataView): ColourMask[] {
  if (view.byteLength < FILE_HEADER + WITH_MASKS) throw bmpDamaged('is truncated');
  return [0, 4, 8].map((at) => {
    const mask = view.getUint32(FILE_HEADER + INFO + at, true);
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    const most = mask >>> shift;
    if (mask === 0 || (most & (most + 1)) !== 0)
      throw unsupportedBmp('has colours that are not runs of bits');
    return { shift, most };
  });
}
