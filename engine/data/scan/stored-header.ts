/**
 * What a quick scan finds in TIFF and DICOM files, by their directories and elements. Nothing is decoded
 * or hashed.
 */
import type { OpenSource } from '../../images/byte-source.ts';
import { uprightSize } from '../../images/orientation.ts';
import { openStored, readerOf } from '../../images/readers.ts';
import { type ByteSource, DEFAULT_CHOICES } from '../../images/stored-image.ts';
import { readPlainPage } from '../../images/tiff/plain-page.ts';
import { PIXEL_LIMIT } from '../pixels/decode.ts';
import type { Look } from '../pixels/look.ts';
import { readHeadOf } from '../pixels/stored/reading-way.ts';
import { storedKind } from '../pixels/stored/stored-kind.ts';
import type { TileOrder } from '../pixels/tiles/probe-tiles.ts';
import { locate, openLocation, statLocation } from '../sources/locate.ts';
import type { FileFacts } from './file-facts.ts';

/** Nothing is known of how a picture looks. */
const UNKNOWN_LOOK: Look = { phash: '', levels: 256, span: 256 };

/**
 * @returns undefined for files of other formats, and where only the content tells how a file is read
 * @throws StudioError of damaged and unsupported files; the error of the file system
 */
export async function readStoredHeader(
  path: string,
  order: TileOrder,
): Promise<FileFacts | undefined> {
  const location = await locate(path);
  if (location.picture !== undefined || location.tile !== undefined) return undefined;
  const { size, mtimeMs } = await statLocation(location);
  let source: OpenSource | undefined;
  try {
    source = await openLocation(location);
    const found = await headerFacts(source, order);
    if (found === undefined || found.width * found.height > order.pixelLimit) return undefined;
    return { bytes: size, modifiedMs: mtimeMs, hash: '', ...found };
  } finally {
    await source?.close();
  }
}

type HeaderFacts = Omit<FileFacts, 'bytes' | 'modifiedMs' | 'hash'>;

async function headerFacts(
  source: ByteSource,
  { tiles }: TileOrder,
): Promise<HeaderFacts | undefined> {
  const format = readerOf(await readHeadOf(source))?.format;
  if (format === 'dicom') return storedFacts(source);
  // Which tiles show something is seen in the picture alone.
  if (format !== 'tiff' || typeof tiles !== 'string') return undefined;
  const plain = await readPlainPage(source);
  if (plain === undefined) return storedFacts(source);
  const { orientation } = plain;
  const size = uprightSize(plain, orientation);
  return { format, ...size, ...(orientation > 1 && { orientation }) };
}

/** @returns undefined for a TIFF file that may be of bytes */
async function storedFacts(source: ByteSource): Promise<HeaderFacts | undefined> {
  const image = await openStored(source, { ...DEFAULT_CHOICES, pixelLimit: PIXEL_LIMIT });
  const { format, width, height, samples, bits, channels } = image;
  const isOfBytes = bits <= 8 && channels <= MOST_OF_BYTES;
  if (format === 'tiff' && isOfBytes) return undefined;
  const { pictures, ...kind } = storedKind(image);
  if (pictures === undefined) return { format, width, height, stored: kind };
  const looks = Array.from({ length: samples }, () => UNKNOWN_LOOK);
  return { format, width, height, stored: { ...kind, pictures }, looks };
}

/** Red, green, blue and one more. */
const MOST_OF_BYTES = 4;
