/** Pictures as files that are small rather than exact. */
import sharp from 'sharp';
import type { RgbImage } from './image.ts';

const QUALITY = 85;
/** Images up to this width and height are exact, since they are shown enlarged. */
const EXACT_SIDE = 96;

export function encodeWebp({ width, height, data }: RgbImage): Promise<Buffer> {
  const lossless = Math.max(width, height) <= EXACT_SIDE;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .webp(lossless ? { lossless } : { quality: QUALITY })
    .toBuffer();
}
