/**
 * The cache of a scan, so that the next scan reads changed files only. The facts of images are an
 * index in columns; those of other files are JSON lines. Both are read and written in parts, since
 * those of millions of files do not fit into one string.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { removeLeftovers, writeFileAtomically } from '../../disk/atomic-file.ts';
import type { FileFacts } from './file-facts.ts';
import { IndexTable } from './index-table/index-table.ts';
import { PagedTable } from './index-table/paged-table.ts';
import { encodeTable } from './index-table/write-table.ts';

/** Increase this when scans store or reject more than before; older caches are then ignored. */
const VERSION = 9;

/** Facts by absolute path, in the order in which they were stored. */
export interface KnownFacts extends Iterable<[path: string, facts: FileFacts]>, AsyncDisposable {
  readonly size: number;
  get(path: string): FileFacts | undefined;
  /** Its place in their order. */
  rowOf(path: string): number | undefined;
}

/**
 * Facts by absolute path; empty without a valid file. Leftovers of killed scans are removed. The caller
 * disposes of it.
 *
 * @param pagedFrom rows from which facts stay on the disk
 */
export async function readIndexFile(file: string, pagedFrom = PAGED_FROM): Promise<KnownFacts> {
  await removeLeftovers(path.dirname(file)).catch(() => undefined);
  const paged = await PagedTable.open(file, VERSION, pagedFrom).catch(() => undefined);
  if (paged !== undefined) return paged;
  const table = await IndexTable.open(file, VERSION).catch(() => undefined);
  return table ?? NOTHING_KNOWN;
}

const PAGED_FROM = 200_000;

export const NOTHING_KNOWN: KnownFacts = {
  size: 0,
  get: () => undefined,
  rowOf: () => undefined,
  *[Symbol.iterator]() {},
  async [Symbol.asyncDispose]() {},
};

/** Replace the file atomically. */
export async function writeIndexFile(
  file: string,
  facts: Iterable<readonly [string, FileFacts]>,
): Promise<void> {
  await writeFileAtomically(file, (beside) =>
    pipeline(Readable.from(encodeTable(VERSION, facts)), createWriteStream(beside)),
  );
  // Up to 0.1.0 it held lines.
  const old = file.replace(/\.index$/, '.jsonl');
  if (old !== file) await rm(old, { force: true }).catch(() => undefined);
}

/** Facts of any kind; an older version counts as no file. */
export async function readFacts<F>(file: string, wanted: number): Promise<Map<string, F>> {
  await removeLeftovers(path.dirname(file)).catch(() => undefined);
  const facts = new Map<string, F>();
  try {
    const lines = createInterface({ input: createReadStream(file, 'utf8') });
    let first = true;
    for await (const line of lines) {
      const { path: at, version, ...known } = JSON.parse(line);
      if (first && version !== wanted) return new Map();
      if (!first) facts.set(at, known);
      first = false;
    }
    return facts;
  } catch {
    return new Map();
  }
}

export async function writeFacts<F extends object>(
  file: string,
  version: number,
  facts: Iterable<readonly [string, F]>,
): Promise<void> {
  function* lines() {
    yield `${JSON.stringify({ version })}\n`;
    for (const [at, known] of facts) yield `${JSON.stringify({ path: at, ...known })}\n`;
  }
  await writeFileAtomically(file, (beside) =>
    pipeline(Readable.from(lines()), createWriteStream(beside)),
  );
}
