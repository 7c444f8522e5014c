/**
 * Which way a file is read: pictures of 8 bits in grey or RGB are decoded to bytes, and all others
 * that a reader of stored images knows are read as they are stored, as are TIFF files of several
 * pages.
 */
import { isStudioError } from '../../../contract/errors.ts';
import { readerOf } from '../../../images/readers.ts';
import type { ByteSource } from '../../../images/stored-image.ts';
import { isTiffHead } from '../../../images/tiff/directory.ts';
import { formatOf } from '../../sources/formats.ts';
import { type Inspected, inspectImage } from '../inspect.ts';

/** Bytes from which formats are recognised. */
const HEAD_BYTES = 4096;

/** Files of more bytes are not loaded whole to find out how they are stored. */
const MOST_BYTES = 2 ** 30;

export function readHeadOf(source: ByteSource): Promise<Uint8Array> {
  return source.read(0, Math.min(HEAD_BYTES, source.size));
}

/** Whether content is of a known image, by its first bytes. */
export function isImageHead(head: Uint8Array): boolean {
  return formatOf(head) !== undefined || readerOf(head) !== undefined;
}

/**
 * `both` are pictures of 8 bits in red, green and blue with one channel more: networks of three
 * channels are given their bytes without it, and those of four the stored numbers.
 */
export type ReadingWay = 'bytes' | 'stored' | 'both';

/** @throws StudioError `image-damaged`; the error of the file system */
export async function wayOf(source: ByteSource, head: Uint8Array): Promise<ReadingWay> {
  if (readerOf(head) === undefined) return 'bytes';
  if (formatOf(head) === undefined || source.size > MOST_BYTES) return 'stored';
  const content = await source.read(0, source.size);
  const way = wayOfContent(
    Buffer.from(content.buffer as ArrayBuffer, content.byteOffset, content.byteLength),
  );
  return way === 'bytes' && isTiffHead(head) ? wayOfPages(source) : way;
}

/** Pages of one size and kind are samples; of others the first is read, and the scan says so. */
async function wayOfPages(source: ByteSource): Promise<ReadingWay> {
  const { findPages } = await import('../../../images/tiff/read-tiff.ts');
  const { pictures, areAlike } = await findPages(source);
  return pictures > 1 && areAlike ? 'stored' : 'bytes';
}

function wayOfContent(content: Buffer): ReadingWay {
  let inspected: Inspected;
  try {
    inspected = inspectImage(content);
  } catch (error) {
    if (isStudioError(error, 'image-unsupported')) return 'stored';
    throw error;
  }
  if (inspected.deep) return 'stored';
  return inspected.extraChannel ? 'both' : 'bytes';
}
