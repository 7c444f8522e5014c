/**
 * What a quick scan finds in files that are read as they are stored, by their headers alone. Nothing is
 * decoded or hashed.
 */
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import type { OpenSource } from '../../images/byte-source.ts';
import { uprightSize } from '../../images/orientation.ts';
import { openStored, readerOf } from '../../images/readers.ts';
import type { ByteSource } from '../../images/stored-image.ts';
import { readPlainPage } from '../../images/tiff/plain-page.ts';
import type { Look } from '../pixels/look.ts';
import { choicesFor } from '../pixels/stored/read-choices.ts';
import { readHeadOf } from '../pixels/stored/reading-way.ts';
import { storedKind } from '../pixels/stored/stored-kind.ts';
import type { TileOrder } from '../pixels/tiles/probe-tiles.ts';
import { locate, openLocation, statLocation } from '../sources/locate.ts';
import type { FileFacts } from './file-facts.ts';

/** Formats whose headers tell all of a file; those of TIFF do so for most files. */
const BY_HEADER: ReadonlySet<string> = new Set(['dicom', 'nifti', 'npy', 'pnm']);

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
  const { picture, tile, stack } = location;
  if (picture !== undefined || tile !== undefined || stack !== undefined) return undefined;
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
  { tiles, stacks }: TileOrder,
): Promise<HeaderFacts | undefined> {
  const format = readerOf(await readHeadOf(source))?.format;
  if (format !== undefined && BY_HEADER.has(format)) return storedFacts(source, stacks);
  // Which tiles show something is seen in the picture alone.
  if (format !== 'tiff' || typeof tiles !== 'string') return undefined;
  const plain = await readPlainPage(source);
  if (plain === undefined) return storedFacts(source, stacks);
  const { orientation } = plain;
  const size = uprightSize(plain, orientation);
  return { format, ...size, ...(orientation > 1 && { orientation }) };
}

/** @returns undefined for a TIFF file that may be of bytes */
async function storedFacts(
  source: ByteSource,
  stacks: StackChannels,
): Promise<HeaderFacts | undefined> {
  const image = await openStored(source, choicesFor({}, stacks));
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
