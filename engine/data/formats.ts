/**
 * Image formats by their first bytes; names only decide which files are examined. HEIC is listed so
 * that such photographs are reported as unreadable instead of ignored.
 */
import { STORED_EXTENSIONS } from '../images/readers.ts';

export const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set([
  ...'jpg jpeg jpe jfif png webp tif tiff gif avif bmp dib heic heif hif heics heifs avifs'.split(
    ' ',
  ),
  ...STORED_EXTENSIONS,
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

/** The reason why content without a known format cannot be used. */
export function unknownFormat(head: Uint8Array): string {
  return heifCodec(head) === 'other'
    ? 'HEIC images are not supported: convert them to JPEG or PNG'
    : 'content is not of a known image format';
}

const AV1_BRANDS = /^avi[fos]$/;
/** Brands that tell how pictures are stored, not how they are compressed. */
const GENERIC_BRANDS = /^(mif[123]|msf1|mia[fnx]|MiH[ABE]|MiP[AR])$/;
/** HEVC, layered HEVC, AVC, VVC, EVC, JPEG 2000, JPEG, uncompressed. */
const OTHER_BRANDS = /^(hei[cfmsx]|hev[cmsx]|avc[is]|vvi[cs]|ev[bm][is]|j2k[is]|jpeg|jpgs|unif)$/;
/** Limits for the length of the list of brands, and for the search for item types. */
const MOST_BRAND_BYTES = 512;
const ITEM_BYTES = 4096;

/**
 * The compression of a HEIF file: AV1, which the decoder supports, or another one, mostly the
 * patented one of phones, which it does not support.
 *
 * @returns undefined for any other file
 * @source ISO/IEC 23008-12 (HEIF) and the brands registered at mp4ra.org
 */
function heifCodec(head: Uint8Array): 'av1' | 'other' | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (text(4, 8) !== 'ftyp' || head.length < 12) return undefined;
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
  const end = Math.min(size, head.length, MOST_BRAND_BYTES);
  const brands = [text(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(at, at + 4));
  const any = (kind: RegExp) => brands.some((brand) => kind.test(brand));
  if (!any(AV1_BRANDS) && !any(OTHER_BRANDS) && !any(GENERIC_BRANDS)) return undefined;
  const items = text(0, ITEM_BYTES);
  if (items.includes('av01')) return 'av1';
  return any(AV1_BRANDS) && !items.includes('hvc1') ? 'av1' : 'other';
}
