/** A few images of a folder, as a preview before it is chosen. */
import { opendir } from 'node:fs/promises';
import path from 'node:path';
import type { FolderListing } from '../contract/studio/api.ts';
import { isImageName } from '../data/formats.ts';
import { isSystemName } from '../platform/system-names.ts';

const MOST_PICTURES = 6;
/** If a folder has no images itself, this many of its subfolders are searched, one level down. */
const FOLDERS_LOOKED_AT = 12;
const ENTRIES_LOOKED_AT = 500;

/**
 * Paths of up to six images: of the folder itself, else one from each of its first subfolders.
 * @param isOpen whether the page may list a folder
 */
export async function folderPictures(
  entries: FolderListing['entries'],
  isOpen: (folder: string) => boolean,
  signal?: AbortSignal,
): Promise<string[]> {
  const own = entries.filter(({ kind, name }) => kind === 'file' && isImageName(name));
  if (own.length > 0) return spread(own.map((entry) => entry.path));
  const found: string[] = [];
  for (const { path: folder } of entries
    .filter(({ kind }) => kind === 'folder')
    .slice(0, FOLDERS_LOOKED_AT)) {
    if (found.length === MOST_PICTURES || signal?.aborted) break;
    // A link may lead out of the folders that the page may list.
    const picture = isOpen(folder) ? await firstImage(folder) : undefined;
    if (picture !== undefined) found.push(picture);
  }
  return found;
}

/** Adjacent images in a folder often look alike, so the selection is spread over it. */
function spread(paths: readonly string[]): string[] {
  if (paths.length <= MOST_PICTURES) return [...paths];
  return Array.from(
    { length: MOST_PICTURES },
    (_, i) => paths[Math.floor((i * paths.length) / MOST_PICTURES)]!,
  );
}

/** The first image in the order of the disk; undefined for an unreadable folder. */
async function firstImage(folder: string): Promise<string | undefined> {
  let looked = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const { name } = entry;
      if (entry.isFile() && isImageName(name) && !name.startsWith('.') && !isSystemName(name))
        return path.join(folder, name);
      if (++looked >= ENTRIES_LOOKED_AT) return undefined;
    }
  } catch {
    // The listing of that folder reports the reason.
  }
  return undefined;
}
