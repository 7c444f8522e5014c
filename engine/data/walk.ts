/**
 * Every file below folders: symbolic links are followed, but no folder is entered twice.
 *
 * Real folders come before links, and names in order, so that the same tree always gives the same
 * paths, also where a link leads back into it.
 */
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
  /** false where only the content can tell whether this is an image: a name without an extension */
  readonly named: boolean;
}

export interface Walk {
  readonly files: FoundFile[];
  readonly unreadable: Unreadable[];
  /** files of other kinds: extension in lower case → count */
  readonly ignored: Record<string, number>;
}

/** What a walk needs of the disk. */
export interface Folders {
  readdir(folder: string, options: { withFileTypes: true }): Promise<Entry[]>;
  realpath(folder: string): Promise<string>;
  stat(at: string): Promise<Pick<Entry, 'isDirectory' | 'isFile'>>;
}

interface Entry {
  readonly name: string;
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

interface Place {
  readonly path: string;
  readonly relative: string;
}

/**
 * Files below `folder` that are or may be images, sorted by relative path.
 *
 * @param seen real paths of folders already walked, shared between folders
 * @throws StudioError `folder-missing` when there is no such folder; AbortError when `signal` fires
 */
export async function walkFolder(
  folder: string,
  seen: Set<string>,
  signal?: AbortSignal,
  disk: Folders = { readdir, realpath, stat },
): Promise<Walk> {
  const root = path.resolve(folder);
  await requireFolder(root, disk);
  const walk: Walk = { files: [], unreadable: [], ignored: {} };
  const folders: Place[] = [{ path: root, relative: '' }];
  const links: Place[] = [];
  for (;;) {
    signal?.throwIfAborted();
    const next = folders.pop() ?? links.pop();
    if (!next) break;
    await visit(next, folders, links, walk, seen, disk);
  }
  walk.files.sort((a, b) => (a.relative < b.relative ? -1 : a.relative > b.relative ? 1 : 0));
  return walk;
}

async function requireFolder(root: string, disk: Folders): Promise<void> {
  const isFolder = await disk.stat(root).then(
    (entry) => entry.isDirectory(),
    () => undefined,
  );
  if (isFolder) return;
  throw new StudioError(
    'folder-missing',
    isFolder === undefined ? `The folder ${root} does not exist` : `${root} is not a folder`,
    { advice: 'Check the path and that the disk is connected.', details: { path: root } },
  );
}

async function visit(
  place: Place,
  folders: Place[],
  links: Place[],
  walk: Walk,
  seen: Set<string>,
  disk: Folders,
): Promise<void> {
  try {
    const real = await disk.realpath(place.path);
    if (seen.has(real)) return;
    seen.add(real);
    const entries = await disk.readdir(place.path, { withFileTypes: true });
    // Taken from the end of the lists: last name first.
    entries.sort((a, b) => (a.name > b.name ? -1 : 1));
    for (const entry of entries) {
      const at: Place = {
        path: path.join(place.path, entry.name),
        relative: place.relative === '' ? entry.name : `${place.relative}/${entry.name}`,
      };
      if (entry.isDirectory()) folders.push(at);
      else if (entry.isFile()) addFile(at, walk);
      else if (entry.isSymbolicLink()) await followLink(at, links, walk, disk);
    }
  } catch (error) {
    walk.unreadable.push({ path: place.path, reason: `folder cannot be read: ${codeOf(error)}` });
  }
}

async function followLink(at: Place, links: Place[], walk: Walk, disk: Folders): Promise<void> {
  try {
    const target = await disk.stat(at.path);
    if (target.isDirectory()) links.push(at);
    else if (target.isFile()) addFile(at, walk);
  } catch (error) {
    walk.unreadable.push({ path: at.path, reason: `link leads nowhere: ${codeOf(error)}` });
  }
}

function addFile({ path: at, relative }: Place, { files, ignored }: Walk): void {
  const name = path.basename(at);
  const extension = path.extname(name).slice(1).toLowerCase();
  // "._name.jpg" is what macOS leaves beside a file on foreign disks: no image.
  const isImage = IMAGE_EXTENSIONS.has(extension) && !name.startsWith('._');
  if (isImage || (extension === '' && !name.startsWith('.')))
    files.push({ path: at, relative, named: isImage });
  else countIgnored(ignored, at);
}

/** Count a file that is no image under its extension. */
export function countIgnored(ignored: Record<string, number>, file: string): void {
  const extension = path.extname(file).toLowerCase() || 'no extension';
  ignored[extension] = (ignored[extension] ?? 0) + 1;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
