/**
 * A text file that grows line by line under its final name, and is continued after an interruption:
 * of what is there, whole lines stay as long as they are wanted.
 */
import { createReadStream } from 'node:fs';
import { GrowingFile } from '../disk/growing-file.ts';

export interface LineFileOptions {
  /** What the file begins with, whole lines. */
  readonly head: string;
  /** Whether a line of an earlier file stays, and those before it; called in order after the head. */
  readonly keep: (line: string) => boolean;
}

/** @throws StudioError `disk-full`, `disk-read-only`, `access-denied` naming the file */
export function openLineFile(file: string, { head, keep }: LineFileOptions): Promise<GrowingFile> {
  return GrowingFile.continue(file, head, () => keptBytes(file, head, keep));
}

/** Bytes of the head and of the lines after it that stay; 0 where the head differs or is missing. */
async function keptBytes(
  file: string,
  head: string,
  keep: LineFileOptions['keep'],
): Promise<number> {
  const headBytes = Buffer.from(head);
  let kept = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file)) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      if (kept === 0) {
        if (rest.length < headBytes.length) continue;
        if (!rest.subarray(0, headBytes.length).equals(headBytes)) return 0;
        kept = headBytes.length;
        rest = rest.subarray(kept);
      }
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        if (!keep(rest.toString('utf8', 0, end))) return kept;
        kept += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return kept;
}
