/**
 * Describe the damage of a file that its decoder rejects, from the structure of its format.
 * Messages of libvips cannot be used, since they mix those of all files that are decoded
 * concurrently.
 */
import zlib from 'node:zlib';
import type { ImageFormat } from '../sources/formats.ts';

const ENDS_EARLY = 'the file ends before its picture does';
const OTHER = 'its picture cannot be decoded';

/** @returns a clause about the file */
export function damageOf(content: Buffer, format: ImageFormat): string {
  return FINDERS[format]?.(content) ?? OTHER;
}

type Finder = (content: Buffer) => string | undefined;

const FINDERS: Partial<Readonly<Record<ImageFormat, Finder>>> = {
  jpeg: jpegDamage,
  png: pngDamage,
  gif: (content) => (content.at(-1) === 0x3b ? undefined : ENDS_EARLY),
  webp: (content) => (content.readUInt32LE(4) + 8 > content.length ? ENDS_EARLY : undefined),
  avif: boxDamage,
};

/** After the last scan; earlier end markers belong to previews. */
function jpegDamage(content: Buffer): string | undefined {
  const scan = content.lastIndexOf('\xff\xda', undefined, 'latin1');
  return content.includes('\xff\xd9', scan, 'latin1') ? undefined : ENDS_EARLY;
}

function pngDamage(content: Buffer): string | undefined {
  for (let at = 8; at + 12 <= content.length; ) {
    const end = at + 12 + content.readUInt32BE(at);
    if (end > content.length) return ENDS_EARLY;
    const name = content.toString('latin1', at + 4, at + 8);
    // Chunks that the image needs have names that begin with a capital.
    const needed = /^[A-Z][A-Za-z]{3}$/.test(name);
    if (needed && zlib.crc32(content.subarray(at + 4, end - 4)) !== content.readUInt32BE(end - 4))
      return `a checksum in it is wrong (${name})`;
    if (name === 'IEND') return undefined;
    at = end;
  }
  return ENDS_EARLY;
}

/** The boxes of a HEIF file follow each other up to its end. */
function boxDamage(content: Buffer): string | undefined {
  let at = 0;
  while (at + 8 <= content.length) {
    const size = content.readUInt32BE(at);
    if (size === 0) return undefined;
    if (size < 8) return undefined;
    at += size;
  }
  return at > content.length ? ENDS_EARLY : undefined;
}
