/** What is in each of a list of files, remembered between scans; only files that changed are read. */
import { createHash } from 'node:crypto';
import { lstat, readFile, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { PIXEL_LIMIT, probeImage } from './decode.ts';
import { formatOf } from './formats.ts';
import { type FileFacts, readIndexFile, writeIndexFile } from './index-file.ts';
import { asUnread, reasonOf, refuseTooLarge } from './unreadable.ts';
import type { FoundFile } from './walk.ts';

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
}

export interface ScanOptions {
  /** where facts are remembered, also of an interrupted scan; nothing is remembered without it */
  readonly indexFile?: string | undefined;
  /** pixels above which a file is refused */
  readonly pixelLimit?: number;
  readonly onProgress?: (progress: ScanProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Files that are decoded at a time: as many as Node's thread pool takes. */
const CONCURRENCY = 4;

/**
 * Facts of each file, in order; undefined for a file that neither by name nor by content is an image.
 * The index file then knows those of them that can be used, and no others.
 *
 * @throws AbortError when `signal` fires
 */
export async function examineFiles(
  files: readonly FoundFile[],
  options: ScanOptions,
): Promise<(FileFacts | undefined)[]> {
  const { indexFile, pixelLimit = PIXEL_LIMIT, onProgress, signal } = options;
  const known = indexFile === undefined ? new Map() : await readIndexFile(indexFile);
  const facts = new Array<FileFacts | undefined>(files.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let i = next++; i < files.length; i = next++) {
      signal?.throwIfAborted();
      const file = files[i]!;
      facts[i] = await examine(file, known.get(file.path), pixelLimit);
      onProgress?.({ done: ++done, total: files.length });
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } catch (error) {
    // Where it cannot be remembered, why the scan ended is still the error to report.
    if (indexFile !== undefined)
      await writeIndexFile(indexFile, merged(known, files, facts)).catch(() => undefined);
    throw error;
  }
  if (indexFile === undefined) return facts;
  const found = merged(new Map(), files, facts);
  // So that known images can be used on a disk that is full or may only be read.
  if (!isDeepStrictEqual(found, known)) await writeIndexFile(indexFile, found);
  return facts;
}

/**
 * Old facts under the new ones. What cannot be used is looked at each time, so it is not kept: a path
 * that leads nowhere may be any word of a list, and whoever named the list can read this file.
 */
function merged(
  known: Map<string, FileFacts>,
  files: readonly FoundFile[],
  facts: readonly (FileFacts | undefined)[],
): Map<string, FileFacts> {
  files.forEach(({ path: at }, i) => {
    const found = facts[i];
    if (found !== undefined && found.reason === undefined) known.set(at, found);
  });
  return known;
}

const NOTHING = { bytes: 0, modifiedMs: 0, hash: '', format: '', width: 0, height: 0 };

/** @returns undefined for a file that neither by name nor by content is an image */
async function examine(
  file: FoundFile,
  known: FileFacts | undefined,
  pixelLimit: number,
): Promise<FileFacts | undefined> {
  let base = NOTHING;
  try {
    const { size, mtimeMs } = await stat(file.path);
    if (known?.bytes === size && known.modifiedMs === mtimeMs && known.reason === undefined) {
      refuseTooLarge(known.width, known.height, pixelLimit);
      return known;
    }
    base = { ...NOTHING, bytes: size, modifiedMs: mtimeMs };
    if (size === 0) return file.named ? { ...base, reason: 'file is empty' } : undefined;
    const content = await readFile(file.path);
    if (!file.named && formatOf(content) === undefined) return undefined;
    const hash = createHash('sha256').update(content).digest('hex');
    return { ...base, hash, ...(await probeImage(content, pixelLimit)) };
  } catch (error) {
    const reason = reasonOf(asUnread(error));
    if (base !== NOTHING || !(await isLink(file.path))) return { ...base, reason };
    return { ...base, reason: reason.replace('file cannot be read', 'link leads nowhere') };
  }
}

/** Whether what cannot be found is a link, which a walk of folders names as one. */
async function isLink(at: string): Promise<boolean> {
  return lstat(at).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}
