/** Images that are given to be predicted, divided as the images of a training were. */
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import type { Division } from '../../contract/settings/division.ts';
import { type StackChannels, USUAL_STACKS } from '../../contract/settings/stack-channels.ts';
import { STORED_EXTENSIONS } from '../../images/extensions.ts';
import { openStored, readerOf } from '../../images/readers.ts';
import { PIXEL_LIMIT } from '../pixels/decode.ts';
import { choicesFor } from '../pixels/stored/read-choices.ts';
import { readHeadOf } from '../pixels/stored/reading-way.ts';
import { probeTiles } from '../pixels/tiles/probe-tiles.ts';
import { countUsed, type TiledFacts, usedTile } from '../pixels/tiles/tile-grid.ts';
import { locate, openLocation, stackPath, tilePath } from '../sources/locate.ts';
import { asUnread, reasonOf } from '../sources/unreadable.ts';
import type { GivenImage } from './given-image.ts';

/** The images, of which large ones are divided as in a scan, and stacks have the channels of one. */
export async function* dividedImages(
  images: AsyncIterable<GivenImage>,
  division: Division,
): AsyncGenerator<GivenImage> {
  for await (const image of images)
    if (image.reason !== undefined || !mayBeDivided(image.path)) yield image;
    else yield* tilesOfImage(image, division);
}

/** By the name, since few files are large ones. */
function mayBeDivided(at: string): boolean {
  const extension = path.extname(at).slice(1).toLowerCase();
  return extension === '' || STORED_EXTENSIONS.tiff.some((one) => one === extension);
}

async function* tilesOfImage(image: GivenImage, division: Division): AsyncGenerator<GivenImage> {
  let found: FoundAt;
  try {
    found = await probeAt(image.path, division);
  } catch (error) {
    yield { path: image.path, reason: reasonOf(asUnread(error)) };
    return;
  }
  const { tiles: facts, stack } = found;
  const at = stack === undefined ? image.path : stackPath(image.path, stack);
  if (facts === undefined) {
    yield { path: at };
    return;
  }
  for (let i = 0; i < countUsed(facts); i++) yield { path: tilePath(at, usedTile(facts, i)) };
}

interface FoundAt {
  /** of a file that is divided */
  readonly tiles?: TiledFacts;
  /** of a stack whose channels are not the usual ones */
  readonly stack?: StackChannels;
}

async function probeAt(at: string, division: Division): Promise<FoundAt> {
  const location = await locate(at);
  const { tile, picture, stack } = location;
  if (tile !== undefined || picture !== undefined || stack !== undefined) return {};
  const source = await openLocation(location);
  try {
    const head = await readHeadOf(source);
    const probed = await probeTiles(source, head, { ...division, pixelLimit: PIXEL_LIMIT });
    if (probed !== undefined)
      return { tiles: probed.tiles, ...defined({ stack: probed.stored.stack }) };
    if (division.stacks === USUAL_STACKS || readerOf(head)?.format !== 'tiff') return {};
    // What cannot be opened so is decoded like other files, which names the reason.
    const image = await openStored(source, choicesFor({}, division.stacks)).catch(() => undefined);
    return defined({ stack: image?.stack });
  } finally {
    await source.close();
  }
}
