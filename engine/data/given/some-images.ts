/** A few images to look at, out of what is given. */

import { evenly } from '../sources/lazy-list.ts';
import { pickImages } from '../sources/pick.ts';
import { givenImages, requireThere } from './given-images.ts';
import { isListName } from './given-list.ts';

/**
 * Image files as they are given, and of each folder and list up to `count` images, spread evenly.
 *
 * @param given absolute paths
 * @returns paths, each once
 * @throws StudioError `file-missing`, `folder-missing`, `list-invalid`
 */
export async function someImages(given: readonly string[], count: number): Promise<string[]> {
  const chosen = new Set<string>();
  for (const at of given) for (const path of await imagesOf(at, count)) chosen.add(path);
  return [...chosen];
}

async function imagesOf(at: string, count: number): Promise<string[]> {
  if (await requireThere(at)) return (await pickImages([at], count)).map(({ path }) => path);
  if (!isListName(at)) return [at];
  const paths: string[] = [];
  for await (const { path } of givenImages([at])) paths.push(path);
  return evenly(paths, count);
}
