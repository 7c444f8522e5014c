/**
 * All files below folders. Symbolic links are followed, but no folder is read twice.
 *
 * Real folders come before links, and names are sorted, so the same tree always gives the same
 * paths, even where a link leads back into it.
 */
import { isUtf8 } from 'node:buffer';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isContainerName, isPackedName } from '../../contract/container-names.ts';
import { StudioError } from '../../contract/errors.ts';
import { isSystemName } from '../../platform/system-names.ts';
import { containerFiles } from './containers/container-files.ts';
import { isImageName, mayBeImage } from './formats.ts';
import type { LeftToSystem, RepeatedFolder, Unreadable } from './index-types.ts';
import { systemReason } from './unreadable.ts';

export interface FoundFile {
  /** absolute */
  readonly path: string;
  /** relative to its folder, with forward slashes */
  readonly relative: string;
  /** false where only the content can tell whether it is an image, the name having no extension */
  readonly named: boolean;
  /** of an entry: its container as `relative` begins with it */
  readonly container?: string;
}

export interface Walk {
  readonly files: FoundFile[];
  readonly unreadable: Unreadable[];
  /** files of other kinds: extension in lower case → count */
  readonly ignored: Record<string, number>;
  /** files left out because they belong to the system */
  readonly system: LeftToSystem;
  readonly repeatedFolders: RepeatedFolder[];
  /** other files whose names were asked for */
  readonly others: FoundFile[];
  readonly otherNames?: RegExp | undefined;
}

/** Real path of each folder that was read → the path through which it was read. */
export type FoldersRead = Map<string, string>;

export interface Folders {
  /** Names are bytes, since some systems allow names that are not UTF-8. */
  entries(folder: string): AsyncIterable<Entry>;
  realpath(folder: string): Promise<string>;
  stat(at: string): Promise<Pick<Entry, 'isDirectory' | 'isFile'>>;
}

export const DISK: Folders = { entries, realpath, stat };

const READ_AT_ONCE = 1024;

async function* entries(folder: string): AsyncGenerator<Entry> {
  // The types of Node know names as text only.
  const options = { encoding: 'buffer' as BufferEncoding, bufferSize: READ_AT_ONCE };
  yield* (await opendir(folder, options)) as unknown as AsyncIterable<Entry>;
}

interface Entry {
  readonly name: Uint8Array;
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
 * @param read shared by the folders of a set, so that none is read twice
 * @param otherNames names of other files that are listed too
 * @throws StudioError `folder-missing` when there is no such folder; AbortError when `signal` fires
 */
export async function walkFolder(
  folder: string,
  read: FoldersRead,
  signal?: AbortSignal,
  disk: Folders = DISK,
  otherNames?: RegExp,
): Promise<Walk> {
  const walk = emptyWalk(otherNames);
  for await (const _ of visitFolders(folder, walk, read, signal, disk));
  walk.files.sort(byRelativePath);
  walk.others.sort(byRelativePath);
  return walk;
}

function byRelativePath(a: FoundFile, b: FoundFile): number {
  return a.relative < b.relative ? -1 : a.relative > b.relative ? 1 : 0;
}

/** Some files that are or may be images, and what cannot be read. */
export type WalkPart = Pick<Walk, 'files' | 'unreadable'>;

/**
 * The files below `folder` in parts, folder by folder and by name within each: of one folder at a time the
 * names are in memory, and nothing of the others.
 *
 * @throws StudioError `folder-missing` when there is no such folder; AbortError when `signal` fires
 */
export async function* walkByFolder(
  folder: string,
  read: FoldersRead,
  signal?: AbortSignal,
  disk: Folders = DISK,
): AsyncGenerator<WalkPart> {
  const walk = emptyWalk();
  for await (const _ of visitFolders(folder, walk, read, signal, disk))
    yield { files: walk.files.splice(0), unreadable: walk.unreadable.splice(0) };
}

/** Adds to `walk` what is found, and yields now and then. */
export async function* visitFolders(
  folder: string,
  walk: Walk,
  read: FoldersRead,
  signal: AbortSignal | undefined,
  disk: Folders,
): AsyncGenerator<void> {
  const root = path.resolve(folder);
  if (isContainerName(root) && (await isFile(root, disk))) {
    await visitContainer({ path: root, relative: '' }, walk, read, disk, signal);
    yield;
    return;
  }
  await requireFolder(root, disk);
  const folders: Place[] = [{ path: root, relative: '' }];
  const links: Place[] = [];
  for (;;) {
    signal?.throwIfAborted();
    const next = folders.pop() ?? links.pop();
    if (!next) return;
    yield* visit(next, { folders, links }, walk, read, disk, signal);
  }
}

export function emptyWalk(otherNames?: RegExp): Walk {
  return {
    files: [],
    unreadable: [],
    ignored: {},
    system: { images: 0, folders: [] },
    repeatedFolders: [],
    others: [],
    otherNames,
  };
}

/** A sentence with the count, without its full stop; the folders are listed separately. */
export function repeatedFoldersText(folders: readonly RepeatedFolder[]): {
  message: string;
  items: string[];
} {
  return {
    message: `Folders that occur more than once (links, or given twice), read once: ${folders.length}`,
    items: folders.map(({ path: at, readAs }) =>
      at === readAs ? at : `${at} (read as ${readAs})`,
    ),
  };
}

/** @throws StudioError `folder-missing` */
export async function requireFolder(root: string, disk: Folders = DISK): Promise<void> {
  const isFolder = await disk.stat(root).then(
    (entry) => entry.isDirectory() || (isContainerName(root) && entry.isFile()),
    () => undefined,
  );
  if (isFolder) return;
  throw new StudioError(
    'folder-missing',
    isFolder === undefined ? `The folder ${root} does not exist` : `${root} is not a folder`,
    {
      advice:
        isFolder === undefined
          ? 'Check the path and that the disk is connected.'
          : 'Give the folder that the images lie in, or a tar or zip file of them. A list with labels is for knn, finetune and evaluate.',
      details: { path: root },
    },
  );
}

/** Files after which a walk lets its caller take them. */
const PART = 1000;

/** @param rest folders that are still to be visited, taken from the end */
async function* visit(
  place: Place,
  rest: { readonly folders: Place[]; readonly links: Place[] },
  walk: Walk,
  read: FoldersRead,
  disk: Folders,
  signal: AbortSignal | undefined,
): AsyncGenerator<void> {
  const folders: Place[] = [];
  const links: Place[] = [];
  try {
    const real = await disk.realpath(place.path);
    const readAs = read.get(real);
    if (readAs !== undefined) {
      walk.repeatedFolders.push({ path: place.path, readAs });
      return;
    }
    read.set(real, place.path);
    const kinds = await namedEntries(place, walk, disk);
    for (const name of [...kinds.keys()].sort()) {
      const kind = kinds.get(name)!;
      const at: Place = {
        path: path.join(place.path, name),
        relative: place.relative === '' ? name : `${place.relative}/${name}`,
      };
      if (isSystemName(name)) await countSystem(at, kind, walk, disk);
      else if (kind === 'folder') folders.push(at);
      else if (kind === 'other') addOther(at, walk);
      else if (kind === 'link' && !(await leadsToFile(at, links, walk, disk))) continue;
      else if (isContainerName(name)) await visitContainer(at, walk, read, disk, signal);
      else addFile(at, walk);
      if (walk.files.length >= PART) yield;
    }
  } catch (error) {
    signal?.throwIfAborted();
    walk.unreadable.push({
      path: place.path,
      reason: `folder cannot be read: ${systemReason(error)}`,
    });
  }
  rest.folders.push(...folders.reverse());
  rest.links.push(...links.reverse());
  yield;
}

type Kind = 'folder' | 'file' | 'link' | 'other';

function kindOf(entry: Entry): Kind {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** By name; names alone are kept, since of a million files every object counts. */
async function namedEntries(place: Place, walk: Walk, disk: Folders): Promise<Map<string, Kind>> {
  const kinds = new Map<string, Kind>();
  const strange: Unreadable[] = [];
  for await (const entry of disk.entries(place.path)) {
    const { name } = entry;
    if (isUtf8(name)) kinds.set(Buffer.from(name).toString('utf8'), kindOf(entry));
    else
      strange.push({
        path: path.join(place.path, bytesText(name)),
        reason: entry.isDirectory() ? STRANGE_FOLDER : STRANGE_FILE,
      });
  }
  strange.sort((a, b) => (a.path < b.path ? -1 : 1));
  walk.unreadable.push(...strange);
  return kinds;
}

const STRANGE_FILE = 'the name is not UTF-8 (its other bytes stand as \\x..): rename the file';
const STRANGE_FOLDER =
  'the name is not UTF-8 (its other bytes stand as \\x..), so nothing in it was read: rename the folder';

/** A name with each byte outside plain ASCII as `\x..`. */
function bytesText(name: Uint8Array): string {
  const text = (byte: number) =>
    byte >= 32 && byte < 127 && byte !== 92
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`;
  return Array.from(name, text).join('');
}

/** Count the images left out in a folder of the system, by name; links are not followed. */
async function countSystem(at: Place, kind: Kind, { system }: Walk, disk: Folders): Promise<void> {
  if (kind !== 'folder') {
    if (isImageName(at.path)) system.images++;
    return;
  }
  system.folders.push(at.path);
  const folders = [at.path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const one of disk.entries(folder)) {
        const name = Buffer.from(one.name).toString('utf8');
        if (one.isDirectory()) folders.push(path.join(folder, name));
        else if (isImageName(name)) system.images++;
      }
    } catch {
      // What cannot be read cannot be counted.
    }
  }
}

/** Links to folders are kept for later. */
async function leadsToFile(at: Place, links: Place[], walk: Walk, disk: Folders): Promise<boolean> {
  try {
    const target = await disk.stat(at.path);
    if (target.isFile()) return true;
    if (target.isDirectory()) links.push(at);
    else addOther(at, walk);
  } catch (error) {
    walk.unreadable.push({ path: at.path, reason: `link leads nowhere: ${codeOf(error)}` });
  }
  return false;
}

/** Entries of a container are files below it. */
async function visitContainer(
  at: Place,
  walk: Walk,
  read: FoldersRead,
  disk: Folders,
  signal: AbortSignal | undefined,
): Promise<void> {
  const real = await disk.realpath(at.path);
  const readAs = read.get(real);
  if (readAs !== undefined) {
    walk.repeatedFolders.push({ path: at.path, readAs });
    return;
  }
  read.set(real, at.path);
  const { files, unreadable, ignored, systemImages } = await containerFiles(at, signal);
  for (const file of files) walk.files.push(file);
  for (const one of unreadable) walk.unreadable.push(one);
  for (const name of ignored) countIgnored(walk.ignored, name);
  walk.system.images += systemImages;
}

async function isFile(at: string, disk: Folders): Promise<boolean> {
  return disk.stat(at).then(
    (found) => found.isFile(),
    () => false,
  );
}

const PACKED =
  'it is compressed as a whole, so its images cannot be read one by one: decompress it to .tar, or unpack it';

/** Pipes, sockets and devices are reported, since reading them may never end. */
function addOther({ path: at }: Place, { unreadable }: Walk): void {
  if (isImageName(at))
    unreadable.push({ path: at, reason: 'it is no file that can be read whole' });
}

function addFile({ path: at, relative }: Place, walk: Walk): void {
  const { files, ignored, unreadable } = walk;
  const name = path.basename(at);
  if (isPackedName(name)) {
    unreadable.push({ path: at, reason: PACKED });
    return;
  }
  if (walk.otherNames?.test(name)) walk.others.push({ path: at, relative, named: true });
  const isImage = isImageName(name);
  if (isImage || mayBeImage(name)) files.push({ path: at, relative, named: isImage });
  else countIgnored(ignored, at);
}

/** Count a file that is not an image under its extension. */
export function countIgnored(ignored: Record<string, number>, file: string): void {
  const extension = path.extname(file).toLowerCase() || 'no extension';
  ignored[extension] = (ignored[extension] ?? 0) + 1;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
