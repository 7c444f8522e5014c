/** Folders in which some files lie without others: images without masks, to train on them alone. */
import path from 'node:path';

/** Of more, no list of folders is made. */
const MOST_FOLDERS = 1000;

/**
 * The folders that hold all of `files` and none of `others`, as few and as high as there are; none
 * where both lie together.
 *
 * @param files and `others`: absolute paths
 */
export function foldersWithout(files: readonly string[], others: readonly string[]): string[] {
  const own = foldersOf(files);
  const refused = withAncestors(foldersOf(others));
  const found = new Set<string>();
  const shared = sharedFolder([...own]);
  for (const folder of own) {
    if (refused.has(folder)) return [];
    found.add(highestWithout(refused, folder, shared));
  }
  return found.size > MOST_FOLDERS ? [] : [...found].sort();
}

function foldersOf(files: readonly string[]): Set<string> {
  return new Set(files.map((file) => path.dirname(file)));
}

function withAncestors(folders: ReadonlySet<string>): Set<string> {
  const all = new Set<string>();
  for (const folder of folders)
    for (let at = folder; !all.has(at); at = path.dirname(at)) all.add(at);
  return all;
}

/** The highest folder around `folder`, within `top`, that is not refused. */
function highestWithout(refused: ReadonlySet<string>, folder: string, top: string): string {
  let at = folder;
  while (at !== top && !isTop(at) && !refused.has(path.dirname(at))) at = path.dirname(at);
  return at;
}

function sharedFolder(folders: readonly string[]): string {
  let shared = folders[0] ?? path.sep;
  for (const folder of folders)
    while (folder !== shared && !folder.startsWith(withEnd(shared))) {
      if (isTop(shared)) return shared;
      shared = path.dirname(shared);
    }
  return shared;
}

/** Whether it has no folder above, as a drive of Windows. */
function isTop(folder: string): boolean {
  return path.dirname(folder) === folder;
}

function withEnd(folder: string): string {
  return folder.endsWith(path.sep) ? folder : folder + path.sep;
}
