/**
 * Scan of folders: all images that can be decoded, unusable files with reasons, and duplicates.
 * Files are not changed; only those that changed since the last scan are read.
 */
import { storeTablesBeside } from './containers/tables.ts';
import { examineFiles, type ScanOptions } from './examine.ts';
import type { DatasetIndex } from './index-types.ts';
import { findMasks, masksAmongText } from './masks-beside.ts';
import { summariseScan } from './summary.ts';
import { emptyWalk, type FoldersRead, type Walk, walkFolder } from './walk.ts';

/** @throws StudioError `folder-missing`, `no-images`; AbortError when `signal` fires */
export async function scanFolders(
  folders: readonly string[],
  options: ScanOptions = {},
): Promise<DatasetIndex> {
  return examineWalk(folders, await walkAll(folders, options.signal), options);
}

/** The full scan of files that were listed. @throws as {@link scanFolders} */
export async function examineWalk(
  folders: readonly string[],
  walk: Walk,
  options: ScanOptions,
): Promise<DatasetIndex> {
  storeTablesBeside(options.indexFile);
  const facts = await examineFiles(walk.files, options);
  const index = summariseScan(folders, walk, facts);
  const masks = await findMasks(walk.files);
  if (masks === undefined) return index;
  return { ...index, doubts: [...index.doubts, masksAmongText(masks)] };
}

export async function walkAll(folders: readonly string[], signal?: AbortSignal): Promise<Walk> {
  const all = emptyWalk();
  const read: FoldersRead = new Map();
  for (const folder of folders) {
    const walk = await walkFolder(folder, read, signal);
    for (const file of walk.files) all.files.push(file);
    for (const entry of walk.unreadable) all.unreadable.push(entry);
    for (const folder of walk.system.folders) all.system.folders.push(folder);
    all.system.images += walk.system.images;
    for (const folder of walk.repeatedFolders) all.repeatedFolders.push(folder);
    for (const [extension, count] of Object.entries(walk.ignored))
      all.ignored[extension] = (all.ignored[extension] ?? 0) + count;
  }
  return all;
}
