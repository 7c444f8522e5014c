/**
 * Checks that a TIFF file can be decoded completely. The decoder fills undecodable parts with zeros
 * and clips values beyond 8 and 16 bits, so all other files are rejected by their directory.
 */

import { damagedBy, unsupported } from '../../images/errors.ts';
import { endsAsJpeg } from '../../images/tiff/jpeg-end.ts';
import { COLOUR_NAMES, COMPRESSION_NAMES } from '../../images/tiff/tags.ts';
import { readTiffPage, type TiffPage } from './tiff.ts';

const UNCOMPRESSED = 1;
const JPEG = 7;
const WEBP = 50001;

/** Supported compressions: CCITT, LZW, JPEG, deflate, PackBits, WebP. */
const READ_COMPRESSIONS: ReadonlySet<number> = new Set([
  UNCOMPRESSED,
  2,
  3,
  4,
  5,
  JPEG,
  8,
  32773,
  32946,
  WEBP,
]);
const CCITT: ReadonlySet<number> = new Set([2, 3, 4]);
const WITH_PREDICTOR: ReadonlySet<number> = new Set([5, 8, 32946]);

const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, SEPARATED, YCBCR] = [0, 1, 2, 3, 5, 6];

/** Colour samples per pixel, and their allowed bits. */
const LAYOUTS: Readonly<Record<number, { colours: number; bits: readonly number[] }>> = {
  [WHITE_IS_ZERO]: { colours: 1, bits: [1, 2, 4, 8, 16] },
  [BLACK_IS_ZERO]: { colours: 1, bits: [1, 2, 4, 8, 16] },
  [RGB]: { colours: 3, bits: [8, 16] },
  [PALETTE]: { colours: 1, bits: [1, 2, 4, 8] },
  [SEPARATED]: { colours: 4, bits: [8, 16] },
  [YCBCR]: { colours: 3, bits: [8] },
};

export interface TiffFacts {
  readonly bits: number;
  readonly whiteIsZero: boolean;
  /** a channel that is neither colour nor transparency is dropped */
  readonly extraChannel: boolean;
}

/** @throws StudioError `image-unsupported` naming the unsupported property, `image-damaged` */
export function requireReadableTiff(bytes: Uint8Array): TiffFacts {
  const page = readTiffPage(bytes);
  if (page.reduced) throw unsupported('its first page is a preview of another page');
  const bits = refuseSamples(page);
  refuseCompression(page);
  const extraChannel = refuseBands(page);
  refuseMissingChunks(page, bytes, bits);
  return { bits, extraChannel, whiteIsZero: page.photometric === WHITE_IS_ZERO };
}

function refuseCompression(page: TiffPage) {
  const { compression, photometric, predictor, separate, tiled, samples } = page;
  if (!READ_COMPRESSIONS.has(compression)) {
    const name = COMPRESSION_NAMES[compression] ?? 'an unknown method';
    throw unsupported(`it is compressed with ${name} (TIFF compression ${compression})`);
  }
  if (WITH_PREDICTOR.has(compression) && predictor !== 1 && predictor !== 2)
    throw unsupported(`its values are predicted by method ${predictor}`);
  if (photometric === YCBCR && compression !== JPEG)
    throw unsupported('its colours are YCbCr without JPEG compression');
  if (separate && tiled) throw unsupported('its channels are stored apart and in tiles');
  // The decoder would read the rows of the first of two channels as pairs of both.
  if (separate && samples === 2) throw unsupported('its two channels are stored apart');
}

const SAMPLE_KINDS: Readonly<Record<number, string>> = {
  2: 'signed whole numbers',
  3: 'floating point numbers',
  5: 'complex whole numbers',
  6: 'complex numbers',
};

/** @returns the bits of each sample */
function refuseSamples({ bits, sampleFormats, photometric, compression }: TiffPage): number {
  const [first = 1] = bits;
  const colours = COLOUR_NAMES[photometric];
  if (colours !== undefined) throw unsupported(`it holds ${colours}`);
  const layout = LAYOUTS[photometric];
  if (layout === undefined) throw unsupported(`its kind of colours is unknown (${photometric})`);
  const odd = sampleFormats.find((format) => format !== 1 && format !== 4);
  if (odd !== undefined) {
    const kind = SAMPLE_KINDS[odd] ?? `numbers of an unknown kind (${odd})`;
    throw unsupported(`its values are ${kind} of ${first} bits, whose range cannot be known`);
  }
  if (bits.some((each) => each !== first))
    throw unsupported(`its channels have different depths (${bits.slice(0, 8).join(', ')} bits)`);
  const ofKind = compression === JPEG || compression === WEBP ? [8] : layout.bits;
  const readable = CCITT.has(compression) ? [1] : ofKind;
  if (!readable.includes(first))
    throw unsupported(`its values have ${first} bits; read are ${readable.join(', ')}`);
  return first;
}

/** @returns whether a channel other than transparency is dropped */
function refuseBands({ photometric, samples, extraSamples, inkSet }: TiffPage): boolean {
  if (photometric === SEPARATED && inkSet !== 1) throw unsupported('its inks are not CMYK');
  const { colours } = LAYOUTS[photometric]!;
  const [extra] = extraSamples;
  const hasAlpha = extra === 1 || extra === 2;
  if (samples === colours || (samples === colours + 1 && hasAlpha)) return false;
  // In this case the format fixes that colours come first.
  if (photometric === RGB && samples === colours + 1) return true;
  throw unsupported(
    `it has ${samples} channels where ${colours} or one more for transparency are read`,
  );
}

/** Missing data would be decoded as zeros. */
function refuseMissingChunks(page: TiffPage, file: Uint8Array, bits: number): void {
  const { width, height, samples, chunk, offsets, lengths, separate, compression, tiled } = page;
  if (chunk.width === 0 || chunk.height === 0) throw damagedBy('its tiles have no size');
  const [across, down] = [Math.ceil(width / chunk.width), Math.ceil(height / chunk.height)];
  const planes = separate ? samples : 1;
  const count = across * down * planes;
  if (offsets.length < count || (lengths.length > 0 && lengths.length < count))
    throw damagedBy('parts of its picture are missing');
  if (lengths.length === 0 && compression !== UNCOMPRESSED)
    throw damagedBy('the lengths of its parts are missing');
  const rowBytes = Math.ceil((chunk.width * (separate ? 1 : samples) * bits) / 8);
  for (let i = 0; i < count; i++) {
    const lastRow = !tiled && i % down === down - 1;
    const rows = lastRow ? height - (down - 1) * chunk.height : chunk.height;
    const bytes = compression === UNCOMPRESSED ? rows * rowBytes : lengths[i]!;
    if (offsets[i] === 0 || bytes === 0) throw damagedBy('parts of its picture are missing');
    if (offsets[i]! + bytes > file.length) throw damagedBy('the file ends before its picture does');
    if (compression === JPEG && !endsAsJpeg(file, offsets[i]! + bytes))
      throw damagedBy('parts of its picture are cut');
  }
}
