/**
 * Scan of folders: all images that can be decoded, unusable files with reasons, and duplicates.
 * Files are not changed; only those that changed since the last scan are read.
 */

import { findMasks, masksAmongText } from '../annotations/masks-beside.ts';
import { storeTablesBeside } from '../sources/containers/tables.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import { type Listed, listFiles } from '../sources/list-files.ts';
import { examineFiles, type ScanOptions } from './examine.ts';
import { summariseScan } from './summary.ts';

/** @throws StudioError `folder-missing`, `no-images`; AbortError when `signal` fires */
export async function scanFolders(
  folders: readonly string[],
  options: ScanOptions = {},
): Promise<DatasetIndex> {
  return examineWalk(folders, await listFiles(folders, options.signal), options);
}

/** The full scan of files that were listed. @throws as {@link scanFolders} */
export async function examineWalk(
  folders: readonly string[],
  walk: Listed,
  options: ScanOptions,
): Promise<DatasetIndex> {
  storeTablesBeside(options.indexFile);
  const facts = await examineFiles(walk.files, options);
  const index = summariseScan(folders, walk, facts, 'full', options.excluded);
  const masks = await findMasks(walk.files);
  if (options.forTraining) facts.keepForTraining();
  if (masks === undefined) return index;
  return { ...index, doubts: [...index.doubts, masksAmongText(masks)] };
}
