/**
 * What a quick scan finds in files of which few and small reads do not tell enough. Those that are read
 * as they are stored tell it in their headers; others are loaded whole. Nothing is decoded or hashed.
 */
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import { bufferSource, type OpenSource } from '../../images/byte-source.ts';
import { asBuffer } from '../../images/codecs/jpeg-markers.ts';
import { uprightSize } from '../../images/orientation.ts';
import { openStored, readerOf } from '../../images/readers.ts';
import type { ByteSource } from '../../images/stored-image.ts';
import { readPlainPage } from '../../images/tiff/plain-page.ts';
import { readBytesHeader } from '../pixels/bytes-header.ts';
import type { Look } from '../pixels/look.ts';
import { choicesFor } from '../pixels/stored/read-choices.ts';
import { readHeadOf, wayOf } from '../pixels/stored/reading-way.ts';
import { storedKind } from '../pixels/stored/stored-kind.ts';
import type { TileOrder } from '../pixels/tiles/probe-tiles.ts';
import { formatOf } from '../sources/formats.ts';
import { locate, openLocation, statLocation } from '../sources/locate.ts';
import type { FileFacts } from './file-facts.ts';

/** Larger files are left to the scan that reads them in parts. */
const MOST_BYTES = 2 ** 28;

/** Nothing is known of how a picture looks. */
const UNKNOWN_LOOK: Look = { phash: '', levels: 256, span: 256 };

/**
 * @returns undefined where only pixels tell how a file is read, and for content that is of no image
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
  { tiles, stacks, pixelLimit }: TileOrder,
): Promise<HeaderFacts | undefined> {
  const head = await readHeadOf(source);
  const format = readerOf(head)?.format;
  if (format !== undefined && format !== 'tiff') return storedFacts(source, stacks);
  if (format === 'tiff') {
    // Which tiles show something is seen in the picture alone.
    if (typeof tiles !== 'string') return undefined;
    const plain = await readPlainPage(source);
    if (plain !== undefined) {
      const { orientation } = plain;
      const size = uprightSize(plain, orientation);
      return { format, ...size, ...(orientation > 1 && { orientation }) };
    }
    const { bits, channels } = await openStored(source, choicesFor({}, stacks));
    if (bits > 8 || channels > MOST_OF_BYTES) return storedFacts(source, stacks);
  }
  if (formatOf(head) === undefined || source.size > MOST_BYTES) return undefined;
  const content = asBuffer(await source.read(0, source.size));
  return contentFacts(content, head, { stacks, pixelLimit });
}

/** Of files that may be decoded to bytes. */
async function contentFacts(
  content: Buffer,
  head: Uint8Array,
  { stacks, pixelLimit }: Pick<TileOrder, 'stacks' | 'pixelLimit'>,
): Promise<HeaderFacts> {
  const source = bufferSource(content);
  const way = await wayOf(source, head);
  if (way === 'bytes') return readBytesHeader(content, pixelLimit);
  const facts = await storedFacts(source, stacks);
  // The bytes are those of the first page.
  if (way === 'stored' || facts.stored?.stack !== undefined) return facts;
  return { ...facts, stored: { ...facts.stored!, hasBytes: true } };
}

async function storedFacts(source: ByteSource, stacks: StackChannels): Promise<HeaderFacts> {
  const image = await openStored(source, choicesFor({}, stacks));
  const { format, width, height, samples } = image;
  const { pictures, ...kind } = storedKind(image);
  if (pictures === undefined) return { format, width, height, stored: kind };
  const looks = Array.from({ length: samples }, () => UNKNOWN_LOOK);
  return { format, width, height, stored: { ...kind, pictures }, looks };
}

/** Red, green, blue and one more. */
const MOST_OF_BYTES = 4;
