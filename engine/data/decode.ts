/**
 * From a file to 8-bit RGB.
 *
 * Rules: orientation tags are applied; grey is replicated; alpha is dropped, not composited; of 16 bits
 * the high byte is kept; CMYK and other spaces are converted to sRGB; embedded colour profiles of RGB
 * images are not applied, as the authors' pipeline does not either; the first frame of an animation.
 *
 * Files are read whole and decoded from memory: no file stays open, and names mean nothing to the
 * decoder (libvips takes options from a name that ends in brackets).
 */
import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { StudioError } from '../contract/errors.ts';
import { resize } from './augment/resample.ts';
import { decodeBmp } from './bmp.ts';
import { damageOf } from './damage.ts';
import type { ImageFormat } from './formats.ts';
import type { Region, RgbImage } from './image.ts';
import { type Inspected, inspectImage } from './inspect.ts';
import { perceptualHash, THUMBNAIL_SIDE } from './perceptual-hash.ts';
import { requireSoundParts } from './tiff-checksums.ts';
import {
  asUnread,
  damagedBy,
  reasonOf,
  refuseTooLarge,
  undecodable,
  unsupported,
} from './unreadable.ts';

sharp.cache(false);
sharp.concurrency(1);

/** Above this number of pixels a file is refused: it may be built to exhaust memory. */
export const PIXEL_LIMIT = 268_402_689;

/** A scan decodes to the end, but keeps only this many pixels a side of larger images. */
const PROBE_SIDE = 64;

/** Values of 16 bits that all lie below this part of their range are taken as stored with fewer bits. */
const LOWEST_PART = 1 / 16;

/** Share of the values, at either end, that say nothing of the range of an image. */
const RARE = 1 / 1000;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface DecodeOptions {
  readonly pixelLimit?: number;
}

/** @throws StudioError `image-unreadable` naming the file and the reason */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<RgbImage> {
  return naming(path, (image) => decodeWhole(image, options));
}

/**
 * A region of an image whose oriented size is known. When it is at least twice as large as what it
 * will be resized to, the decoder may shrink it by a power of two on the way: much faster for large
 * photographs, and still more pixels than are asked for. Images that it would shrink otherwise than
 * they look, those with an alpha channel above all, are cut out as they are.
 *
 * @returns the pixels of the region, possibly shrunk
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export async function decodeRegion(
  path: string,
  size: Size,
  region: Region,
  target: Size,
  options: DecodeOptions = {},
): Promise<RgbImage> {
  return naming(path, async (inspected) => {
    const { content, format } = inspected;
    if (format === 'bmp') return cropOf(decodeBmp(content, options.pixelLimit), region);
    const shrink = shrinkFactor(region, target);
    const image = open(inspected, options);
    return shrink === 1 || !(await mayShrink(inspected, () => readHeader(inspected, options)))
      ? toRgb(image.extract(region))
      : toRgb(shrunk(image, size, region, shrink));
  });
}

/**
 * The whole image, shrunk to at most `side` pixels wide and high; a smaller one as it is.
 *
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export async function decodeWithin(
  path: string,
  side: number,
  options: DecodeOptions = {},
): Promise<RgbImage> {
  const inside = { width: side, height: side, fit: 'inside', withoutEnlargement: true } as const;
  const shrinkPixels = ({ width, height, data }: RgbImage) =>
    toRgb(sharp(data, { raw: { width, height, channels: 3 } }).resize(inside));
  return naming(path, async (inspected) => {
    const { content, format } = inspected;
    if (format === 'bmp') return shrinkPixels(decodeBmp(content, options.pixelLimit));
    const header = await readHeader(inspected, options);
    const image = open(inspected, options);
    if (Math.max(header.width, header.height) <= side) return toRgb(image);
    return (await mayShrink(inspected, () => header))
      ? toRgb(image.resize(inside))
      : shrinkPixels(await toRgb(image));
  });
}

/** What a scan sees of an image. */
export interface ProbedImage extends Size {
  readonly format: ImageFormat;
  /** what it looks like; empty where it is nearly of one colour */
  readonly phash: string;
  /** different values among its pixels but for rare ones, 1 to 256; of a large image after shrinking */
  readonly levels: number;
  /** values from the lowest to the highest but for rare ones, 1 to 256 */
  readonly span: number;
  /** there is a channel that is neither colour nor transparency and is left out */
  readonly extraChannel?: true;
}

/**
 * Decode a whole file, so that a truncated one is noticed.
 *
 * @returns its size after orientation, and what it looks like
 * @throws StudioError with the reason in `details`
 */
export async function probeImage(file: Buffer, pixelLimit: number): Promise<ProbedImage> {
  const inspected = inspectImage(file);
  const { format, deep, extraChannel, whiteIsZero } = inspected;
  try {
    const { image, width, height } = await probePixels(inspected, pixelLimit);
    if (format === 'tiff') requireSoundParts(file);
    if (deep) refuseLowestPart(image, whiteIsZero);
    const facts = { format, phash: hashOf(image), ...levelsOf(image), width, height };
    return extraChannel ? { ...facts, extraChannel } : facts;
  } catch (error) {
    throw asDamaged(error, inspected);
  }
}

/** All pixels, at reduced size where that shows the same. */
async function probePixels(
  inspected: Inspected,
  pixelLimit: number,
): Promise<Size & { readonly image: RgbImage }> {
  const { content, format, deep } = inspected;
  if (format === 'bmp') {
    const image = decodeBmp(content, pixelLimit);
    return { image, width: image.width, height: image.height };
  }
  const header = await readHeader(inspected, { pixelLimit });
  const { width, height, orientation } = header;
  const decoder = open(inspected, { pixelLimit });
  // Small images are not enlarged: the decoder would move them by a part of a pixel.
  const large = Math.min(width, height) > 2 * PROBE_SIDE;
  if (large && !deep && (await mayShrink(inspected, () => header)))
    decoder.resize(PROBE_SIDE, PROBE_SIDE, { fit: 'fill', kernel: 'cubic' });
  const image = await toRgb(decoder);
  const turned = orientation !== undefined && orientation >= 5;
  return turned ? { image, width: height, height: width } : { image, width, height };
}

/** @throws StudioError `image-too-large` */
async function readHeader(
  { content }: Inspected,
  { pixelLimit = PIXEL_LIMIT }: DecodeOptions,
): Promise<Metadata> {
  const header = await sharp(content, { limitInputPixels: false, pages: 1 }).metadata();
  refuseTooLarge(header.width, header.height, pixelLimit);
  return header;
}

/** Whether a shrunk image shows what the whole one does: the decoder weighs colours by alpha. */
async function mayShrink(
  { format, onlyWhole }: Inspected,
  header: () => Promise<Metadata> | Metadata,
): Promise<boolean> {
  if (format === 'jpeg' || onlyWhole) return !onlyWhole;
  return !(await header()).hasAlpha;
}

async function decodeWhole(inspected: Inspected, options: DecodeOptions): Promise<RgbImage> {
  return inspected.format === 'bmp'
    ? decodeBmp(inspected.content, options.pixelLimit)
    : toRgb(open(inspected, options));
}

function hashOf(image: RgbImage): string {
  return perceptualHash(resize(image, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 'bilinear'));
}

/** Without the few brightest and darkest: a bar of scale or a hot pixel does not make a range. */
function levelsOf({ data }: RgbImage): Pick<ProbedImage, 'levels' | 'span'> {
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i++) counts[data[i]!]!++;
  const few = data.length * RARE;
  let [low, high] = [0, 255];
  for (let sum = counts[low]!; sum <= few && low < 255; sum += counts[low]!) low++;
  for (let sum = counts[high]!; sum <= few && high > low; sum += counts[high]!) high--;
  const levels = counts.subarray(low, high + 1).reduce((sum, count) => sum + Math.min(count, 1), 0);
  return { levels, span: high - low + 1 };
}

/**
 * Cameras of 10 or 12 bits whose values were stored in 16 bits as they are: of those the high byte shows
 * next to nothing.
 */
function refuseLowestPart({ data }: RgbImage, whiteIsZero: boolean): void {
  const most = 256 * LOWEST_PART;
  if (data.every((value) => (whiteIsZero ? 255 - value : value) < most))
    throw unsupported(
      `its values of 16 bits lie all in the lowest sixteenth of their range, which would be nearly ${whiteIsZero ? 'white' : 'black'}; scale them to the whole range`,
    );
}

function shrinkFactor(region: Region, target: Size): number {
  const ratio = Math.min(region.width / target.width, region.height / target.height);
  return ratio >= 8 ? 8 : ratio >= 4 ? 4 : ratio >= 2 ? 2 : 1;
}

function shrunk(image: Sharp, size: Size, region: Region, shrink: number): Sharp {
  const [width, height] = [Math.ceil(size.width / shrink), Math.ceil(size.height / shrink)];
  const left = Math.min(Math.floor(region.left / shrink), width - 1);
  const top = Math.min(Math.floor(region.top / shrink), height - 1);
  return image
    .resize({ width, height, fit: 'fill', kernel: 'linear', fastShrinkOnLoad: true })
    .extract({
      left,
      top,
      width: Math.max(1, Math.min(Math.round(region.width / shrink), width - left)),
      height: Math.max(1, Math.min(Math.round(region.height / shrink), height - top)),
    });
}

/**
 * What a decoder leaves out reads as zeros, so it fails on errors; of TIFF files, tiles that cannot be
 * decoded are warnings only.
 */
function open({ content, format }: Inspected, { pixelLimit = PIXEL_LIMIT }: DecodeOptions): Sharp {
  return sharp(content, {
    failOn: format === 'tiff' ? 'warning' : 'error',
    limitInputPixels: pixelLimit,
    pages: 1,
    ignoreIcc: true,
  })
    .autoOrient()
    .removeAlpha()
    .toColourspace('srgb');
}

async function toRgb(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, data };
  if (channels === 1) return { width, height, data: replicate(data) };
  throw new Error(`it has ${channels} channels`);
}

function replicate(grey: Uint8Array): Uint8Array {
  const data = new Uint8Array(grey.length * 3);
  grey.forEach((value, i) => {
    data.fill(value, i * 3, i * 3 + 3);
  });
  return data;
}

function cropOf(image: RgbImage, { top, left, width, height }: Region): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), y * width * 3);
  }
  return { width, height, data };
}

/** Read a file and decode it; errors name it. */
async function naming(
  path: string,
  decode: (inspected: Inspected) => Promise<RgbImage>,
): Promise<RgbImage> {
  let inspected: Inspected | undefined;
  try {
    inspected = inspectImage(await readFile(path));
    return await decode(inspected);
  } catch (error) {
    const reason = reasonOf(
      inspected === undefined ? asUnread(error) : asDamaged(error, inspected),
    );
    throw undecodable(path, reason, error);
  }
}

/** What a decoder throws, as an error about the file. */
function asDamaged(error: unknown, { content, format }: Inspected): StudioError {
  return error instanceof StudioError ? error : damagedBy(damageOf(content, format), error);
}
