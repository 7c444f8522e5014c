/** One frame of a data set as stored numbers in planes. */
import type { Decoded } from '../codecs/decoded.ts';
import { decodeJpeg } from '../codecs/jpeg.ts';
import { decodeJpeg2000 } from '../codecs/jpeg-2000.ts';
import { decodeJpegLossless } from '../codecs/jpeg-lossless.ts';
import { decodeJpegLs } from '../codecs/jpeg-ls/decode.ts';
import { damagedBy, unsupported } from '../errors.ts';
import { codestreamOf } from '../jp2/boxes.ts';
import { decodeWithin } from '../jxl/decode-within.ts';
import { toPlanes } from '../numbers.ts';
import type { ByteSource, StoredValues } from '../stored-image.ts';
import { bitsToValues, numbersOf } from './bits.ts';
import { requireColoursOfCodec } from './codec-colours.ts';
import { fromHalfChroma, ybrToRgb } from './colours.ts';
import type { DataSet, PixelPlace } from './data-set.ts';
import { bytesOfFrame, framesIn } from './fragments.ts';
import { frameBits, type Layout } from './layout.ts';
import { decodeRle } from './rle.ts';
import type { Compression, Syntax } from './syntaxes.ts';
import { TAG } from './tags.ts';

/** Planes of one channel, or of R, G and B. */
export type ReadFrame = (frame: number) => Promise<StoredValues>;

/** More than any picture needs for tables and colour profiles beside its values. */
const MOST_HEADER_BYTES = 16_777_216;

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export async function openFrames(
  source: ByteSource,
  set: DataSet,
  pixels: PixelPlace,
  layout: Layout,
  { compression, encoding }: Syntax,
): Promise<ReadFrame> {
  requireColoursOfCodec(compression, layout);
  if (compression === 'none') return nativeFrames(source, pixels, layout, encoding.littleEndian);
  if (pixels.length !== undefined) throw damagedBy('its compressed pixels are not in fragments');
  if (layout.numbers !== 'integer' || layout.bitsAllocated === 1)
    throw unsupported('its pixels are compressed and of a type that is never compressed');
  const extents = await framesIn(source, pixels.offset, layout.frames, statedOffsets(set));
  const mostBytes = frameBits({ ...layout, photometric: 'RGB' }) / 4 + MOST_HEADER_BYTES;
  return async (frame) => {
    const bytes = await bytesOfFrame(source, extents[frame]!, mostBytes);
    if (compression === 'rle') return inRgb(decodeRle(bytes, layout), layout);
    return fromCodec(await decodeFrame(bytes, compression, layout), compression, layout);
  };
}

function nativeFrames(
  source: ByteSource,
  { offset, length, type }: PixelPlace,
  layout: Layout,
  littleEndian: boolean,
): ReadFrame {
  const { width, height, samples, frames, isPlanar, photometric, bitsAllocated } = layout;
  const bits = frameBits(layout);
  const needed = Math.ceil((bits * frames) / 8);
  if (length === undefined) throw damagedBy('its pixels are in fragments and not compressed');
  if (length < needed) throw damagedBy(`it has ${length} bytes of pixels and needs ${needed}`);
  if (offset + needed > source.size) throw damagedBy('the file ends before its picture does');
  const plane = width * height;
  if (bitsAllocated === 1)
    return async (frame) => {
      const first = Math.floor((frame * bits) / 8);
      const end = Math.ceil(((frame + 1) * bits) / 8);
      const bytes = await source.read(offset + first, end - first);
      return bitsToValues(bytes, frame * bits - 8 * first, plane * samples);
    };
  if (photometric === 'YBR_FULL_422' && width % 2 !== 0)
    throw damagedBy('its pixels share their chroma in pairs, and its width is odd');
  // Bytes in words are swapped with them; a frame of an odd number begins within a word.
  const isSwapped = !littleEndian && bitsAllocated === 8 && type === 'OW';
  if (isSwapped && (bits / 8) % 2 !== 0)
    throw unsupported('its bytes are in words of big-endian order, and their number is odd');
  return async (frame) => {
    const bytes = await source.read(offset + (frame * bits) / 8, bits / 8);
    const ordered = isSwapped ? Buffer.from(bytes).swap16() : bytes;
    const values = numbersOf(ordered, layout, littleEndian);
    if (photometric === 'YBR_FULL_422') return inRgb(fromHalfChroma(values, plane), layout);
    return inRgb(isPlanar ? values : toPlanes(values, samples), layout);
  };
}

function inRgb(planes: StoredValues, { photometric, bitsStored }: Layout): StoredValues {
  if (photometric === 'YBR_FULL' || photometric === 'YBR_FULL_422') ybrToRgb(planes, bitsStored);
  return planes;
}

function decodeFrame(
  bytes: Uint8Array,
  compression: Exclude<Compression, 'none' | 'rle'>,
  { width, height, samples, photometric }: Layout,
): Promise<Decoded> | Decoded {
  const expected = { width, height, channels: samples };
  switch (compression) {
    case 'jpeg':
      return decodeJpeg(bytes, expected, photometric === 'RGB');
    case 'jpeg-lossless':
      return decodeJpegLossless(bytes, expected);
    case 'jpeg-ls':
      return decodeJpegLs(bytes, expected);
    case 'jpeg-2000':
      return decodeJpeg2000(codestreamOf(bytes), expected);
    case 'jpeg-xl-lossless':
    case 'jpeg-xl-from-jpeg':
    case 'jpeg-xl':
      return decodeWithin(bytes, expected);
  }
}

function fromCodec(
  { values, bits, isSigned }: Decoded,
  compression: Compression,
  layout: Layout,
): StoredValues {
  if (bits > layout.bitsAllocated)
    throw damagedBy(`its compressed data have ${bits} bits, and it states ${layout.bitsAllocated}`);
  if (isSigned && !layout.isSigned)
    throw damagedBy('its compressed data are signed, and it states that they are not');
  const { photometric, bitsStored } = layout;
  // The decoders of JPEG have made RGB of them, and other codecs undo their own transforms.
  const isLuma = photometric === 'YBR_FULL' || photometric === 'YBR_FULL_422';
  if (isLuma && compression !== 'jpeg' && compression !== 'jpeg-xl-from-jpeg')
    ybrToRgb(values, bits);
  return layout.isSigned && !isSigned ? withSigns(values, Math.min(bits, bitsStored)) : values;
}

/** Codecs without signs have the bits of signed numbers. */
function withSigns(values: StoredValues, bits: number): StoredValues {
  const { length } = values;
  const signed = values.BYTES_PER_ELEMENT === 1 ? new Int8Array(length) : new Int16Array(length);
  const shift = 32 - bits;
  for (let i = 0; i < length; i++) signed[i] = (values[i]! << shift) >> shift;
  return signed;
}

/** Offsets of 64 bits that stand in the data set. */
function statedOffsets({ elements }: DataSet): number[] | undefined {
  const bytes = elements.get(TAG.frameOffsets)?.bytes;
  if (bytes === undefined) return undefined;
  return Array.from({ length: bytes.length >> 3 }, (_, i) => Number(bytes.readBigUInt64LE(8 * i)));
}
