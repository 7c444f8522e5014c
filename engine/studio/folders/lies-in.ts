/** Whether paths lie in the folders that are open to a page. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { realPathOf } from './ask-disk.ts';
import { isNetworkShare, isPlainPath } from './plain-path.ts';

/**
 * Whether `target` lies in one of `folders`, after resolving links.
 *
 * Unclear paths count as outside: those that are not plain, those with `..` (whose meaning after a
 * link depends on the reader), and links to missing targets.
 *
 * @throws StudioError `folder-unreadable` when a disk does not answer
 */
export async function liesIn(target: string, folders: readonly string[]): Promise<boolean> {
  if (target.split(/[\\/]/).includes('..')) return false;
  if (!isPlainPath(target) || isNetworkShare(target, folders)) return false;
  const absolute = path.resolve(target);
  // Folders that have it by name are looked at first: the disk of another one may not answer.
  const isNamed = (folder: string) => isWithin(absolute, path.resolve(folder));
  const others = folders.filter((folder) => !isNamed(folder));
  for (const folder of [...folders.filter(isNamed), ...others]) {
    const home = (await realPath(folder)) ?? folder;
    const real = await realPath(absolute);
    if (real === undefined) return false;
    if (isWithin(real, home)) return true;
  }
  return false;
}

function isWithin(target: string, folder: string): boolean {
  const relative = path.relative(folder, target);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}

/** The path with links resolved as far as it exists; undefined when a link has no target. */
async function realPath(target: string): Promise<string | undefined> {
  const absolute = path.resolve(target);
  try {
    return await realPathOf(absolute);
  } catch (error) {
    if (error instanceof StudioError) throw error;
    if (await isLink(absolute)) return undefined;
    const parent = path.dirname(absolute);
    if (parent === absolute) return absolute;
    const above = await realPath(parent);
    return above === undefined ? undefined : path.join(above, path.basename(absolute));
  }
}

async function isLink(target: string): Promise<boolean> {
  return lstat(target).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}
