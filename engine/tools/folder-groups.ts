/** Images grouped by folder, at the first level at which folders differ. */

import path from 'node:path';
import { getOrMake, groupBy } from '../contract/maps.ts';

export interface FolderGroup {
  /** Absolute path of the folder. */
  readonly path: string;
  /** Its path below the folder that all images share; that folder's name for images right in it. */
  readonly name: string;
  /** Positions of its images, ascending. */
  readonly positions: readonly number[];
}

/** Every page gets the report with the groups, so smaller ones beyond this number are left out. */
export const MOST_FOLDERS = 200;

const byName = new Intl.Collator(undefined, { numeric: true });

/** The folders of images, by name; empty when all images are in one. @param files absolute paths */
export function groupByFolder(files: readonly string[]): FolderGroup[] {
  const positions = groupBy(files.keys(), (i) => path.dirname(files[i]!));
  if (positions.size < 2) return [];
  const shared = sharedParts([...positions.keys()]);
  const groups = new Map<string, number[]>();
  for (const [folder, own] of positions) {
    const top = folder
      .split(path.sep)
      .slice(0, shared.length + 1)
      .join(path.sep);
    const known = getOrMake(groups, top, () => []);
    for (const position of own) known.push(position);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_FOLDERS)
    .map(([folder, own]) => ({
      path: folder === '' ? path.sep : folder,
      name: path.basename(folder) || folder || path.sep,
      positions: own.sort((a, b) => a - b),
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
