/** The scan that a training begins with: quick where a full one would keep it waiting. */
import { MANY_NEW, type ScanDepth } from '../../contract/scan-depth.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { listFiles } from '../sources/list-files.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { ScanOptions } from './examine.ts';
import { NOTHING_KNOWN, readIndexFile } from './index-file.ts';
import { quickLook } from './quick-scan.ts';
import { examineWalk } from './scan.ts';

export interface DepthOptions extends ScanOptions {
  readonly depth: ScanDepth;
  /** for tests */
  readonly manyNew?: number;
}

/** @throws StudioError `folder-missing`, `no-images`; AbortError when `signal` fires */
export async function scanToDepth(
  folders: readonly string[],
  { depth, manyNew = MANY_NEW, ...options }: DepthOptions,
): Promise<DatasetIndex> {
  const walk = await listFiles(folders, options.signal);
  const quick =
    depth === 'quick' || (depth === 'auto' && (await hasNew(walk.files, manyNew, options)));
  return (quick ? quickLook : examineWalk)(folders, walk, options);
}

/**
 * A full scan that tells of a quick one first where many images are new.
 *
 * @param onQuick is awaited @throws as {@link scanToDepth}
 */
export async function scanWithQuickFirst(
  folders: readonly string[],
  { manyNew = MANY_NEW, ...options }: Omit<DepthOptions, 'depth'>,
  onQuick: (index: DatasetIndex) => Promise<void>,
): Promise<DatasetIndex> {
  const walk = await listFiles(folders, options.signal);
  if (await hasNew(walk.files, manyNew, options))
    await onQuick(await quickLook(folders, walk, options));
  return examineWalk(folders, walk, options);
}

/** Whether an earlier scan lacks at least `many` of the files. */
async function hasNew(
  files: LazyList<FoundFile>,
  many: number,
  { indexFile }: ScanOptions,
): Promise<boolean> {
  if (files.length < many) return false;
  await using known = indexFile === undefined ? NOTHING_KNOWN : await readIndexFile(indexFile);
  let count = 0;
  for (const { path } of files) {
    if (known.rowOf(path) === undefined) count++;
    if (count >= many) return true;
  }
  return false;
}
