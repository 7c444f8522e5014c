/**
 * Decoding of files to 8-bit RGB.
 *
 * Orientation tags are applied; grey is replicated; alpha is dropped, not composited; of 16 bits
 * the high byte is kept; CMYK and other spaces are converted to sRGB; embedded colour profiles of
 * RGB images are not applied, as in the authors' pipeline; of animations the first frame is used.
 *
 * Files are read completely and decoded from memory, so no file stays open and names have no effect
 * (libvips takes options from names that end in brackets).
 */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { isStudioError, StudioError } from '../../contract/errors.ts';
import { damagedBy, refuseTooLarge, unsupported } from '../../images/errors.ts';
import { uprightSize } from '../../images/orientation.ts';
import type { ImageFormat } from '../sources/formats.ts';
import { locate, readLocation } from '../sources/locate.ts';
import { reasonOf, undecodable, unread } from '../sources/unreadable.ts';
import { decodeBmp } from './bmp.ts';
import { damageOf } from './damage.ts';
import type { Region, RgbImage } from './image.ts';
import { type Inspected, inspectImage } from './inspect.ts';
import { type Look, type Spread, spreadOfCounts } from './look.ts';
import { countOtherPictures } from './other-pictures.ts';
import { perceptualHash, THUMBNAIL_SIDE } from './perceptual-hash.ts';
import { resize } from './resample/resample.ts';
import { decodeSmallPng } from './small-png.ts';
import { requirePicture } from './stored/require-picture.ts';
import { requireSoundParts } from './tiff-checksums.ts';

sharp.cache(false);
sharp.concurrency(1);

/** Files with more pixels are rejected, since they may be built to exhaust memory. */
export const PIXEL_LIMIT = 268_402_689;

/** A scan decodes completely, but larger images are shrunk to this many pixels a side. */
const PROBE_SIDE = 64;

/** 16-bit values below this part of their range are taken as stored with fewer bits. */
const LOWEST_PART = 1 / 16;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface DecodeOptions {
  readonly pixelLimit?: number;
}

/** @throws StudioError `image-unreadable` naming the file and the reason */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<RgbImage> {
  return naming(path, options, (image) => decodeWhole(image, options));
}

/**
 * Decode a region of an image whose oriented size is known. When the region is at least twice as
 * large as the size to which it will be resized, the decoder may shrink it by a power of two: this
 * is much faster for large photographs and keeps more pixels than needed. Images for which this
 * changes the result, mainly those with an alpha channel, are not shrunk.
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
  return naming(path, options, async (inspected) => {
    const shrink = shrinkFactor(region, target);
    const isBmp = inspected.format === 'bmp';
    const here = isBmp || shrink === 1 ? decodedHere(inspected, options) : undefined;
    if (here !== undefined && (isBmp || liesIn(here, region))) return cropOf(here, region);
    const image = open(inspected, options);
    return shrink === 1 || !(await mayShrink(inspected, () => readHeader(inspected, options)))
      ? toRgb(image.extract(region))
      : toRgb(shrunk(image, size, region, shrink));
  });
}

/**
 * Decode an image, shrunk to at most `side` pixels in width and height; smaller ones keep their
 * size.
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
  return naming(path, options, async (inspected) => {
    const here = decodedHere(inspected, options);
    if (here !== undefined)
      return Math.max(here.width, here.height) <= side ? here : shrinkPixels(here);
    const header = await readHeader(inspected, options);
    const image = open(inspected, options);
    if (Math.max(header.width, header.height) <= side) return toRgb(image);
    return (await mayShrink(inspected, () => header))
      ? toRgb(image.resize(inside))
      : shrinkPixels(await toRgb(image));
  });
}

/** The properties of an image that a scan stores. */
export interface ProbedImage extends Size, Look {
  readonly format: ImageFormat;
  /** a channel that is neither colour nor transparency is dropped */
  readonly extraChannel?: true;
  /** pictures of the file that are not read: frames after the first, pages of other sizes */
  readonly otherPictures?: number;
  /** orientation tag, 2 to 8; absent where the image is shown as it is stored */
  readonly orientation?: number;
}

/**
 * Decode a whole file, which detects truncated ones.
 *
 * @returns its size after orientation, and its perceptual hash
 * @throws StudioError with the reason in `details`
 */
export async function probeImage(file: Buffer, pixelLimit: number): Promise<ProbedImage> {
  const inspected = inspectImage(file);
  const { format, deep, extraChannel, whiteIsZero } = inspected;
  try {
    const { image, width, height, orientation } = await probePixels(inspected, pixelLimit);
    const otherPictures = await countOtherPictures(file, format);
    if (format === 'tiff') requireSoundParts(file);
    if (deep) refuseLowestPart(image, whiteIsZero);
    const thumbnail = resize(image, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 'bilinear');
    const phash = perceptualHash(thumbnail);
    const facts = { format, phash, ...levelsOf(image), width, height };
    return {
      ...facts,
      ...(extraChannel ? { extraChannel } : {}),
      ...(otherPictures > 0 ? { otherPictures } : {}),
      ...(orientation > 1 ? { orientation } : {}),
    };
  } catch (error) {
    throw asDamaged(error, inspected);
  }
}

/** All pixels, at reduced size where that gives the same result. */
async function probePixels(
  inspected: Inspected,
  pixelLimit: number,
): Promise<Size & { readonly image: RgbImage; readonly orientation: number }> {
  const here = decodedHere(inspected, { pixelLimit });
  if (here !== undefined)
    return { image: here, width: here.width, height: here.height, orientation: 1 };
  const { deep } = inspected;
  const header = await readHeader(inspected, { pixelLimit });
  const { width, height, orientation = 1 } = header;
  const decoder = open(inspected, { pixelLimit });
  // Small images are not enlarged, since the decoder would shift them by a part of a pixel.
  const large = Math.min(width, height) > 2 * PROBE_SIDE;
  if (large && !deep && (await mayShrink(inspected, () => header)))
    decoder.resize(PROBE_SIDE, PROBE_SIDE, { fit: 'fill', kernel: 'cubic' });
  const image = await toRgb(decoder);
  return { image, ...uprightSize({ width, height }, orientation), orientation };
}

/** @throws StudioError `image-too-large`; what the decoder throws */
export async function readHeader(
  { content, format }: Inspected,
  { pixelLimit = PIXEL_LIMIT }: DecodeOptions,
): Promise<Metadata> {
  const header = await sharp(content, { limitInputPixels: false, pages: 1 }).metadata();
  const kind = format === 'tiff' ? 'tiff' : 'image';
  refuseTooLarge(header.width, header.height, pixelLimit, kind);
  return header;
}

/** Whether the image can be shrunk by the decoder, which weighs colours by alpha. */
async function mayShrink(
  { format, onlyWhole }: Inspected,
  header: () => Promise<Metadata> | Metadata,
): Promise<boolean> {
  if (format === 'jpeg' || onlyWhole) return !onlyWhole;
  return !(await header()).hasAlpha;
}

async function decodeWhole(inspected: Inspected, options: DecodeOptions): Promise<RgbImage> {
  return decodedHere(inspected, options) ?? toRgb(open(inspected, options));
}

/** The whole picture, where libvips cannot decode it or takes longer. @throws StudioError of bitmaps */
function decodedHere(
  { content, format }: Inspected,
  { pixelLimit }: DecodeOptions,
): RgbImage | undefined {
  if (format === 'bmp') return decodeBmp(content, pixelLimit);
  return format === 'png' ? decodeSmallPng(content, pixelLimit) : undefined;
}

/** Whether a region lies in an image, whose file may have changed since its size was read. */
function liesIn(image: Size, { top, left, width, height }: Region): boolean {
  return top >= 0 && left >= 0 && left + width <= image.width && top + height <= image.height;
}

function levelsOf({ data }: RgbImage): Spread {
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i++) counts[data[i]!]!++;
  return spreadOfCounts(counts, data.length);
}

/** Reject 16-bit files of unscaled 10 or 12 bits, whose high byte shows almost nothing. */
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

/** Missing data read as zeros, so errors stop the decoder; broken TIFF tiles only give warnings. */
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

/** Read and decode a file, with errors that name it. */
async function naming(
  path: string,
  options: DecodeOptions,
  decode: (inspected: Inspected) => Promise<RgbImage>,
): Promise<RgbImage> {
  let inspected: Inspected | undefined;
  try {
    const location = await locate(path);
    inspected = inspectImage(await readLocation(location));
    requirePicture({ samples: 1 }, location.picture);
    return await decode(inspected);
  } catch (error) {
    if (!(error instanceof StudioError) && inspected === undefined) throw unread(path, error);
    if (isStudioError(error, 'file-unread')) throw unread(path, error);
    const known =
      inspected && ((await tooLarge(inspected, options)) ?? asDamaged(error, inspected));
    throw undecodable(path, reasonOf(known ?? error), known ?? error);
  }
}

/** The decoder's own limit does not say what it refuses. */
async function tooLarge(inspected: Inspected, options: DecodeOptions): Promise<unknown> {
  if (inspected.format === 'bmp') return undefined;
  return readHeader(inspected, options).then(
    () => undefined,
    (error: unknown) => (isStudioError(error, 'image-too-large') ? error : undefined),
  );
}

/** An error of a decoder as one about the file. */
function asDamaged(error: unknown, { content, format }: Inspected): StudioError {
  return error instanceof StudioError ? error : damagedBy(damageOf(content, format), error);
}
