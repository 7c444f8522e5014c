/**
 * Which images must lie on one side of a split: slices, pages, frames and tiles of one file, since they
 * show the same patient, slide or scene. Copies of such a file go with it.
 */
import { markedFile } from '../sources/locate.ts';

/** What comes from one file, or from copies of it. */
export interface TogetherWith {
  readonly key: string;
  /** position of its first image */
  readonly first: number;
}

/** @returns for a position, what it goes with; undefined for files of one image */
export function imagesTogether(
  images: readonly { readonly path: string; readonly hash?: string }[],
): (position: number) => TogetherWith | undefined {
  const files = images.map(({ path }) => markedFile(path));
  const fileOfHash = new Map<string, string>();
  const copyOf = new Map<string, string>();
  const originalOf = (file: string): string => {
    let at = file;
    for (let next = copyOf.get(at); next !== undefined; next = copyOf.get(at)) at = next;
    return at;
  };
  for (const [i, file] of files.entries()) {
    const { hash } = images[i]!;
    if (file === undefined || hash === undefined) continue;
    const known = fileOfHash.get(hash);
    if (known === undefined) fileOfHash.set(hash, file);
    else if (originalOf(known) !== originalOf(file))
      copyOf.set(originalOf(file), originalOf(known));
  }
  const first = new Map<string, number>();
  for (const [i, file] of files.entries()) {
    if (file === undefined) continue;
    const original = originalOf(file);
    if (!first.has(original)) first.set(original, i);
  }
  return (position) => {
    const file = files[position];
    if (file === undefined) return undefined;
    const key = originalOf(file);
    return { key, first: first.get(key)! };
  };
}
