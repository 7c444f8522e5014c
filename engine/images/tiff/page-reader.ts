/** The pixels of one page, upright, in its own channels: grey, RGB, or any others. */
import { unsupported } from '../errors.ts';
import { rangeOfType } from '../numbers.ts';
import { storedRegion, turnUpright, uprightSize } from '../orientation.ts';
import type { Colours, StoredPixels, StoredRegion, ValueRange } from '../stored-image.ts';
import { assemble } from './assemble.ts';
import { type ChunkDecoder, openDecoder, requireDecodable } from './chunk.ts';
import { cmykToRgb } from './cmyk.ts';
import { applyPalette, invert, inverted, palettePlanes, withoutOpacity } from './colours.ts';
import type { Directory, TiffFile } from './directory.ts';
import { readNoData, readRanges } from './metadata.ts';
import {
  type Chunks,
  channelsOf,
  readChunks,
  readPage,
  readPalette,
  type TiffPage,
} from './page.ts';
import { COMPRESSION, PHOTOMETRIC } from './tags.ts';
import { numberTypeOf } from './unpack.ts';
import { ycbcrToRgb } from './ycbcr.ts';

/** Facts and pixels of a page. */
export interface PageReader {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly colours: Colours;
  readonly type: string;
  readonly bits: number;
  readonly typeRange: ValueRange | undefined;
  readonly metadataRanges: readonly ValueRange[] | undefined;
  readonly noData: number | undefined;
  /** @param region of the upright page; the whole page without one */
  read(region: StoredRegion | undefined, pixelLimit: number): Promise<StoredPixels>;
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export async function openPage(file: TiffFile, directory: Directory): Promise<PageReader> {
  const page = await readPage(file, directory);
  requireDecodable(page);
  const { kept, multipliedBy } = channelsOf(page);
  const conversion = await conversionOf(file, page, kept.length);
  const storedNoData = await readNoData(file, directory);
  const ranges = await readRanges(file, directory, page.samples);
  const convert = conversion.value ?? ((value: number) => value);
  const toRange = ([low, high]: ValueRange): ValueRange => {
    const [a, b] = [convert(low), convert(high)];
    return a < b ? [a, b] : [b, a];
  };
  if (multipliedBy !== undefined) requireDivisible(page, kept.length);
  const opaque = page.numbers === 'float' ? 1 : 2 ** page.bits - 1;
  let opened: Promise<readonly [Chunks, ChunkDecoder]> | undefined;
  return {
    ...uprightSize(page, page.orientation),
    channels: conversion.channels,
    colours: conversion.colours,
    type: conversion.type,
    bits: conversion.bits,
    typeRange: conversion.typeRange,
    metadataRanges: conversion.keepsValues
      ? ranges && kept.map((channel) => toRange(ranges[channel]!))
      : undefined,
    noData:
      storedNoData !== undefined && conversion.keepsValues ? convert(storedNoData) : undefined,
    async read(region, pixelLimit) {
      const upright = region ?? { left: 0, top: 0, ...uprightSize(page, page.orientation) };
      const stored = storedRegion(upright, page, page.orientation);
      opened ??= Promise.all([readChunks(file, page), openDecoder(file, page)]);
      const pixels = await assemble(file, page, ...(await opened), {
        region: stored,
        channels: multipliedBy === undefined ? kept : [...kept, multipliedBy],
        pixelLimit,
        noData: storedNoData,
      });
      const colours = multipliedBy === undefined ? pixels : withoutOpacity(pixels, opaque);
      return turnUpright(await conversion.apply(colours), page.orientation);
    },
  };
}

/** Which channels were multiplied is only known where all are colours. */
function requireDivisible(page: TiffPage, channels: number): void {
  const { photometric, numbers, bits } = page;
  const isPlain = photometric === PHOTOMETRIC.blackIsZero || photometric === PHOTOMETRIC.rgb;
  if (!isPlain || channels !== channelsOf(page).colours || numbers === 'signed' || bits === 64)
    throw unsupported('its colours are multiplied by their opacity, beside other channels');
}

/** From stored channels to those that are read. */
interface Conversion {
  readonly channels: number;
  readonly colours: Colours;
  readonly type: string;
  readonly bits: number;
  readonly typeRange: ValueRange | undefined;
  /** whether a stored number stays a number of the same channel */
  readonly keepsValues: boolean;
  /** what becomes of a stored number; undefined where it stays */
  readonly value?: (stored: number) => number;
  apply(pixels: StoredPixels): StoredPixels | Promise<StoredPixels>;
}

/** RGB of 8 bits that a conversion gives. */
const CONVERTED = {
  channels: 3,
  colours: 'rgb',
  type: 'uint8',
  bits: 8,
  typeRange: [0, 255],
  keepsValues: false,
} as const;

async function conversionOf(file: TiffFile, page: TiffPage, channels: number): Promise<Conversion> {
  const { photometric, bits, numbers } = page;
  switch (photometric) {
    case PHOTOMETRIC.palette: {
      if (channels !== 1 || bits > 16 || numbers !== 'unsigned')
        throw unsupported('its palette is of more than one channel of at most 16 bits');
      const planes = palettePlanes(await readPalette(file, page), bits);
      const isGrey = planes[0].every(
        (value, i) => value === planes[1][i] && value === planes[2][i],
      );
      const used = isGrey ? planes.slice(0, 1) : planes;
      return {
        ...CONVERTED,
        channels: used.length,
        colours: isGrey ? 'grey' : 'rgb',
        apply: (pixels) => applyPalette(pixels, used),
      };
    }
    case PHOTOMETRIC.separated:
      if (channels !== 4 || numbers !== 'unsigned' || (bits !== 8 && bits !== 16))
        throw unsupported(`its inks are ${channels} channels of ${bits} bits`);
      return { ...CONVERTED, apply: (pixels) => cmykToRgb(pixels, bits) };
    case PHOTOMETRIC.ycbcr:
      // JPEG has its own conversion, which the decoder applies.
      return page.compression === COMPRESSION.jpeg && !page.isPlanar
        ? { ...CONVERTED, apply: (pixels) => pixels }
        : { ...CONVERTED, apply: await ycbcrToRgb(file, page) };
    case PHOTOMETRIC.whiteIsZero:
      if (channels !== 1) throw unsupported(`it has ${channels} channels, of which 0 is white`);
      return {
        ...asStored(page, channels),
        value: (value) => inverted(value, bits, numbers),
        apply: (pixels) => invert(pixels, page),
      };
    case PHOTOMETRIC.blackIsZero:
    case PHOTOMETRIC.rgb:
      return asStored(page, channels);
    default:
      throw unsupported(`its kind of colours is unknown (${photometric})`);
  }
}

function asStored(page: TiffPage, channels: number): Conversion {
  const { photometric, bits, numbers } = page;
  const isRgb = photometric === PHOTOMETRIC.rgb && channels === 3;
  const type = numberTypeOf(page);
  const half = 2 ** (bits - 1);
  const typeRange: ValueRange | undefined =
    numbers === 'float' || bits === 64
      ? rangeOfType(type)
      : numbers === 'signed'
        ? [-half, half - 1]
        : [0, 2 ** bits - 1];
  return {
    channels,
    colours: isRgb ? 'rgb' : channels === 1 ? 'grey' : 'other',
    type,
    bits,
    typeRange,
    keepsValues: true,
    apply: (pixels) => pixels,
  };
}
