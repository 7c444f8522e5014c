/**
 * Strips and tiles that libtiff decodes within sharp: CCITT, JPEG and WebP. A strip or tile becomes
 * a file of its own, whose tags are those that its compression needs.
 */
import sharp from 'sharp';
import { damagedBy } from '../errors.ts';
import type { StoredValues } from '../stored-image.ts';
import type { ChunkShape } from './chunk-shape.ts';
import { endsAsJpeg } from './jpeg-end.ts';
import { type PlainTag, writePlainTiff } from './plain-tiff.ts';
import { COMPRESSION, PHOTOMETRIC, TAG } from './tags.ts';

const CCITT: ReadonlySet<number> = new Set([
  COMPRESSION.ccittRle,
  COMPRESSION.ccittT4,
  COMPRESSION.ccittT6,
]);
const THROUGH: ReadonlySet<number> = new Set([...CCITT, COMPRESSION.jpeg, COMPRESSION.webp]);

export function isThroughLibtiff(compression: number): boolean {
  return THROUGH.has(compression);
}

/** Depth that the decoders have. */
export function bitsThroughLibtiff(compression: number): number {
  return CCITT.has(compression) ? 1 : 8;
}

/** What the decoder needs to know besides sizes. */
export interface CodedTags {
  readonly compression: number;
  /** whether the colours are YCbCr, which become RGB */
  readonly isYcbcr: boolean;
  readonly tags: readonly PlainTag[];
}

/** @throws StudioError `image-damaged` */
export async function decodeThroughLibtiff(
  coded: Uint8Array,
  { width, height, channels }: ChunkShape,
  { compression, isYcbcr, tags }: CodedTags,
): Promise<StoredValues> {
  if (compression === COMPRESSION.jpeg && !endsAsJpeg(coded, coded.length))
    throw damagedBy('parts of its picture are cut');
  const bits = bitsThroughLibtiff(compression);
  const file = writePlainTiff(coded, [
    ...tags,
    [TAG.width, [width]],
    [TAG.height, [height]],
    [TAG.bits, Array<number>(channels).fill(bits)],
    [TAG.compression, [compression]],
    [TAG.photometric, [isYcbcr ? PHOTOMETRIC.ycbcr : neutralOf(channels)]],
    [TAG.samples, [channels]],
    // A fourth or second channel passes through as transparency.
    ...(channels % 2 === 0 ? [[TAG.extraSamples, [2]] as const] : []),
  ]);
  const values = await decodePlain(file, width * height, channels);
  // The decoder has white as 255.
  return bits === 1 ? values.map((value) => value & 1) : values;
}

/** Colours that the decoder leaves as they are. */
function neutralOf(channels: number): number {
  return channels >= 3 ? PHOTOMETRIC.rgb : PHOTOMETRIC.blackIsZero;
}

/** @returns `channels` numbers a pixel @throws StudioError `image-damaged` */
export async function decodePlain(
  file: Uint8Array,
  pixels: number,
  channels: number,
): Promise<Uint8Array> {
  try {
    const image = sharp(file, { failOn: 'warning', limitInputPixels: false, ignoreIcc: true });
    const { data, info } = await image
      .toColourspace(channels >= 3 ? 'srgb' : 'b-w')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels === channels && data.length === pixels * channels) return data;
    throw new Error(`The decoder returned ${info.channels} channels instead of ${channels}.`);
  } catch (error) {
    throw damagedBy('a part of its picture cannot be decoded', error);
  }
}
