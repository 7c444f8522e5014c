/** Listings of folders, for browsers, which have no access to the system's dialog. */

import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { FolderListing } from '../../contract/studio/folders.ts';
import { errorCode } from '../../disk/disk.ts';
import { isSystemName } from '../../platform/system-names.ts';
import { answerWithin, askDisk } from './ask-disk.ts';
import { folderPictures } from './folder-pictures.ts';
import { liesIn } from './lies-in.ts';

/** Most entries in a listing. */
const SHOWN = 5000;
/** Most entries that are read: a network disk takes seconds for so many. */
const LOOKED_AT = 200_000;
/** Entries that are read at a time, so that other work can run in between. */
const PIECE = 512;

const byName = new Intl.Collator(undefined, { numeric: true });

/** @param target the path as it may be shown */
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
 * The entries of a folder: folders before files, each sorted by name. If there are too many, the
 * first ones that the disk returns are listed, and `cut` is set.
 *
 * @param roots folders that may be listed; all when empty
 * @throws StudioError `folder-missing`, `folder-unreadable`, `path-outside-roots`
 */
export async function listFolder(
  given: string | undefined,
  roots: readonly string[],
  signal?: AbortSignal,
): Promise<FolderListing> {
  const folder = path.resolve(given ?? roots[0] ?? os.homedir());
  if (roots.length > 0 && !(await liesIn(folder, roots))) throw outsideRoots(folder, roots);
  const { entries, cut } = await answerWithin(readEntries(folder, signal), folder);
  const isOpen = async (inner: string) => roots.length === 0 || liesIn(inner, roots);
  const pictures = await folderPictures(entries, isOpen, signal);
  const parent = path.dirname(folder);
  const up = parent !== folder && (roots.length === 0 || (await liesIn(parent, roots)));
  return {
    path: folder,
    ...(up ? { parent } : {}),
    entries,
    ...(cut ? { cut } : {}),
    ...(pictures.length > 0 ? { pictures } : {}),
  };
}

type Entry = FolderListing['entries'][number];

/** Only entries that are listed are kept and sorted. */
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
    await askDisk('stat', folder, () => stat(folder));
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

function unreadable(folder: string, error: unknown): StudioError {
  if (error instanceof StudioError) return error;
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
