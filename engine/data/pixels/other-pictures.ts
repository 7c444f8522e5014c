/**
 * How many pictures of a file are left unread where the first one is decoded: the frames of
 * animations, and pages that are of another size or kind than the first.
 *
 * @source PNG (Third Edition), acTL; ISO/IEC 14496-12, SampleSizeBox
 */
import sharp from 'sharp';
import { bufferSource } from '../../images/byte-source.ts';
import type { ImageFormat } from '../sources/formats.ts';

/** @param file a whole file that can be decoded @throws StudioError `image-damaged` */
export async function countOtherPictures(file: Buffer, format: ImageFormat): Promise<number> {
  switch (format) {
    case 'gif':
    case 'webp':
      return ((await sharp(file, { limitInputPixels: false }).metadata()).pages ?? 1) - 1;
    case 'tiff': {
      const { findPages } = await import('../../images/tiff/read-tiff.ts');
      return (await findPages(bufferSource(file))).pictures - 1;
    }
    case 'png':
      return Math.max(0, pngFrames(file) - 1);
    case 'avif':
      return Math.max(0, sequenceFrames(file) - 1);
    default:
      return 0;
  }
}

const FIRST_CHUNK = 8;

/** Frames that a chunk before the pixels announces. */
function pngFrames(file: Buffer): number {
  for (let at = FIRST_CHUNK; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const name = file.toString('latin1', at + 4, at + 8);
    if (name === 'acTL') return file.readUInt32BE(at + 8);
    if (name === 'IDAT') break;
  }
  return 1;
}

/** Samples of the first track. */
function sequenceFrames(file: Buffer): number {
  const track = file.indexOf('moov', 0, 'latin1');
  const at = track < 0 ? -1 : file.indexOf('stsz', track, 'latin1');
  return at < 0 || at + 16 > file.length ? 1 : file.readUInt32BE(at + 12);
}
