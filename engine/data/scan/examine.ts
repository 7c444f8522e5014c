/** Examination of listed files, cached between scans, so that only changed files are read. */

import { lstat } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type StackChannels, USUAL_STACKS } from '../../contract/settings/stack-channels.ts';
import type { Tiling } from '../../contract/settings/tiling.ts';
import { PIXEL_LIMIT } from '../pixels/decode.ts';
import { isStillDivided, type TileOrder } from '../pixels/tiles/probe-tiles.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { statLocation } from '../sources/locate.ts';
import { asUnread, reasonOf } from '../sources/unreadable.ts';
import type { FoundFile } from '../sources/walk.ts';
import { FactList } from './fact-list.ts';
import type { FileFacts } from './file-facts.ts';
import { type KnownFacts, NOTHING_KNOWN, readIndexFile, writeIndexFile } from './index-file.ts';
import { type ProbeOrder, probeFile } from './probe-file.ts';
import { ScanSaves } from './scan-saves.ts';

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
}

export interface ScanOptions {
  /** index file, which caches results, also of interrupted scans; nothing is cached without it */
  readonly indexFile?: string | undefined;
  /** files with more pixels are rejected */
  readonly pixelLimit?: number;
  /** hashes and looks are not kept in the index, which takes a third of the memory then */
  readonly forTraining?: boolean;
  /** one file at a time, with rests between, beside a training */
  readonly gently?: boolean;
  /** how large images are divided; those that are too large, unless it says otherwise */
  readonly tiles?: Tiling;
  /** dimensions of TIFF stacks that are channels */
  readonly stacks?: StackChannels;
  /** paths of images that are left out; what is known of them is remembered all the same */
  readonly excluded?: ReadonlySet<string>;
  /** time between saves of what was found; for tests */
  readonly saveEveryMs?: number;
  readonly onProgress?: (progress: ScanProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Number of files that are decoded concurrently, which is the size of Node's thread pool. */
const CONCURRENCY = 4;

/**
 * Facts of each file, in order; undefined for a file that neither by name nor by content is an
 * image. Afterwards the index file has the facts of the usable files and no others.
 *
 * @throws AbortError when `signal` fires
 */
export async function examineFiles(
  files: LazyList<FoundFile>,
  options: ScanOptions,
): Promise<FactList> {
  const { indexFile, gently = false, saveEveryMs, onProgress, signal } = options;
  const order = { ...tileOrderOf(options), hashes: new Map() };
  await using known = indexFile === undefined ? NOTHING_KNOWN : await readIndexFile(indexFile);
  const facts = new FactList(files.length, { beside: indexFile });
  const save = async () => {
    if (indexFile !== undefined) await writeIndexFile(indexFile, merged(known, files, facts));
  };
  const saves = new ScanSaves(save, { everyMs: saveEveryMs });
  let done = 0;
  try {
    const work = async (i: number) => {
      signal?.throwIfAborted();
      const file = files.at(i)!;
      const earlier = known.get(file.path);
      const found = await examineFile(file, earlier, order);
      facts.set(i, found);
      onProgress?.({ done: ++done, total: files.length });
      if (indexFile !== undefined && found !== earlier) await saves.tick();
    };
    await (gently ? inTurns(files.length, work, signal) : inParallel(files.length, work));
  } catch (error) {
    // If the cache cannot be written, the error that ended the scan is still the one to report.
    await saves.end();
    await save().catch(() => undefined);
    throw error;
  }
  await saves.end();
  if (indexFile === undefined) return facts;
  // The cache is written only when it changes, so that known images can be used on a full or
  // read-only disk.
  if (!isKnown(known, files, facts)) await writeIndexFile(indexFile, usable(files, facts));
  return facts;
}

/** Calls `work` for 0 to `count` - 1, a few at a time, until one fails. */
export async function inParallel(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const go = async () => {
    for (let i = next++; i < count; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, go));
}

/** Rests are not shorter, since timers are not exact. */
const LEAST_REST_MS = 20;

/** What a gentle scan takes at most: an eighth of the machine, and half a core of a large one. */
const [GENTLE_SHARE, GENTLE_CORES] = [1 / 8, 1 / 2];

/** The rest after some work, which competes with what computes beside it. */
export function restMs(workedMs: number, cores: number): number {
  const busy = Math.min(GENTLE_CORES, cores * GENTLE_SHARE);
  return workedMs * (1 / busy - 1);
}

/** Calls `work` for 0 to `count` - 1, one after the other, with rests between. */
async function inTurns(
  count: number,
  work: (i: number) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cores = os.availableParallelism();
  let worked = 0;
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await work(i);
    worked += performance.now() - began;
    if (worked < LEAST_REST_MS) continue;
    await sleep(restMs(worked, cores), undefined, { signal }).catch(() => signal?.throwIfAborted());
    worked = 0;
  }
}

type Entry = [path: string, facts: FileFacts];

/**
 * The facts of usable files. Others are not cached: a path without a file may be any word of a list,
 * and the person who named the list could read it in the index file.
 */
function* usable(
  files: LazyList<FoundFile>,
  facts: FactList,
  wanted?: Uint8Array,
): Generator<Entry> {
  for (let i = 0; i < files.length; i++) {
    if (wanted?.[i] === 0) continue;
    const found = facts.at(i);
    if (isUsable(found)) yield [files.at(i)!.path, found];
  }
}

/** Old facts of files that were not examined again, then the new ones; others may be examined meanwhile. */
function* merged(known: KnownFacts, files: LazyList<FoundFile>, facts: FactList): Generator<Entry> {
  const isReplaced = new Uint8Array(known.size);
  const isNew = new Uint8Array(files.length);
  for (let i = 0; i < files.length; i++) {
    if (!isUsable(facts.textsAt(i))) continue;
    isNew[i] = 1;
    const row = known.rowOf(files.at(i)!.path);
    if (row !== undefined) isReplaced[row] = 1;
  }
  let row = 0;
  for (const entry of known) if (isReplaced[row++] === 0) yield entry;
  yield* usable(files, facts, isNew);
}

function isUsable<F extends Pick<FileFacts, 'reason'>>(facts: F | undefined): facts is F {
  return facts !== undefined && facts.reason === undefined;
}

/** Whether the cache has these facts and no others. */
function isKnown(known: KnownFacts, files: LazyList<FoundFile>, facts: FactList): boolean {
  let count = 0;
  for (const [at, found] of usable(files, facts)) {
    if (!isDeepStrictEqual(known.get(at), found)) return false;
    count++;
  }
  return count === known.size;
}

const NOTHING = { bytes: 0, modifiedMs: 0, hash: '', format: '', width: 0, height: 0 };

/** How files are examined; the hashes are those of this scan. */
export type ExamineOrder = TileOrder & Pick<ProbeOrder, 'hashes'>;

/** @returns undefined for a file that neither by name nor by content is an image */
export async function examineFile(
  file: FoundFile,
  known: FileFacts | undefined,
  order: ExamineOrder,
): Promise<FileFacts | undefined> {
  let base = NOTHING;
  try {
    const { size, mtimeMs } = await statLocation(file.path);
    const isSame = known?.bytes === size && known.modifiedMs === mtimeMs;
    if (isSame && known.reason === undefined && isStillDivided(known, order)) return known;
    base = { ...NOTHING, bytes: size, modifiedMs: mtimeMs };
    if (size === 0) return file.named ? { ...base, reason: 'file is empty' } : undefined;
    const { path, named } = file;
    const probed = await probeFile(path, { size, modifiedMs: mtimeMs, named, ...order });
    return probed && { ...base, ...probed };
  } catch (error) {
    const reason = reasonOf(asUnread(error));
    if (base !== NOTHING || !(await isLink(file.path))) return { ...base, reason };
    const { code } = error as NodeJS.ErrnoException;
    return { ...base, reason: `link leads nowhere: ${code}` };
  }
}

export function tileOrderOf({
  pixelLimit = PIXEL_LIMIT,
  tiles = 'auto',
  stacks = USUAL_STACKS,
}: ScanOptions): TileOrder {
  return { pixelLimit, tiles, stacks };
}

/** Whether a missing path is a symbolic link, which a walk of folders reports as such. */
async function isLink(at: string): Promise<boolean> {
  return lstat(at).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}
