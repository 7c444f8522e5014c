/** What the first bytes of HEIF files tell. */
import { viewOf } from '../byte-view.ts';

const AV1_BRANDS = /^avi[fos]$/;
/** Brands that tell how pictures are stored, not how they are compressed. */
const GENERIC_BRANDS = /^(mif[123]|msf1|mia[fnx]|MiH[ABE]|MiP[AR])$/;
/** HEVC, layered HEVC, AVC, VVC, EVC, JPEG 2000, JPEG, uncompressed. */
const OTHER_BRANDS = /^(hei[cfmsx]|hev[cmsx]|avc[is]|vvi[cs]|ev[bm][is]|j2k[is]|jpeg|jpgs|unif)$/;
/** Limits for the length of the list of brands, and for the search for item types. */
const MOST_BRAND_BYTES = 512;
const ITEM_BYTES = 4096;

/**
 * The compression of a HEIF file: AV1, which sharp decodes, or another one, mostly HEVC of
 * phones.
 *
 * @returns undefined for any other file
 * @source ISO/IEC 23008-12 (HEIF) and the brands registered at mp4ra.org
 */
export function heifCodec(head: Uint8Array): 'av1' | 'other' | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (text(4, 8) !== 'ftyp' || head.length < 12) return undefined;
  const size = viewOf(head).getUint32(0);
  const end = Math.min(size, head.length, MOST_BRAND_BYTES);
  const brands = [text(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(at, at + 4));
  const any = (kind: RegExp) => brands.some((brand) => kind.test(brand));
  if (!any(AV1_BRANDS) && !any(OTHER_BRANDS) && !any(GENERIC_BRANDS)) return undefined;
  const items = text(0, ITEM_BYTES);
  if (items.includes('av01')) return 'av1';
  return any(AV1_BRANDS) && !items.includes('hvc1') ? 'av1' : 'other';
}
