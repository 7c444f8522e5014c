/**
 * Image formats by their first bytes; names do not decide, they only say which files to look at.
 * HEIC is among them so that such photographs are named as unreadable instead of passed over.
 */
export const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif png webp tif tiff gif avif bmp dib heic heif'.split(' '),
);

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif' | 'bmp';

/** @param head at least the first 12 bytes @returns undefined for anything else */
export function formatOf(head: Uint8Array): ImageFormat | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'tiff';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif';
  if (text(4, 8) === 'ftyp' && /avi[fs]|mif1|msf1/.test(text(8, 12))) return 'avif';
  if (text(0, 2) === 'BM') return 'bmp';
  return undefined;
}

/** Photographs of phones that use a patented compression, which the decoder is built without. */
export function isHeic(head: Uint8Array): boolean {
  return /^ftyp(hei[cxms]|hev[cx])/.test(String.fromCharCode(...head.subarray(4, 12)));
}
