/** Pictures as files that are small rather than exact. */
import sharp from 'sharp';
import type { RgbImage } from './image.ts';

const QUALITY = 85;

export function encodeWebp({ width, height, data }: RgbImage): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .webp({ quality: QUALITY })
    .toBuffer();
}
