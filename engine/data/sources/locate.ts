/**
 * Virtual paths: an entry of a container as a path below it (`/data/shard-0.tar/cat/1.jpg`), and one
 * of several pictures of a file, or a part of one, after its name (`/data/scan.dcm#frame=3`,
 * `/data/big.tif#tile=LEVEL,X,Y,SIZE`). The name of a stack may say before them which of its dimensions
 * are channels (`/data/cells.tif#channels=CZ#page=3`). A real file of the whole name has precedence.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { STACK_CHANNELS, type StackChannels } from '../../contract/settings/stack-channels.ts';
import { type OpenSource, openFileSource } from '../../images/byte-source.ts';

export { entryPath } from './containers/entry-path.ts';

import { isContainerName } from '../../contract/container-names.ts';
import { type EntryStat, openEntry, readEntry, statEntry } from './containers/open-entry.ts';
import { readWhole } from './read-file.ts';

/** A square of a level, in pixels of that level; at the right and lower edges less of it. */
export interface Tile {
  /** 0 is the picture itself */
  readonly level: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** What a virtual path names. */
export interface Location {
  /** the file on disk */
  readonly file: string;
  /** name within the container that the file is, with forward slashes */
  readonly entry?: string;
  /** number of the frame, page or slice, from 0 */
  readonly picture?: number;
  readonly tile?: Tile;
  /** dimensions of a TIFF stack that are channels, where these are not the usual ones */
  readonly stack?: StackChannels;
}

export type PictureKind = 'frame' | 'page' | 'slice';

export function picturePath(file: string, kind: PictureKind, picture: number): string {
  return `${file}#${kind}=${picture}`;
}

export function tilePath(file: string, { level, x, y, size }: Tile): string {
  return `${file}#tile=${level},${x},${y},${size}`;
}

/** The dimensions of a stack that are channels. */
export function stackPath(file: string, stack: StackChannels): string {
  return `${file}#channels=${stack}`;
}

/** Whether a path says which dimensions of its stack are channels, as the name alone tells. */
export function isStackPath(at: string): boolean {
  return STACK.test(at);
}

/** Whether a path names a tile, as the name alone tells. */
export function isTilePath(at: string): boolean {
  return TILE.test(at);
}

/** The tile that a path names, as the name alone tells. */
export function tileOf(at: string): Tile | undefined {
  return markOf(at)?.tile;
}

/** The file that a path with a mark names a picture or a part of, as the name alone tells. */
export function markedFile(at: string): string | undefined {
  const marked = markOf(at);
  if (marked === undefined || marked.stack !== undefined) return marked?.rest;
  return STACK.exec(marked.rest)?.[1] ?? marked.rest;
}

/** @throws the error of the file system where the disk cannot be asked */
export async function locate(at: string): Promise<Location> {
  const marked = markOf(at);
  if (marked === undefined) return inContainer(at);
  // A file may be named like this.
  const whole = await inContainer(at);
  if (whole.entry === undefined ? await exists(at) : await hasEntry(whole)) return whole;
  const { rest, ...mark } = marked;
  return { ...(await (isStackPath(rest) ? locate(rest) : inContainer(rest))), ...mark };
}

/** The whole content of the file or entry. @throws errors of the file system; `file-unread` */
export async function readLocation(at: string | Location): Promise<Buffer> {
  const { file, entry } = await asLocation(at);
  return entry === undefined ? readWhole(file) : readEntry(file, entry);
}

/** The content of the file or entry, to be read in parts. @throws as {@link readLocation} */
export async function openLocation(at: string | Location): Promise<OpenSource> {
  const { file, entry } = await asLocation(at);
  return entry === undefined ? openFileSource(file) : openEntry(file, entry);
}

/** Size of the file or entry, and when the file changed. @throws as {@link readLocation} */
export async function statLocation(at: string | Location): Promise<EntryStat> {
  const { file, entry } = await asLocation(at);
  if (entry !== undefined) return statEntry(file, entry);
  const { size, mtimeMs } = await stat(file);
  return { size, mtimeMs };
}

function asLocation(at: string | Location): Location | Promise<Location> {
  return typeof at === 'string' ? locate(at) : at;
}

const PICTURE = /^(.+)#(?:frame|page|slice)=(\d{1,9})$/s;
const TILE = /^(.+)#tile=(\d{1,2}),(\d{1,9}),(\d{1,9}),(\d{1,9})$/s;

const STACK = new RegExp(`^(.+)#channels=(${STACK_CHANNELS.join('|')})$`, 's');

type Marked = Pick<Location, 'picture' | 'tile' | 'stack'> & { readonly rest: string };

/** What stands after the name; undefined where nothing does. */
function markOf(at: string): Marked | undefined {
  const picture = PICTURE.exec(at);
  if (picture !== null) return { rest: picture[1]!, picture: Number(picture[2]) };
  const stack = STACK.exec(at);
  if (stack !== null) return { rest: stack[1]!, stack: stack[2] as StackChannels };
  const tile = TILE.exec(at);
  if (tile === null) return undefined;
  const [level, x, y, size] = tile.slice(2).map(Number) as [number, number, number, number];
  return { rest: tile[1]!, tile: { level, x, y, size } };
}

/** The entry that a path names, if a part of it is a container; folders may have such names too. */
async function inContainer(at: string): Promise<Location> {
  for (const [file, entry] of containersIn(at)) if (await isFile(file)) return { file, entry };
  return { file: at };
}

/** Each way to divide a path into a file named like a container and an entry. */
export function containersIn(
  at: string,
  { sep }: { readonly sep: string } = path,
): [file: string, entry: string][] {
  const separator = sep === '\\' ? /[\\/]+/g : /\/+/g;
  const found: [string, string][] = [];
  for (const match of at.matchAll(separator)) {
    const file = at.slice(0, match.index);
    const entry = at.slice(match.index + match[0].length);
    if (entry !== '' && isContainerName(file))
      found.push([file, sep === '\\' ? entry.replaceAll('\\', '/') : entry]);
  }
  return found;
}

async function hasEntry({ file, entry }: Location): Promise<boolean> {
  return statEntry(file, entry!).then(
    () => true,
    () => false,
  );
}

function exists(at: string): Promise<boolean> {
  return stat(at).then(
    () => true,
    () => false,
  );
}

function isFile(at: string): Promise<boolean> {
  return stat(at).then(
    (found) => found.isFile(),
    () => false,
  );
}
