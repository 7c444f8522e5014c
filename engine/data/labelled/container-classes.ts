/**
 * Classes of images in containers: those that a container states itself, by WebDataset's naming or
 * a column of labels; otherwise its folders are class folders as on disk, as if they lay where the
 * container lies. A container that is named like a split, such as `train-0001.tar`, is one.
 */
import path from 'node:path';
import { getOrMake } from '../../contract/maps.ts';
import { className, sortClassNames } from '../annotations/class-names.ts';
import type { Split } from '../annotations/labelled-types.ts';
import { splitNamed } from '../annotations/split-names.ts';
import { readLabels } from '../sources/containers/labels.ts';
import type { FileList } from '../sources/file-list.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import type { Unreadable } from '../sources/index-types.ts';

export interface OwnClasses {
  /** in the order of their numbers */
  readonly classNames: readonly string[];
  /** images in containers that state classes, but none for these */
  readonly outside: readonly string[];
  /** containers whose classes cannot be read, and whose images are left out */
  readonly unreadable: readonly Unreadable[];
}

export interface Divided {
  readonly own: OwnClasses;
  /** positions of the images whose classes are folders, in order */
  readonly rows: Uint32Array;
  /** the relative path of such an image, which leaves its container out */
  readonly placeOf: (row: number) => string;
  /** names of folders in a place that containers have */
  readonly foldersWithin: (place: readonly string[]) => readonly string[];
}

interface FoundImages {
  readonly root: string;
  readonly files: FileList;
  readonly signal: AbortSignal | undefined;
}

/**
 * @param add is told of the images whose class their container states
 * @throws AbortError when `signal` fires
 */
export async function divideByContainers(
  { root, files, signal }: FoundImages,
  add: (row: number, name: string, split: Split | undefined) => void,
): Promise<Divided> {
  const rows = new GrowingNumbers(Uint32Array);
  const containers = new Map<string, GrowingNumbers<Uint32Array>>();
  for (let row = 0; row < files.length; row++) {
    const container = files.containerOf(row);
    if (container === undefined) rows.push(row);
    else getOrMake(containers, container, () => new GrowingNumbers(Uint32Array)).push(row);
  }
  const outside: string[] = [];
  const unreadable: Unreadable[] = [];
  const names = new Set<string>();
  let order: readonly string[] | undefined;
  const folders = new Map<string, Set<string>>();
  /** what the relative paths of their entries begin with instead */
  const places = new Map<string, readonly string[]>();
  const placeOf = (row: number) => {
    const relative = files.relativeOf(row);
    const container = files.containerOf(row);
    if (container === undefined) return relative;
    return [...places.get(container)!, entryOf(relative, container)].join('/');
  };
  for (const [relative, found] of containers) {
    const entries = found.trimmed();
    const at = relative === '' ? root : path.join(root, relative);
    const { labels, classNames, reason } = await readLabels(at, signal);
    if (reason !== undefined) {
      unreadable.push({ path: at, reason: `its classes cannot be read: ${reason}` });
      continue;
    }
    const entryAt = (row: number) => entryOf(files.relativeOf(row), relative);
    if (labels.size === 0) {
      places.set(relative, placeOfEntries(relative, entries, entryAt));
      for (const row of entries) {
        addFolders(placeOf(row), folders);
        rows.push(row);
      }
      continue;
    }
    order = classNames ?? order;
    const split = splitOf(relative);
    for (const row of entries) {
      const label = labels.get(entryAt(row));
      const name = label === undefined ? '' : className(label);
      if (name === '') outside.push(files.pathOf(row));
      else {
        names.add(name);
        add(row, name, split);
      }
    }
  }
  const isOrdered = order !== undefined && [...names].every((name) => order.includes(name));
  const classNames = isOrdered ? order! : sortClassNames([...names]);
  return {
    own: { classNames, outside, unreadable },
    rows: rows.trimmed(),
    placeOf,
    foldersWithin: (place) => [...(folders.get(place.join('/')) ?? [])],
  };
}

/** The name of an entry within its container. */
function entryOf(relative: string, container: string): string {
  return container === '' ? relative : relative.slice(container.length + 1);
}

/** The folders that entries lie in as if they lay where their container lies. */
function placeOfEntries(
  container: string,
  entries: Uint32Array,
  entryAt: (row: number) => string,
): readonly string[] {
  const hasSplits = entries.some((row) =>
    entryAt(row)
      .split('/')
      .slice(0, -1)
      .some((name) => splitNamed(name) !== undefined),
  );
  const folder = path.posix.dirname(container);
  const above = folder === '.' ? [] : [folder];
  const split = hasSplits ? undefined : splitWordOf(container);
  return [...above, ...(split === undefined ? [] : [split])];
}

function addFolders(relative: string, folders: Map<string, Set<string>>): void {
  const parts = relative.split('/').slice(0, -1);
  for (const [i, name] of parts.entries())
    getOrMake(folders, parts.slice(0, i).join('/'), () => new Set<string>()).add(name);
}

/** By the container's name, or by the folder that it lies in. */
function splitOf(container: string): Split | undefined {
  const word = splitWordOf(container);
  if (word !== undefined) return splitNamed(word);
  const folders = path.posix.dirname(container).split('/');
  return folders.map(splitNamed).findLast((split) => split !== undefined);
}

/** "train" of train-00000-of-00004.parquet */
function splitWordOf(container: string): string | undefined {
  const word = path.posix.basename(container).split(/[-_.]/, 1)[0]!;
  return splitNamed(word) === undefined ? undefined : word;
}
