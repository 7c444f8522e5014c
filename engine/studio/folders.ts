/** Folders as a browser without the system's own dialog walks them. */
import { lstatSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { FolderListing } from '../contract/studio/api.ts';
import { errorCode } from '../disk/disk.ts';
import { isSystemName } from '../platform/system-names.ts';

/** More entries than anyone scrolls through. */
const SHOWN = 5000;

/**
 * Whether `target` lies in one of `folders`, links followed.
 *
 * What nobody can tell counts as outside: a path with `..`, which after a link means one thing to the
 * system and another to whoever tidies it first, and a link that leads nowhere yet.
 */
export function liesIn(target: string, folders: readonly string[]): boolean {
  if (target.split(/[\\/]/).includes('..')) return false;
  const real = realPath(target);
  if (real === undefined) return false;
  return folders.some((folder) => {
    const relative = path.relative(realPath(folder) ?? folder, real);
    return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
  });
}

/**
 * @param roots what may be seen; everything when empty
 * @throws StudioError `folder-missing`, `folder-unreadable`, `path-outside-roots`
 */
export async function listFolder(
  given: string | undefined,
  roots: readonly string[],
): Promise<FolderListing> {
  const folder = path.resolve(given ?? roots[0] ?? os.homedir());
  if (roots.length > 0 && !liesIn(folder, roots))
    throw new StudioError(
      'path-outside-roots',
      `${folder} is outside the folders to be seen here.`,
      {
        advice: `They are: ${roots.join(', ')}. Others are given with --root when conmim serve is started.`,
      },
    );
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const parent = path.dirname(folder);
  const up = parent !== folder && (roots.length === 0 || liesIn(parent, roots));
  return {
    path: folder,
    ...(up ? { parent } : {}),
    entries: entries
      .filter(({ name }) => !name.startsWith('.') && !isSystemName(name))
      .map((entry) => ({
        name: entry.name,
        path: path.join(folder, entry.name),
        kind:
          entry.isDirectory() || entry.isSymbolicLink() ? ('folder' as const) : ('file' as const),
      }))
      .sort(
        (a, b) =>
          Number(a.kind === 'file') - Number(b.kind === 'file') ||
          a.name.localeCompare(b.name, undefined, { numeric: true }),
      )
      .slice(0, SHOWN),
  };
}

/** With links followed as far as the path exists; undefined when one of them leads nowhere. */
function realPath(target: string): string | undefined {
  const absolute = path.resolve(target);
  try {
    return realpathSync(absolute);
  } catch {
    if (isLink(absolute)) return undefined;
    const parent = path.dirname(absolute);
    if (parent === absolute) return absolute;
    const above = realPath(parent);
    return above === undefined ? undefined : path.join(above, path.basename(absolute));
  }
}

function isLink(target: string): boolean {
  try {
    return lstatSync(target).isSymbolicLink();
  } catch {
    return false;
  }
}

function unreadable(folder: string, error: unknown): StudioError {
  const missing = errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
  return missing
    ? new StudioError('folder-missing', `There is no folder ${folder}.`, {
        advice: 'Check the spelling, and whether the disk is connected.',
      })
    : new StudioError('folder-unreadable', `${folder} cannot be read.`, {
        advice: 'Check its permissions.',
        cause: error,
      });
}
