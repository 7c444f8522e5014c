/**
 * Which images must lie on one side of a split: slices, pages, frames and tiles of one file, since they
 * show the same patient, slide or scene. Copies of such a file go with it.
 */
import { groupCopies } from '../scan/copies.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { markedFile } from '../sources/locate.ts';

/** Of an image of a file with one image. */
const ALONE = 0xffffffff;

/**
 * @returns for a position, that of the first image that it goes with, possibly its own; undefined for
 *   files of one image
 */
export function imagesTogether(
  images: LazyList<{ readonly path: string; readonly hash?: string }>,
): (position: number) => number | undefined {
  const fileIds = new Map<string, number>();
  const fileOf = new Uint32Array(images.length).fill(ALONE);
  const marked = new GrowingNumbers(Uint32Array);
  let position = 0;
  for (const { path } of images) {
    const file = markedFile(path);
    if (file !== undefined) {
      if (!fileIds.has(file)) fileIds.set(file, fileIds.size);
      fileOf[position] = fileIds.get(file)!;
      marked.push(position);
    }
    position++;
  }
  if (fileIds.size === 0) return () => undefined;
  const originals = Uint32Array.from({ length: fileIds.size }, (_, id) => id);
  const originalOf = (file: number): number => {
    let at = file;
    while (originals[at] !== at) at = originals[at]!;
    return at;
  };
  const hashOf = (i: number) => images.at(marked.at(i))!.hash;
  const known = marked.trimmed().filter((_, i) => hashOf(i) !== undefined);
  for (const [first, ...others] of groupCopies(known.length, (i) => images.at(known[i]!)!.hash!))
    for (const other of others)
      originals[originalOf(fileOf[known[other]!]!)] = originalOf(fileOf[known[first!]!]!);
  const firsts = new Uint32Array(fileIds.size).fill(ALONE);
  for (let i = 0; i < marked.length; i++) {
    const file = originalOf(fileOf[marked.at(i)]!);
    if (firsts[file] === ALONE) firsts[file] = marked.at(i);
  }
  return (at) => {
    const file = fileOf[at]!;
    return file === ALONE ? undefined : firsts[originalOf(file)]!;
  };
}
