/** Every file below folders: symbolic links followed, but no folder twice. */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { IMAGE_EXTENSIONS } from './formats.ts';
import type { Unreadable } from './index-types.ts';

export interface FoundFile {
  /** absolute */
  readonly path: string;
  /** from its folder, with forward slashes */
  readonly relative: string;
}

export interface Walk {
  readonly files: FoundFile[];
  readonly unreadable: Unreadable[];
}

/**
 * Files with the name of an image below `folder`, sorted by relative path.
 *
 * @param seen real paths of folders already walked, shared between folders
 * @throws StudioError `folder-missing` when the folder itself cannot be read
 */
export async function walkFolder(folder: string, seen: Set<string>): Promise<Walk> {
  const root = path.resolve(folder);
  const isFolder = await stat(root).then(
    (entry) => entry.isDirectory(),
    () => undefined,
  );
  if (!isFolder)
    throw new StudioError(
      'folder-missing',
      isFolder === undefined ? `The folder ${root} does not exist` : `${root} is not a folder`,
      { advice: 'Check the path and that the disk is connected.', details: { path: root } },
    );
  const walk: Walk = { files: [], unreadable: [] };
  await visit(root, '', walk, seen);
  walk.files.sort((a, b) => (a.relative < b.relative ? -1 : a.relative > b.relative ? 1 : 0));
  return walk;
}

async function visit(folder: string, relative: string, walk: Walk, seen: Set<string>) {
  try {
    const real = await realpath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const at = path.join(folder, entry.name);
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) await visit(at, below, walk, seen);
      else if (entry.isSymbolicLink()) await visitLink(at, below, walk, seen);
      else if (entry.isFile() && hasImageName(entry.name))
        walk.files.push({ path: at, relative: below });
    }
  } catch (error) {
    walk.unreadable.push({ path: folder, reason: `folder cannot be read: ${codeOf(error)}` });
  }
}

async function visitLink(link: string, relative: string, walk: Walk, seen: Set<string>) {
  try {
    const target = await stat(link);
    if (target.isDirectory()) await visit(link, relative, walk, seen);
    else if (target.isFile() && hasImageName(link)) walk.files.push({ path: link, relative });
  } catch (error) {
    if (hasImageName(link))
      walk.unreadable.push({ path: link, reason: `link leads nowhere: ${codeOf(error)}` });
  }
}

function hasImageName(name: string): boolean {
  return IMAGE_EXTENSIONS.has(path.extname(name).slice(1).toLowerCase());
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
