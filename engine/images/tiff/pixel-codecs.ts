/** Strips and tiles whose compression knows of pixels: LERC, JPEG 2000 and JPEG XL. */
import * as lerc from 'lerc';
import { decodeJpeg2000 } from '../codecs/jpeg-2000.ts';
import { unzstd } from '../codecs/unzstd.ts';
import { damagedBy, unsupported } from '../errors.ts';
import { codestreamOf } from '../jp2/boxes.ts';
import { decodeWithin } from '../jxl/decode-within.ts';
import { copyOf } from '../numbers.ts';
import type { StoredValues } from '../stored-image.ts';
import type { ChunkShape } from './chunk-shape.ts';
import { inflate } from './inflate.ts';
import type { TiffPage } from './page.ts';
import { COMPRESSION, JPEG_2000, JPEG_XL } from './tags.ts';

/** @param lercMethod compression around LERC: 0 none, 1 deflate, 2 ZSTD */
export type PixelCodec = (
  coded: Uint8Array,
  shape: ChunkShape,
  page: TiffPage,
  lercMethod: number,
) => Promise<StoredValues>;

/** @returns undefined for other compressions */
export function pixelCodecOf(compression: number): PixelCodec | undefined {
  if (compression === COMPRESSION.lerc) return decodeLerc;
  if (JPEG_XL.has(compression)) return decodeXl;
  return JPEG_2000.has(compression) ? decodeJpeg : undefined;
}

async function decodeJpeg(
  coded: Uint8Array,
  shape: ChunkShape,
  page: TiffPage,
): Promise<StoredValues> {
  const { values, bits, isSigned } = await decodeJpeg2000(codestreamOf(coded), shape);
  requireNumbers(page, bits, isSigned);
  return toPixels(values, shape.channels);
}

async function decodeXl(
  coded: Uint8Array,
  shape: ChunkShape,
  page: TiffPage,
): Promise<StoredValues> {
  if (shape.channels === 2 || shape.channels === 4)
    throw unsupported('its JPEG XL data have transparency within TIFF');
  const { values, bits, isSigned } = await decodeWithin(coded, shape);
  requireNumbers(page, bits, isSigned);
  return toPixels(values, shape.channels);
}

/** @throws StudioError `image-damaged` */
function requireNumbers(page: TiffPage, bits: number, isSigned: boolean): void {
  if (bits !== page.bits || isSigned !== (page.numbers === 'signed'))
    throw damagedBy(`it states ${page.bits} bits, and its compressed data ${bits}`);
}

const LERC_TYPES: Readonly<Record<string, string>> = {
  unsigned8: 'U8',
  unsigned16: 'U16',
  unsigned32: 'U32',
  signed8: 'S8',
  signed16: 'S16',
  signed32: 'S32',
  float32: 'F32',
  float64: 'F64',
};

async function decodeLerc(
  coded: Uint8Array,
  shape: ChunkShape,
  page: TiffPage,
  method: number,
): Promise<StoredValues> {
  await lerc.load();
  const { width, height, channels } = shape;
  const bytes = await lercBytes(coded, method, (width * height * channels * page.bits) / 8);
  const stated = lercCall(() => lerc.getBlobInfo(bytes));
  const depth = stated.depthCount * stated.bandCount;
  if (stated.width !== width || stated.height !== height || depth !== channels)
    throw damagedBy(
      `it states ${width} x ${height} with ${channels} channels, and its compressed data ${stated.width} x ${stated.height} with ${depth}`,
    );
  const { pixels, pixelType, mask } = lercCall(() =>
    lerc.decode(bytes, { returnInterleaved: true }),
  );
  if (pixelType !== LERC_TYPES[`${page.numbers}${page.bits}`])
    throw damagedBy(`its compressed data are of LERC's type ${pixelType}`);
  // Clamped arrays are declared and never returned.
  const values = joined(pixels as readonly StoredValues[]);
  if (mask?.includes(0)) {
    if (page.numbers !== 'float') throw unsupported('pixels without a value are left out of it');
    return withGaps(values, mask, channels);
  }
  return values;
}

/** LERC may be compressed once more. */
async function lercBytes(
  coded: Uint8Array,
  method: number,
  plainBytes: number,
): Promise<Uint8Array> {
  // Headers and masks take more than the numbers where these do not compress.
  const most = 2 * plainBytes + 65_536;
  if (method === 0) return coded;
  if (method === 1) return inflate(coded, 0, most);
  if (method === 2) return unzstd(coded, most);
  throw unsupported(`its LERC data are compressed by method ${method}`);
}

function lercCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw damagedBy('its LERC data cannot be decoded', error);
  }
}

/** Bands that lie apart, as pixel after pixel. */
function joined(bands: readonly StoredValues[]): StoredValues {
  const [first] = bands as [StoredValues];
  if (bands.length === 1) return first;
  const values = new (first.constructor as new (length: number) => StoredValues)(
    bands.length * first.length,
  );
  bands.forEach((band, i) => {
    for (let at = 0; at < band.length; at++) values[at * bands.length + i] = band[at]!;
  });
  return values;
}

/** Pixels without a value are no numbers, as GDAL has them. */
function withGaps(values: StoredValues, mask: Uint8Array, channels: number): StoredValues {
  const marked = copyOf(values);
  mask.forEach((isValid, i) => {
    if (!isValid) marked.fill(Number.NaN, i * channels, (i + 1) * channels);
  });
  return marked;
}

function toPixels(planes: StoredValues, channels: number): StoredValues {
  if (channels === 1) return planes;
  const plane = planes.length / channels;
  const values = copyOf(planes);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < plane; i++) values[i * channels + channel] = planes[channel * plane + i]!;
  return values;
}
