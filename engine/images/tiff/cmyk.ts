import { toPlanes } from '../numbers.ts';
import type { StoredPixels } from '../stored-image.ts';
import { writePlainTiff } from './plain-tiff.ts';
import { PHOTOMETRIC, TAG } from './tags.ts';
import { decodePlain } from './through-libtiff.ts';

/** CMYK to RGB of 8 bits as sharp does it, with its own profile. @param bits 8 or 16 */
export async function cmykToRgb(
  { width, height, values: inks }: StoredPixels,
  bits: number,
): Promise<StoredPixels> {
  const plane = width * height;
  const bytesPerInk = bits / 8;
  const strip = Buffer.alloc(4 * plane * bytesPerInk);
  for (let ink = 0; ink < 4; ink++)
    for (let i = 0; i < plane; i++)
      strip.writeUIntLE(inks[ink * plane + i]!, (4 * i + ink) * bytesPerInk, bytesPerInk);
  const file = writePlainTiff(strip, [
    [TAG.width, [width]],
    [TAG.height, [height]],
    [TAG.bits, [bits, bits, bits, bits]],
    [TAG.compression, [1]],
    [TAG.photometric, [PHOTOMETRIC.separated]],
    [TAG.samples, [4]],
  ]);
  const rgb = await decodePlain(file, plane, 3);
  return { width, height, channels: 3, values: toPlanes(rgb, 3) };
}
