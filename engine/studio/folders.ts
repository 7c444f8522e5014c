/** Folders as a browser without the system's own dialog walks them. */

import type { Dirent } from 'node:fs';
import { lstatSync, realpathSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { FolderListing } from '../contract/studio/api.ts';
import { errorCode } from '../disk/disk.ts';
import { isSystemName } from '../platform/system-names.ts';
import { isForeignShare, isPlainPath } from './plain-path.ts';

/** More entries than anyone scrolls through. */
const SHOWN = 5000;
/** A folder is looked through so far and no further: a network disk needs seconds for as many. */
const LOOKED_AT = 200_000;
/** Entries that come from the disk at a time; other work has its turn in between. */
const PIECE = 512;

const byName = new Intl.Collator(undefined, { numeric: true });

/**
 * Whether `target` lies in one of `folders`, links followed.
 *
 * What nobody can tell counts as outside: what is no plain path; one with `..`, which after a link means one thing to the
 * system and another to whoever tidies it first, and a link that leads nowhere yet.
 */
export function liesIn(target: string, folders: readonly string[]): boolean {
  if (target.split(/[\\/]/).includes('..')) return false;
  if (!isPlainPath(target) || isForeignShare(target, folders)) return false;
  const real = realPath(target);
  if (real === undefined) return false;
  return folders.some((folder) => {
    const relative = path.relative(realPath(folder) ?? folder, real);
    return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
  });
}

/** @param target as it may be shown */
export function outsideRoots(target: string, roots: readonly string[]): StudioError {
  return new StudioError(
    'path-outside-roots',
    `${target} is outside the folders that are open to this page.`,
    {
      advice: `They are: ${roots.join(', ')}. Others are given with --root when conmim serve is started.`,
      details: { roots },
    },
  );
}

/**
 * What is in a folder: folders before files, each by name. Of more than can be shown, those that the
 * disk names first, folders before files, and `cut` says so.
 *
 * @param roots what may be seen; everything when empty
 * @throws StudioError `folder-missing`, `folder-unreadable`, `path-outside-roots`
 */
export async function listFolder(
  given: string | undefined,
  roots: readonly string[],
  signal?: AbortSignal,
): Promise<FolderListing> {
  const folder = path.resolve(given ?? roots[0] ?? os.homedir());
  if (roots.length > 0 && !liesIn(folder, roots)) throw outsideRoots(folder, roots);
  const { entries, cut } = await readEntries(folder, signal);
  const parent = path.dirname(folder);
  const up = parent !== folder && (roots.length === 0 || liesIn(parent, roots));
  return {
    path: folder,
    ...(up ? { parent } : {}),
    entries,
    ...(cut ? { cut } : {}),
  };
}

type Entry = FolderListing['entries'][number];

/** Nothing is sorted but what is shown, and no more is kept. */
async function readEntries(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<{ entries: Entry[]; cut: boolean }> {
  const folders: string[] = [];
  const files: string[] = [];
  let looked = 0;
  let cut = false;
  const take = (entry: Dirent) => {
    if (entry.name.startsWith('.') || isSystemName(entry.name)) return;
    const list = entry.isDirectory() || entry.isSymbolicLink() ? folders : files;
    if (list.length < SHOWN) list.push(entry.name);
    else cut = true;
  };
  try {
    for await (const entry of await opendir(folder, { bufferSize: PIECE })) {
      if (++looked % PIECE === 0) signal?.throwIfAborted();
      take(entry);
      if (looked < LOOKED_AT) continue;
      cut = true;
      break;
    }
  } catch (error) {
    if (signal?.aborted)
      throw new StudioError('cancelled', 'Nobody waits for the folder any more.');
    throw unreadable(folder, error);
  }
  const entriesOf = (names: string[], kind: Entry['kind']) =>
    names.sort(byName.compare).map((name) => ({ name, path: path.join(folder, name), kind }));
  const all = [...entriesOf(folders, 'folder'), ...entriesOf(files, 'file')];
  return { entries: all.slice(0, SHOWN), cut: cut || all.length > SHOWN };
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
