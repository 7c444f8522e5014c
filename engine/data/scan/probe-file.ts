/** What a scan finds in a file: its hash and its facts, whichever way it is read. */
import { createHash } from 'node:crypto';
import { bufferSource } from '../../images/byte-source.ts';
import { readerOf } from '../../images/readers.ts';
import type { ByteSource } from '../../images/stored-image.ts';
import { type ProbedImage, probeImage } from '../pixels/decode.ts';
import { type ProbedStored, probeStored } from '../pixels/stored/probe-stored.ts';
import { isImageHead, type ReadingWay, readHeadOf, wayOf } from '../pixels/stored/reading-way.ts';
import { requirePicture } from '../pixels/stored/require-picture.ts';
import { type ProbedTiles, probeTiles, type TileOrder } from '../pixels/tiles/probe-tiles.ts';
import { partHash } from '../pixels/tiles/tile-grid.ts';
import { type Location, locate, openLocation, readLocation } from '../sources/locate.ts';

export type ProbedFile = (ProbedImage | ProbedStored | ProbedTiles) & { readonly hash: string };

export interface ProbeOrder extends TileOrder {
  /** of the file */
  readonly size: number;
  /** when the file was changed, milliseconds */
  readonly modifiedMs: number;
  /** whether the name is that of an image */
  readonly named: boolean;
  /** hashes of files of which tiles are listed, so that each file is read once */
  readonly hashes?: FileHashes | undefined;
}

/** Hashes of whole files, by name and state. */
export type FileHashes = Map<string, Promise<string>>;

const MOST_HASHES = 256;

/** Larger files are read in parts where their format allows it. */
const MOST_BYTES = 2 ** 28;
const CHUNK_BYTES = 2 ** 22;

/**
 * @returns undefined for content that is not of an image, unless the name is that of one
 * @throws StudioError with the reason in `details`; the error of the file system
 */
export async function probeFile(path: string, given: ProbeOrder): Promise<ProbedFile | undefined> {
  const location = await locate(path);
  const order = location.stack === undefined ? given : { ...given, stacks: location.stack };
  const { size, named, pixelLimit, stacks } = order;
  if (size > MOST_BYTES || location.tile !== undefined) {
    const found = await probeInParts(location, order);
    if (found !== undefined) return found;
  }
  const content = await readLocation(location);
  const source = bufferSource(content);
  const head = await readHeadOf(source);
  if (!named && !isImageHead(head)) return undefined;
  const tiles = await tilesAt(location, source, head, order);
  const hash = hashAt(location, createHash('sha256').update(content).digest('hex'));
  if (tiles !== undefined) return { ...tiles, hash };
  const way = await wayAt(location, source, head);
  if (way === 'bytes') {
    requirePicture({ samples: 1 }, location.picture);
    return { ...(await probeImage(content, pixelLimit)), hash };
  }
  const probed = await probeStored(source, pixelLimit, { ...location, stack: stacks });
  // The bytes are those of the first page.
  if (way === 'stored' || probed.stored.stack !== undefined) return { ...probed, hash };
  return { ...probed, hash, stored: { ...probed.stored, hasBytes: true } };
}

/** @returns undefined for formats that are not read in parts */
async function probeInParts(
  location: Location,
  order: ProbeOrder,
): Promise<ProbedFile | undefined> {
  const source = await openLocation(location);
  try {
    const head = await readHeadOf(source);
    if (readerOf(head) === undefined) return undefined;
    const tiles = await tilesAt(location, source, head, order);
    const way = tiles === undefined ? await wayAt(location, source, head) : 'stored';
    if (way === 'bytes') return undefined;
    const probed =
      tiles ?? (await probeStored(source, order.pixelLimit, { ...location, stack: order.stacks }));
    return { ...probed, hash: hashAt(location, await hashOnce(location, source, order)) };
  } finally {
    await source.close();
  }
}

async function wayAt(
  { tile }: Location,
  source: ByteSource,
  head: Uint8Array,
): Promise<ReadingWay> {
  return tile === undefined ? wayOf(source, head) : 'stored';
}

/** Of a whole file; a picture or tile of one is not divided. */
async function tilesAt(
  { picture, tile }: Location,
  source: ByteSource,
  head: Uint8Array,
  order: ProbeOrder,
): Promise<ProbedTiles | undefined> {
  return picture === undefined && tile === undefined ? probeTiles(source, head, order) : undefined;
}

/** Of a picture or tile, the hash that it has where all of a file are taken. */
function hashAt({ picture, tile }: Location, ofFile: string): string {
  const part = picture ?? tile;
  return part === undefined ? ofFile : partHash(ofFile, part);
}

/** @returns the hash of the whole file */
function hashOnce(
  { file, entry }: Location,
  source: ByteSource,
  { hashes, size, modifiedMs }: ProbeOrder,
): Promise<string> {
  if (hashes === undefined) return hashOf(source);
  const key = JSON.stringify([file, entry, size, modifiedMs]);
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = hashOf(source);
  hashes.set(key, hash);
  hash.catch(() => hashes.delete(key));
  const [oldest] = hashes.keys();
  if (hashes.size > MOST_HASHES) hashes.delete(oldest!);
  return hash;
}

async function hashOf(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += CHUNK_BYTES)
    hash.update(await source.read(at, Math.min(CHUNK_BYTES, source.size - at)));
  return hash.digest('hex');
}
