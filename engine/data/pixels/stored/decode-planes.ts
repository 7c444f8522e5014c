/** Files of any kind as pictures on the network's scale. */
import type { StoredKind } from '../../../contract/stored-kind.ts';
import { toPlanes } from '../../../images/numbers.ts';
import { openStored } from '../../../images/readers.ts';
import { scaleValues } from '../../../images/scale-values.ts';
import type { StoredFacts, StoredImage, StoredPixels } from '../../../images/stored-image.ts';
import { rangesOf } from '../../../images/value-range.ts';
import { isTilePath, type Location, locate } from '../../sources/locate.ts';
import { readError, readSource } from '../../sources/read-source.ts';
import { reasonOf, undecodable, unread } from '../../sources/unreadable.ts';
import { decodeImage } from '../decode.ts';
import type { Region, RgbImage } from '../image.ts';
import type { Planes } from '../planes.ts';
import { type Reading, readsBytes } from '../reading.ts';
import { OPEN_IMAGES } from '../tiles/open-images.ts';
import { matchChannels } from './match-channels.ts';
import { choicesFor } from './read-choices.ts';
import { readPart } from './read-part.ts';
import { type ReadingWay, readHeadOf, wayOf } from './reading-way.ts';

import { storedKind } from './stored-kind.ts';

/**
 * A picture of a file that is read as it is stored; undefined for pictures of 8 bits.
 *
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export function decodeStored(path: string, reading: Reading): Promise<Planes | undefined> {
  const takes: ReadingWay[] = readsBytes(reading) ? ['stored'] : ['stored', 'both'];
  return readStored(path, (image, location) => readPlanes(image, location, reading), takes);
}

/**
 * A region of a picture that is known to be read as it is stored. Nothing is shrunk.
 *
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export async function decodeStoredRegion(
  path: string,
  region: Region,
  reading: Reading,
): Promise<Planes> {
  const read = (image: StoredImage, location: Location) =>
    readPlanes(image, location, reading, region);
  return (await readStored(path, read, 'all'))!;
}

/** What a file holds that is read as it is stored. @throws as {@link readStored} */
export function storedKindOf(path: string): Promise<StoredKind | undefined> {
  return readStored(path, async (image) => storedKind(image));
}

/**
 * What a function reads of a file that is read as it is stored; undefined for pictures of 8 bits.
 *
 * @param takes files that are read so; `all` where it is known of the file, as it is of tiles
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export async function readStored<T>(
  path: string,
  read: (image: StoredImage, location: Location) => Promise<T>,
  takes: readonly ReadingWay[] | 'all' = ['stored', 'both'],
): Promise<T | undefined> {
  if (isTilePath(path)) {
    const location = await located(path);
    if (location.tile !== undefined) return readTile(path, location, read);
  }
  return readSource(path, async (source, location) => {
    if (takes !== 'all' && !takes.includes(await wayOf(source, await readHeadOf(source))))
      return undefined;
    const image = await openStored(source, choicesFor(location));
    return read(image, location);
  });
}

/** The files of tiles stay open for a while. */
async function readTile<T>(
  path: string,
  location: Location,
  read: (image: StoredImage, location: Location) => Promise<T>,
): Promise<T> {
  let isOpen = false;
  try {
    return await OPEN_IMAGES.use(
      location,
      (image) => read(image, location),
      () => {
        isOpen = true;
      },
    );
  } catch (error) {
    throw isOpen ? readError(path, error) : unread(path, error);
  }
}

async function located(path: string): Promise<Location> {
  try {
    return await locate(path);
  } catch (error) {
    throw unread(path, error);
  }
}

async function readPlanes(
  image: StoredImage,
  location: Location,
  reading: Reading,
  region?: Region,
): Promise<Planes> {
  return toScale(await readPart(image, location, region), image, reading);
}

/** Ranges that the file states for each of its channels apply before these are matched. */
export function toScale(
  pixels: StoredPixels,
  facts: StoredFacts,
  { channels, valueRange }: Reading,
): Planes {
  const { colours, noData } = facts;
  const ranges = rangesOf({ ...facts, channels }, valueRange);
  const { width, height } = pixels;
  if (valueRange === 'metadata' && ranges.length > 1) {
    const scaled = { ...pixels, values: scaleValues(pixels, ranges, noData) };
    const { values } = matchChannels(scaled, colours, channels);
    return { width, height, channels, data: Float32Array.from(values) };
  }
  const matched = matchChannels(pixels, colours, channels, noData);
  return { width, height, channels, data: scaleValues(matched, ranges, noData) };
}

const OF_BYTES = {
  format: '',
  channels: 3,
  colours: 'rgb',
  samples: 1,
  type: 'uint8',
  bits: 8,
  typeRange: [0, 255],
} as const satisfies Partial<StoredFacts>;

/**
 * A whole picture of any kind of file as planes.
 *
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export async function decodePlanes(path: string, reading: Reading): Promise<Planes> {
  const stored = await decodeStored(path, reading);
  return stored ?? planesOfBytes(path, await decodeImage(path), reading);
}

/** Numbers as they are stored, in as many channels as a network takes. */
export interface MatchedValues {
  readonly pixels: StoredPixels;
  readonly noData: number | undefined;
}

/** @throws StudioError `image-unreadable` naming the file and the reason */
export async function decodeValues(path: string, channels: number): Promise<MatchedValues> {
  const stored = await readStored(path, async (image, location) => {
    const { colours, noData } = image;
    const pixels = await readPart(image, location);
    return { pixels: matchChannels(pixels, colours, channels, noData), noData };
  });
  if (stored !== undefined) return stored;
  const pixels = pixelsOfBytes(await decodeImage(path));
  try {
    return { pixels: matchChannels(pixels, OF_BYTES.colours, channels), noData: undefined };
  } catch (error) {
    throw undecodable(path, reasonOf(error), error);
  }
}

function pixelsOfBytes({ width, height, data }: RgbImage): StoredPixels {
  return { width, height, channels: 3, values: toPlanes(data, 3) };
}

/** @throws StudioError `image-unreadable` where the network cannot be given pictures of 8 bits */
export function planesOfBytes(path: string, image: RgbImage, reading: Reading): Planes {
  const { width, height } = image;
  try {
    return toScale(pixelsOfBytes(image), { ...OF_BYTES, width, height }, reading);
  } catch (error) {
    throw undecodable(path, reasonOf(error), error);
  }
}
