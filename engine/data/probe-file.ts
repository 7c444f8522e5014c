/** What a scan finds in a file: its hash and its facts, whichever way it is read. */
import { createHash } from 'node:crypto';
import { bufferSource } from '../images/byte-source.ts';
import { readerOf } from '../images/readers.ts';
import type { ByteSource } from '../images/stored-image.ts';
import { type ProbedImage, probeImage } from './decode.ts';
import { type Location, locate, openLocation, readLocation } from './locate.ts';
import { type ProbedStored, probeStored } from './stored/probe-stored.ts';
import { isImageHead, readHeadOf, wayOf } from './stored/reading-way.ts';
import { requirePicture } from './stored/require-picture.ts';

export type ProbedFile = (ProbedImage | ProbedStored) & { readonly hash: string };

/** Larger files are read in parts where their format allows it. */
const MOST_BYTES = 2 ** 28;
const CHUNK_BYTES = 2 ** 22;

/**
 * @param named whether the name is that of an image
 * @returns undefined for content that is not of an image, unless the name is that of one
 * @throws StudioError with the reason in `details`; the error of the file system
 */
export async function probeFile(
  path: string,
  { size, named, pixelLimit }: { size: number; named: boolean; pixelLimit: number },
): Promise<ProbedFile | undefined> {
  const location = await locate(path);
  const { picture } = location;
  if (size > MOST_BYTES) {
    const found = await probeInParts(location, pixelLimit);
    if (found !== undefined) return found;
  }
  const content = await readLocation(location);
  const source = bufferSource(content);
  const head = await readHeadOf(source);
  if (!named && !isImageHead(head)) return undefined;
  const hash = createHash('sha256').update(content).digest('hex');
  const way = await wayOf(source, head);
  if (way === 'bytes') {
    requirePicture({ samples: 1 }, picture);
    return { ...(await probeImage(content, pixelLimit)), hash };
  }
  const probed = await probeStored(source, pixelLimit, picture);
  if (way === 'stored') return { ...probed, hash };
  return { ...probed, hash, stored: { ...probed.stored, hasBytes: true } };
}

/** @returns undefined for formats that are not read in parts */
async function probeInParts(
  location: Location,
  pixelLimit: number,
): Promise<ProbedFile | undefined> {
  const source = await openLocation(location);
  try {
    const head = await readHeadOf(source);
    if (readerOf(head) === undefined || (await wayOf(source, head)) === 'bytes') return undefined;
    const probed = await probeStored(source, pixelLimit, location.picture);
    return { ...probed, hash: await hashOf(source) };
  } finally {
    await source.close();
  }
}

async function hashOf(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += CHUNK_BYTES)
    hash.update(await source.read(at, Math.min(CHUNK_BYTES, source.size - at)));
  return hash.digest('hex');
}
