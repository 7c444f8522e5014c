/** A few images of a folder, as a preview before it is chosen. */
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FolderListing } from '../../contract/studio/folders.ts';
import { isImageName } from '../../data/sources/formats.ts';
import { isSystemName } from '../../platform/system-names.ts';
import { answerWithin, askDisk } from './ask-disk.ts';

const MOST_PICTURES = 6;
/** If a folder has no images itself, this many of its subfolders are searched, one level down. */
const FOLDERS_LOOKED_AT = 12;
const ENTRIES_LOOKED_AT = 500;
/** Pictures are no reason to wait for a listing. */
const PATIENCE_MS = 2000;

/**
 * Paths of up to six images: of the folder itself, else one from each of its first subfolders, as
 * far as their disks answer in time.
 * @param isOpen whether the page may list a folder
 */
export async function folderPictures(
  entries: FolderListing['entries'],
  isOpen: (folder: string) => Promise<boolean>,
  signal?: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<string[]> {
  const own = entries.filter(({ kind, name }) => kind === 'file' && isImageName(name));
  if (own.length > 0) return spread(own.map((entry) => entry.path));
  const folders = entries.filter(({ kind }) => kind === 'folder').slice(0, FOLDERS_LOOKED_AT);
  const found: string[] = [];
  let over = false;
  const search = async () => {
    for (const { path: folder } of folders) {
      if (over || found.length === MOST_PICTURES || signal?.aborted) return;
      const picture = await firstImage(folder, isOpen);
      if (picture !== undefined) found.push(picture);
    }
  };
  await answerWithin(search(), 'One of the folders', patienceMs).catch(() => {});
  over = true;
  return [...found];
}

/** Adjacent images in a folder often look alike, so the selection is spread over it. */
function spread(paths: readonly string[]): string[] {
  if (paths.length <= MOST_PICTURES) return [...paths];
  return Array.from(
    { length: MOST_PICTURES },
    (_, i) => paths[Math.floor((i * paths.length) / MOST_PICTURES)]!,
  );
}

/** The first image in the order of the disk; undefined for a folder that is unreadable or not open. */
async function firstImage(
  folder: string,
  isOpen: (folder: string) => Promise<boolean>,
): Promise<string | undefined> {
  let looked = 0;
  try {
    // A link may lead out of the folders that the page may list.
    if (!(await isOpen(folder))) return undefined;
    await askDisk('stat', folder, () => stat(folder));
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
