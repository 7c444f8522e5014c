/**
 * From a file to 8-bit RGB.
 *
 * Rules: orientation tags are applied; grey is replicated; alpha is dropped, not composited; of 16 bits
 * the high byte is kept; CMYK and other spaces are converted to sRGB; the first frame of an animation.
 */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { StudioError } from '../contract/errors.ts';
import { decodeBmp } from './bmp.ts';
import type { Region, RgbImage } from './image.ts';

sharp.cache(false);
sharp.concurrency(1);

/** Above this number of pixels a file is refused: it may be built to exhaust memory. */
export const PIXEL_LIMIT = 268_402_689;

export interface DecodeOptions {
  readonly format?: string;
  readonly pixelLimit?: number;
}

/** @throws StudioError `image-unreadable` naming the file and the reason */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<RgbImage> {
  if (options.format === 'bmp') return decodeBmpFile(path);
  return toRgb(path, open(path, options));
}

/**
 * A region of an image whose oriented size is known. When it is at least twice as large as what it
 * will be resized to, the decoder may shrink it by a power of two on the way: much faster for large
 * photographs, and still more pixels than are asked for.
 *
 * @returns the pixels of the region, possibly shrunk
 */
export async function decodeRegion(
  path: string,
  size: { readonly width: number; readonly height: number },
  region: Region,
  target: { readonly width: number; readonly height: number },
  options: DecodeOptions = {},
): Promise<RgbImage> {
  if (options.format === 'bmp') return cropOf(await decodeBmpFile(path), region);
  const shrink = shrinkFactor(region, target);
  const image = open(path, options);
  if (shrink === 1) return toRgb(path, image.extract(region));
  const [width, height] = [Math.ceil(size.width / shrink), Math.ceil(size.height / shrink)];
  const left = Math.min(Math.floor(region.left / shrink), width - 1);
  const top = Math.min(Math.floor(region.top / shrink), height - 1);
  const small = image
    .resize({ width, height, fit: 'fill', kernel: 'linear', fastShrinkOnLoad: true })
    .extract({
      left,
      top,
      width: Math.max(1, Math.min(Math.round(region.width / shrink), width - left)),
      height: Math.max(1, Math.min(Math.round(region.height / shrink), height - top)),
    });
  return toRgb(path, small);
}

function shrinkFactor(region: Region, target: { width: number; height: number }): number {
  const ratio = Math.min(region.width / target.width, region.height / target.height);
  return ratio >= 8 ? 8 : ratio >= 4 ? 4 : ratio >= 2 ? 2 : 1;
}

function open(path: string, { pixelLimit = PIXEL_LIMIT }: DecodeOptions): Sharp {
  return sharp(path, { failOn: 'truncated', limitInputPixels: pixelLimit, pages: 1 })
    .autoOrient()
    .removeAlpha()
    .toColourspace('srgb');
}

async function toRgb(path: string, image: Sharp): Promise<RgbImage> {
  try {
    const { data, info } = await image
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 3) return { width, height, data };
    if (channels === 1) return { width, height, data: replicate(data) };
    throw new Error(`it has ${channels} channels`);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function decodeBmpFile(path: string): Promise<RgbImage> {
  try {
    return decodeBmp(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
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

function unreadable(path: string, error: unknown): StudioError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StudioError('image-unreadable', `${path} cannot be decoded: ${reason}`, {
    details: { path, reason },
    cause: error,
  });
}
