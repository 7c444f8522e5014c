/**
 * What a scan remembers of files, so that the next one only reads what changed: JSON lines, read and
 * written as a stream, since millions of files do not fit into one string.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { removeLeftovers, writeFileAtomically } from '../disk/atomic-file.ts';

/** What was found in a file; `reason` when it cannot be used. */
export interface FileFacts {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly hash: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** what it looks like */
  readonly phash?: string;
  /** different values among its pixels, 1 to 256, and from the lowest to the highest, 1 to 256 */
  readonly levels?: number;
  readonly span?: number;
  /** a channel of the file is left out */
  readonly extraChannel?: true;
  readonly reason?: string;
}

/** Raised when a scan sees more than before, or refuses more: what was remembered is looked at again. */
const VERSION = 5;

/**
 * Facts by absolute path. A missing, damaged or older file is an empty memory, never an error. What
 * scans that were killed have left beside it is removed.
 */
export async function readIndexFile(file: string): Promise<Map<string, FileFacts>> {
  await removeLeftovers(path.dirname(file)).catch(() => undefined);
  const facts = new Map<string, FileFacts>();
  try {
    const lines = createInterface({ input: createReadStream(file, 'utf8') });
    let first = true;
    for await (const line of lines) {
      const { path: at, version, ...known } = JSON.parse(line);
      if (first && version !== VERSION) return new Map();
      if (!first) facts.set(at, known);
      first = false;
    }
    return facts;
  } catch {
    return new Map();
  }
}

/** Replace the file in one move: a reader sees the old content or the new. */
export async function writeIndexFile(
  file: string,
  facts: Iterable<readonly [string, FileFacts]>,
): Promise<void> {
  function* lines() {
    yield `${JSON.stringify({ version: VERSION })}\n`;
    for (const [at, known] of facts) yield `${JSON.stringify({ path: at, ...known })}\n`;
  }
  await writeFileAtomically(file, (beside) =>
    pipeline(Readable.from(lines()), createWriteStream(beside)),
  );
}
