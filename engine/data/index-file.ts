/**
 * The cache of a scan, so that the next scan reads changed files only. It holds JSON lines, which
 * are read and written as a stream, since those of millions of files do not fit into one string.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { removeLeftovers, writeFileAtomically } from '../disk/atomic-file.ts';
import type { Sample } from './index-types.ts';
import type { Look } from './look.ts';

/** Facts of a file; `reason` is set when it cannot be used. */
export interface FileFacts extends Omit<Sample, 'path'> {
  readonly modifiedMs: number;
  /** orientation tag, 2 to 8; absent where the image is shown as it is stored */
  readonly orientation?: number;
  /** of each picture of a file that has several */
  readonly looks?: readonly Look[];
  readonly reason?: string;
}

/** Increase this when scans store or reject more than before; older caches are then ignored. */
const VERSION = 7;

/** Facts by absolute path; empty without a valid file. Leftovers of killed scans are removed. */
export function readIndexFile(file: string): Promise<Map<string, FileFacts>> {
  return readFacts(file, VERSION);
}

/** Replace the file atomically. */
export function writeIndexFile(
  file: string,
  facts: Iterable<readonly [string, FileFacts]>,
): Promise<void> {
  return writeFacts(file, VERSION, facts);
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
