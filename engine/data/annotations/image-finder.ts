/**
 * Images by the paths that labels give them. Only files that were found below the given folder are
 * results, so no path of a file of labels leads out of it.
 */

import path from 'node:path';
import { getOrMake } from '../../contract/maps.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { Split } from './labelled-types.ts';
import { splitNamed } from './split-names.ts';

/** Why a path leads to no image. */
export type NotFound = 'missing' | 'outside';

/** Longer paths are none. */
const LONGEST_PATH = 4096;
/** Most files that are compared by their paths' ends. */
const MOST_ALIKE = 100_000;

export class ImageFinder {
  readonly #root: string;
  readonly #byPath = new Map<string, FoundFile>();
  readonly #byName = new Map<string, FoundFile[]>();
  readonly #byStem = new Map<string, FoundFile[]>();

  /** @param root absolute @param files below it */
  constructor(root: string, files: readonly FoundFile[]) {
    this.#root = root;
    for (const file of files) {
      const relative = file.relative.normalize('NFC');
      const name = path.posix.basename(relative);
      this.#byPath.set(relative, file);
      getOrMake(this.#byName, name, () => []).push(file);
      getOrMake(this.#byStem, stemOf(name), () => []).push(file);
    }
  }

  /**
   * The image of a path: from the folder of the labels, then from the root, then by the end of the
   * path, so that `0001.jpg` and paths of another machine are found too. Of several images, those
   * of the split are preferred.
   *
   * @param from relative folder of the labels
   * @returns several images where the path fits them equally
   */
  find(listed: string, from: string, split?: Split): FoundFile | readonly FoundFile[] | NotFound {
    if (listed.length > LONGEST_PATH) return 'missing';
    const written = listed.normalize('NFC').replaceAll('\\', '/');
    const isAbsolute = /^([a-z]:)?\//i.test(written);
    if (isAbsolute) {
      const inside = path.relative(this.#root, written).replaceAll('\\', '/');
      const exact = this.#byPath.get(inside.normalize('NFC'));
      if (exact !== undefined) return exact;
    } else
      for (const folder of [from, '']) {
        const exact = this.#byPath.get(path.posix.join(folder, written));
        if (exact !== undefined) return exact;
      }
    const parts = written.split('/').filter((part) => part !== '' && part !== '.');
    const leaves = path.posix.join(from, written).startsWith('..');
    const end = parts.slice(parts.lastIndexOf('..') + 1);
    const found = this.#byEnd(end, isAbsolute || leaves, split);
    if (found.length > 0) return found.length === 1 ? found[0]! : found;
    return leaves && !isAbsolute ? 'outside' : 'missing';
  }

  /** The image at a path of this machine. @param file absolute */
  at(file: string): FoundFile | undefined {
    const inside = path.relative(this.#root, file).split(path.sep).join('/');
    return this.#byPath.get(inside.normalize('NFC'));
  }

  /** The image of this name without its extension, preferably in the same folder. */
  byStem(stem: string, from: string): FoundFile | readonly FoundFile[] | 'missing' {
    const all = this.#byStem.get(stem.normalize('NFC')) ?? [];
    const beside = all.filter(({ relative }) => folderOf(relative) === from);
    const found = beside.length > 0 ? beside : all;
    if (found.length === 0) return 'missing';
    return found.length === 1 ? found[0]! : found;
  }

  /** @param mayShorten whether folders at the beginning of the path may be of another machine */
  #byEnd(end: readonly string[], mayShorten: boolean, split: Split | undefined): FoundFile[] {
    const name = end.at(-1);
    const alike = (name === undefined ? undefined : this.#byName.get(name)) ?? [];
    for (let from = 0; from < end.length; from++) {
      const wanted = `/${end.slice(from).join('/')}`;
      const found = alike
        .slice(0, MOST_ALIKE)
        .filter(({ relative }) => `/${relative.normalize('NFC')}`.endsWith(wanted))
        .filter((file) => !contradicts(splitOf(file.relative), split));
      const ofSplit = found.filter(({ relative }) => split && splitOf(relative) === split);
      if (ofSplit.length > 0) return ofSplit;
      if (found.length > 0 || !mayShorten) return found;
    }
    return [];
  }
}

/** The split that a folder of a path names, from the innermost outwards. */
export function splitOf(relative: string): Split | undefined {
  const folders = relative.split('/').slice(0, -1).reverse();
  for (const folder of folders) {
    const split = splitNamed(folder);
    if (split !== undefined) return split;
  }
  return undefined;
}

export function folderOf(relative: string): string {
  const folder = path.posix.dirname(relative);
  return folder === '.' ? '' : folder;
}

/** A name without its last extension. */
export function stemOf(name: string): string {
  return name.replace(/\.[^./\\]+$/, '');
}

function contradicts(a: Split | undefined, b: Split | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
