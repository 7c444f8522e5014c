/** Large images that are given to be predicted, as their tiles. */
import path from 'node:path';
import type { Tiling } from '../../contract/settings/tiling.ts';
import { STORED_EXTENSIONS } from '../../images/extensions.ts';
import { PIXEL_LIMIT } from '../pixels/decode.ts';
import { readHeadOf } from '../pixels/stored/reading-way.ts';
import { type ProbedTiles, probeTiles } from '../pixels/tiles/probe-tiles.ts';
import { countUsed, usedTile } from '../pixels/tiles/tile-grid.ts';
import { locate, openLocation, tilePath } from '../sources/locate.ts';
import { asUnread, reasonOf } from '../sources/unreadable.ts';
import type { GivenImage } from './given-image.ts';

/** The images, of which large ones are divided as in a scan. */
export async function* inTiles(
  images: AsyncIterable<GivenImage>,
  tiles: Tiling,
): AsyncGenerator<GivenImage> {
  for await (const image of images)
    if (image.reason !== undefined || !mayBeDivided(image.path)) yield image;
    else yield* tilesOfImage(image, tiles);
}

/** By the name, since few files are large ones. */
function mayBeDivided(at: string): boolean {
  const extension = path.extname(at).slice(1).toLowerCase();
  return extension === '' || STORED_EXTENSIONS.tiff.some((one) => one === extension);
}

async function* tilesOfImage(image: GivenImage, tiles: Tiling): AsyncGenerator<GivenImage> {
  let found: ProbedTiles | undefined;
  try {
    found = await probeAt(image.path, tiles);
  } catch (error) {
    yield { path: image.path, reason: reasonOf(asUnread(error)) };
    return;
  }
  if (found === undefined) {
    yield image;
    return;
  }
  const { tiles: facts } = found;
  for (let i = 0; i < countUsed(facts); i++)
    yield { path: tilePath(image.path, usedTile(facts, i)) };
}

async function probeAt(at: string, tiles: Tiling): Promise<ProbedTiles | undefined> {
  const location = await locate(at);
  if (location.tile !== undefined || location.picture !== undefined) return undefined;
  const source = await openLocation(location);
  try {
    return await probeTiles(source, await readHeadOf(source), { tiles, pixelLimit: PIXEL_LIMIT });
  } finally {
    await source.close();
  }
}
