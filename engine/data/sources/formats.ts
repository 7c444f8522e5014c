/** Image formats by their first bytes; names only decide which files are examined. */

import { STORED_EXTENSIONS } from '../../images/extensions.ts';
import { heifCodec } from '../../images/heif/brands.ts';

export const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set([
  ...'jpg jpeg jpe jfif png webp tif tiff gif avif bmp dib avifs'.split(' '),
  ...Object.values(STORED_EXTENSIONS).flat(),
]);

/** Extensions may have two parts, as in `.nii.gz`. */
export function isImageName(name: string): boolean {
  const [, before, last] = /\.(?:([^./\\]+)\.)?([^./\\]+)$/.exec(name.toLowerCase()) ?? [];
  if (last === undefined) return false;
  return IMAGE_EXTENSIONS.has(last) || IMAGE_EXTENSIONS.has(`${before}.${last}`);
}

/** Whether only the content can tell, the name having no extension. */
export function mayBeImage(name: string): boolean {
  return /^[^.]+\.?$/.test(name);
}

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif' | 'bmp';

/** @param head at least 12 bytes; of HEIF all brands @returns undefined for any other content */
export function formatOf(head: Uint8Array): ImageFormat | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'tiff';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif';
  if (heifCodec(head) === 'av1') return 'avif';
  if (text(0, 2) === 'BM') return 'bmp';
  return undefined;
}
