/** What a directory of a TIFF file says about its picture. Nothing is decoded. */
import { damagedBy, unsupported } from '../errors.ts';
import { type Directory, readBytesOf, readNumbersOf, type TiffFile } from './directory.ts';
import { APERIO_YCBCR, COLOUR_NAMES, COMPRESSION, PHOTOMETRIC, TAG } from './tags.ts';

export interface TiffPage {
  readonly directory: Directory;
  /** as stored, before orientation */
  readonly width: number;
  readonly height: number;
  /** numbers per pixel, with those beyond the colours */
  readonly samples: number;
  /** per number */
  readonly bits: number;
  readonly numbers: 'unsigned' | 'signed' | 'float';
  /** meaning of the numbers beyond the colours: 0 unspecified, 1 and 2 alpha */
  readonly extraSamples: readonly number[];
  readonly compression: number;
  readonly photometric: number;
  readonly predictor: number;
  /** whether each channel has its own strips or tiles */
  readonly isPlanar: boolean;
  readonly isTiled: boolean;
  /** size of a strip or tile, pixels */
  readonly chunk: { readonly width: number; readonly height: number };
  /** tag 274, 1 to 8 */
  readonly orientation: number;
  /** whether the lowest bit of a byte comes first */
  readonly isLowBitFirst: boolean;
  /** pixels per colour sample of YCbCr, across and down */
  readonly subsampling: readonly [number, number];
}

const KINDS: Readonly<Record<number, TiffPage['numbers']>> = {
  1: 'unsigned',
  2: 'signed',
  3: 'float',
  4: 'unsigned',
};
const COLOUR_CHANNELS: Readonly<Record<number, number>> = {
  [PHOTOMETRIC.whiteIsZero]: 1,
  [PHOTOMETRIC.blackIsZero]: 1,
  [PHOTOMETRIC.rgb]: 3,
  [PHOTOMETRIC.palette]: 1,
  [PHOTOMETRIC.separated]: 4,
  [PHOTOMETRIC.ycbcr]: 3,
};

const WHOLE_IMAGE = 2 ** 32 - 1;
export const MOST_CHANNELS = 32;
/** Limit of width and height; the product of both is exact in float64. */
const MOST_SIDE = 2 ** 26;

/** @throws StudioError `image-damaged`, `image-unsupported` naming the property */
export async function readPage(file: TiffFile, directory: Directory): Promise<TiffPage> {
  const list = (tag: number) => readNumbersOf(file, directory, tag);
  const one = async (tag: number, otherwise: number) => (await list(tag))[0] ?? otherwise;
  const [width, height] = [await one(TAG.width, 0), await one(TAG.height, 0)];
  const samples = await one(TAG.samples, 1);
  if (!(width >= 1 && height >= 1 && samples >= 1)) throw damagedBy('its size is missing');
  if (width > MOST_SIDE || height > MOST_SIDE) throw damagedBy(`its size is ${width} x ${height}`);
  if (samples > MOST_CHANNELS)
    throw unsupported(`it has ${samples} channels; at most ${MOST_CHANNELS} are read`);
  const stated = (await list(TAG.photometric))[0];
  if (stated === undefined) throw unsupported('it does not say what its values stand for');
  const compression = await one(TAG.compression, 1);
  const photometric = compression === APERIO_YCBCR ? PHOTOMETRIC.ycbcr : stated;
  const isTiled = directory.fields.has(TAG.tileWidth) || directory.fields.has(TAG.tileOffsets);
  const chunk = isTiled
    ? { width: await one(TAG.tileWidth, 0), height: await one(TAG.tileHeight, 0) }
    : {
        width,
        height: Math.min(height, (await one(TAG.rowsPerStrip, WHOLE_IMAGE)) || WHOLE_IMAGE),
      };
  if (!(chunk.width >= 1 && chunk.height >= 1)) throw damagedBy('its tiles have no size');
  const [across = 2, down = 2] = await list(TAG.ycbcrSubsampling);
  const page: TiffPage = {
    directory,
    width,
    height,
    samples,
    bits: sameOf(await list(TAG.bits), 1, 'depths', 'bits'),
    numbers: kindOf(sameOf(await list(TAG.sampleFormat), 1, 'kinds of numbers', '')),
    extraSamples: await list(TAG.extraSamples),
    compression,
    photometric,
    predictor: await one(TAG.predictor, 1),
    isPlanar: (await one(TAG.planar, 1)) === 2 && samples > 1,
    isTiled,
    chunk,
    orientation: await one(TAG.orientation, 1),
    isLowBitFirst: (await one(TAG.fillOrder, 1)) === 2,
    subsampling: [across, down],
  };
  refuse(page, await one(TAG.inkSet, 1));
  return page;
}

/** The colours of a pixel, and the channels that are neither colours nor transparency. */
export function channelsOf({ photometric, samples, extraSamples }: TiffPage): {
  readonly colours: number;
  /** positions of the channels that are read, colours first */
  readonly kept: readonly number[];
  /** position of the opacity by which the colours were multiplied */
  readonly multipliedBy?: number;
} {
  const colours = COLOUR_CHANNELS[photometric]!;
  const extraFrom = Math.max(colours, samples - extraSamples.length);
  const kept = Array.from({ length: samples }, (_, i) => i).filter((i) => {
    const meaning = i < extraFrom ? 0 : extraSamples[i - extraFrom];
    return meaning !== 1 && meaning !== 2;
  });
  const multipliedBy = extraSamples.indexOf(1);
  return { colours, kept, ...(multipliedBy >= 0 && { multipliedBy: extraFrom + multipliedBy }) };
}

function sameOf(values: readonly number[], otherwise: number, what: string, unit: string): number {
  const [first = otherwise] = values;
  if (values.some((value) => value !== first))
    throw unsupported(
      `its channels have different ${what} (${values.slice(0, 8).join(', ')}${unit && ` ${unit}`})`,
    );
  return first;
}

function kindOf(format: number): TiffPage['numbers'] {
  const kind = KINDS[format];
  if (kind !== undefined) return kind;
  throw unsupported(
    format === 5 || format === 6
      ? 'its values are complex numbers'
      : `its values are numbers of an unknown kind (${format})`,
  );
}

/** Properties that no decoder here knows, before any data are read. */
function refuse(page: TiffPage, inkSet: number): void {
  const { photometric, bits, numbers, samples, orientation } = page;
  const name = COLOUR_NAMES[photometric];
  if (name !== undefined) throw unsupported(`it holds ${name}`);
  const colours = COLOUR_CHANNELS[photometric];
  if (colours === undefined) throw unsupported(`its kind of colours is unknown (${photometric})`);
  if (samples < colours)
    throw damagedBy(`it has ${samples} channels where its colours need ${colours}`);
  if (photometric === PHOTOMETRIC.separated && inkSet !== 1)
    throw unsupported('its inks are not CMYK');
  if (orientation < 1 || orientation > 8) throw damagedBy(`its orientation is ${orientation}`);
  const isFloat = numbers === 'float';
  const isReadable = isFloat
    ? [16, 24, 32, 64].includes(bits)
    : (bits >= 1 && bits <= 32) || bits === 64;
  if (!isReadable)
    throw unsupported(`its values are ${isFloat ? 'floating point numbers of ' : ''}${bits} bits`);
  if (photometric === PHOTOMETRIC.whiteIsZero && isFloat)
    throw unsupported('its values are floating point numbers of which 0 is white');
  if (isFloat && photometric !== PHOTOMETRIC.blackIsZero && photometric !== PHOTOMETRIC.rgb)
    throw unsupported('its colours are floating point numbers, and neither grey nor RGB');
}

/** Positions and lengths of the strips or tiles: rows of chunks, plane after plane. */
export interface Chunks {
  readonly across: number;
  readonly down: number;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

const MOST_CHUNKS = 2 ** 22;

/** @throws StudioError `image-damaged` where some are missing */
export async function readChunks(file: TiffFile, page: TiffPage): Promise<Chunks> {
  const { width, height, chunk, isPlanar, samples, isTiled, compression, directory } = page;
  const [across, down] = [Math.ceil(width / chunk.width), Math.ceil(height / chunk.height)];
  const count = across * down * (isPlanar ? samples : 1);
  if (count > MOST_CHUNKS) throw unsupported(`its picture is in ${count} parts`);
  const list = (tag: number) => readNumbersOf(file, directory, tag, MOST_CHUNKS);
  const offsets = await list(isTiled ? TAG.tileOffsets : TAG.stripOffsets);
  const lengths = await list(isTiled ? TAG.tileLengths : TAG.stripLengths);
  if (offsets.length < count || (lengths.length > 0 && lengths.length < count))
    throw damagedBy('parts of its picture are missing');
  if (lengths.length === 0 && compression !== COMPRESSION.none)
    throw damagedBy('the lengths of its parts are missing');
  return { across, down, offsets, lengths };
}

/** @throws StudioError `image-damaged` */
export async function readPalette(
  file: TiffFile,
  { directory, bits }: TiffPage,
): Promise<readonly number[]> {
  const palette = await readNumbersOf(file, directory, TAG.palette, 3 * 2 ** 16);
  if (palette.length < 3 * 2 ** bits) throw damagedBy('its palette is too short');
  return palette;
}

export function readJpegTables(
  file: TiffFile,
  { directory }: TiffPage,
): Promise<Uint8Array | undefined> {
  return readBytesOf(file, directory, TAG.jpegTables, 2 ** 16);
}
