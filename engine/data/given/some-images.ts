/** A few images to look at, out of what is given. */

import { type StackChannels, USUAL_STACKS } from '../../contract/settings/stack-channels.ts';
import { evenly } from '../sources/lazy-list.ts';
import { pickImages } from '../sources/pick.ts';
import type { GivenImage } from './given-image.ts';
import { givenImages, requireThere } from './given-images.ts';
import { isListName } from './given-list.ts';
import { dividedImages } from './given-tiles.ts';

/**
 * Image files as they are given, and of each folder and list up to `count` images, spread evenly.
 *
 * @param given absolute paths
 * @param stacks dimensions of TIFF stacks that are channels
 * @returns paths, each once
 * @throws StudioError `file-missing`, `folder-missing`, `list-invalid`
 */
export async function someImages(
  given: readonly string[],
  count: number,
  stacks: StackChannels = USUAL_STACKS,
): Promise<string[]> {
  const chosen = new Set<string>();
  for (const at of given) for (const path of await imagesOf(at, count)) chosen.add(path);
  if (stacks === USUAL_STACKS) return [...chosen];
  const read: string[] = [];
  for await (const { path } of dividedImages(each([...chosen]), { tiles: 'off', stacks }))
    read.push(path);
  return read;
}

async function* each(paths: readonly string[]): AsyncGenerator<GivenImage> {
  for (const path of paths) yield { path };
}

async function imagesOf(at: string, count: number): Promise<string[]> {
  if (await requireThere(at)) return (await pickImages([at], count)).map(({ path }) => path);
  if (!isListName(at)) return [at];
  const paths: string[] = [];
  for await (const { path } of givenImages([at])) paths.push(path);
  return evenly(paths, count);
}
