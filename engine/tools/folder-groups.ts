/** Images grouped by folder, at the first level at which folders differ. */

import path from 'node:path';
import type { LazyList } from '../data/sources/lazy-list.ts';
import { positionsBy } from './positions-by.ts';

export interface FolderGroup {
  /** Absolute path of the folder. */
  readonly path: string;
  /** Its path below the folder that all images share; that folder's name for images right in it. */
  readonly name: string;
  /** Positions of its images, ascending. */
  readonly positions: Uint32Array;
}

/** Every page gets the report with the groups, so smaller ones beyond this number are left out. */
export const MOST_FOLDERS = 200;

const byName = new Intl.Collator(undefined, { numeric: true });

/** The folders of images, by name; empty when all images are in one. */
export function groupByFolder(images: LazyList<{ readonly path: string }>): FolderGroup[] {
  const folders = new Set<string>();
  for (const image of images) folders.add(path.dirname(image.path));
  if (folders.size < 2) return [];
  const shared = sharedParts([...folders]);
  const topOf = (folder: string) =>
    folder
      .split(path.sep)
      .slice(0, shared.length + 1)
      .join(path.sep);
  const tops = new Map([...folders].map((folder) => [folder, topOf(folder)]));
  function* topsOfImages() {
    for (const image of images) yield tops.get(path.dirname(image.path))!;
  }
  return [...positionsBy(topsOfImages(), images.length)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_FOLDERS)
    .map(([folder, positions]) => ({
      path: folder === '' ? path.sep : folder,
      name: path.basename(folder) || folder || path.sep,
      positions,
    }))
    .sort((a, b) => byName.compare(a.name, b.name));
}

/** The common beginning of all paths, in parts. */
function sharedParts(folders: readonly string[]): string[] {
  let shared = folders[0]!.split(path.sep);
  for (const folder of folders) {
    const parts = folder.split(path.sep);
    const differs = shared.findIndex((part, i) => part !== parts[i]);
    if (differs >= 0) shared = shared.slice(0, differs);
  }
  return shared;
}
