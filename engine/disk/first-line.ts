/** The first line of a text file. */
import { open } from 'node:fs/promises';
import { readAt } from './read-head.ts';

/** This is longer than any header that is looked for. */
const MOST_BYTES = 4096;

/** The first line without its line end, cut at `MOST_BYTES`; empty for anything but a regular file. */
export async function firstLine(file: string): Promise<string> {
  await using handle = await open(file, 'r');
  if (!(await handle.stat()).isFile()) return '';
  return (await readAt(handle, 0, MOST_BYTES)).toString('utf8').split(/\r?\n/, 1)[0]!;
}
