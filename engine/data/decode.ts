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
import sharp, { type Sharp } from 'sharp';
import { StudioError } from '../contract/errors.ts';
import { resize } from './augment/resample.ts';
import { decodeBmp } from './bmp.ts';
import { formatOf } from './formats.ts';
import type { Region, RgbImage } from './image.ts';
import { perceptualHash, THUMBNAIL_SIDE } from './perceptual-hash.ts';
import { damaged, reasonOf, refuseTooLarge } from './unreadable.ts';

sharp.cache(false);
sharp.concurrency(1);

/** Above this number of pixels a file is refused: it may be built to exhaust memory. */
export const PIXEL_LIMIT = 268_402_689;

/** A scan decodes to the end, but keeps only this many pixels a side of larger images. */
const PROBE_SIDE = 64;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface DecodeOptions {
  readonly pixelLimit?: number;
}

/** @throws StudioError `image-unreadable` naming the file and the reason */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<RgbImage> {
  return naming(path, async (content) =>
    isBmp(content) ? decodeBmp(content, options.pixelLimit) : toRgb(open(content, options)),
  );
}

/**
 * A region of an image whose oriented size is known. When it is at least twice as large as what it
 * will be resized to, the decoder may shrink it by a power of two on the way: much faster for large
 * photographs, and still more pixels than are asked for.
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
  return naming(path, async (content) => {
    if (isBmp(content)) return cropOf(decodeBmp(content, options.pixelLimit), region);
    const shrink = shrinkFactor(region, target);
    const image = open(content, options);
    return toRgb(shrink === 1 ? image.extract(region) : shrunk(image, size, region, shrink));
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
  return naming(path, async (content) => {
    const { pixelLimit = PIXEL_LIMIT } = options;
    if (isBmp(content)) return shrinkPixels(decodeBmp(content, pixelLimit));
    const header = sharp(content, { limitInputPixels: false, pages: 1 });
    const { width, height, hasAlpha } = await header.metadata().catch(rethrowDamaged);
    refuseTooLarge(width, height, pixelLimit);
    const image = open(content, options);
    if (Math.max(width, height) <= side) return toRgb(image);
    // The decoder weighs colours by alpha when it resizes; here alpha is dropped.
    return hasAlpha ? shrinkPixels(await toRgb(image)) : toRgb(image.resize(inside));
  });
}

/** What a scan sees of an image. */
export interface ProbedImage extends Size {
  /** what it looks like; empty where it is nearly of one colour */
  readonly phash: string;
}

/**
 * Decode a whole file, so that a truncated one is noticed.
 *
 * @returns its size after orientation, and what it looks like
 * @throws StudioError `image-unreadable` with the reason in `details`
 */
export async function probeImage(content: Buffer, pixelLimit: number): Promise<ProbedImage> {
  if (isBmp(content)) {
    const image = decodeBmp(content, pixelLimit);
    return { width: image.width, height: image.height, phash: hashOf(image) };
  }
  const header = sharp(content, { limitInputPixels: false, pages: 1 });
  const { width, height, orientation } = await header.metadata().catch(rethrowDamaged);
  refuseTooLarge(width, height, pixelLimit);
  const image = open(content, { pixelLimit });
  // All rows are decoded, at reduced size where the format can. Small images are not enlarged: the
  // decoder would move them by a part of a pixel.
  if (Math.min(width, height) > 2 * PROBE_SIDE)
    image.resize(PROBE_SIDE, PROBE_SIDE, { fit: 'fill', kernel: 'cubic' });
  const phash = hashOf(await toRgb(image).catch(rethrowDamaged));
  const turned = orientation !== undefined && orientation >= 5;
  return turned ? { width: height, height: width, phash } : { width, height, phash };
}

function hashOf(image: RgbImage): string {
  return perceptualHash(resize(image, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 'bilinear'));
}

function rethrowDamaged(error: unknown): never {
  throw damaged(error);
}

function isBmp(content: Uint8Array): boolean {
  return formatOf(content) === 'bmp';
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

function open(content: Buffer, { pixelLimit = PIXEL_LIMIT }: DecodeOptions): Sharp {
  return sharp(content, {
    failOn: 'truncated',
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
  decode: (content: Buffer) => Promise<RgbImage>,
): Promise<RgbImage> {
  try {
    return await decode(await readFile(path));
  } catch (error) {
    const reason = reasonOf(error);
    throw new StudioError('image-unreadable', `${path} cannot be decoded: ${reason}`, {
      details: { path, reason },
      cause: error,
    });
  }
}
