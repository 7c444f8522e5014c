/**
 * Classes of images in containers: those that a container states itself, by WebDataset's naming or
 * a column of labels; otherwise its folders are class folders as on disk, as if they lay where the
 * container lies. A container that is named like a split, such as `train-0001.tar`, is one.
 */
import path from 'node:path';
import { getOrMake, groupBy } from '../../contract/maps.ts';
import { className, sortClassNames } from '../annotations/class-names.ts';
import type { Split } from '../annotations/labelled-types.ts';
import { splitNamed } from '../annotations/split-names.ts';
import { readLabels } from '../sources/containers/labels.ts';
import type { Unreadable } from '../sources/index-types.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { ListedImage } from './listing.ts';

export interface OwnClasses {
  readonly images: readonly ListedImage[];
  /** in the order of their numbers */
  readonly classNames: readonly string[];
  /** images in containers that state classes, but none for these */
  readonly outside: readonly string[];
  /** containers whose classes cannot be read, and whose images are left out */
  readonly unreadable: readonly Unreadable[];
}

export interface Divided {
  readonly own: OwnClasses;
  /** images whose classes are folders, with relative paths that leave containers out */
  readonly files: readonly FoundFile[];
  /** names of folders in a place that containers have */
  readonly foldersWithin: (place: readonly string[]) => readonly string[];
}

/** @throws AbortError when `signal` fires */
export async function divideByContainers(
  root: string,
  found: readonly FoundFile[],
  signal?: AbortSignal,
): Promise<Divided> {
  const files = found.filter(({ container }) => container === undefined);
  const inContainers = found.filter(({ container }) => container !== undefined);
  const images: ListedImage[] = [];
  const outside: string[] = [];
  const unreadable: Unreadable[] = [];
  const stated: string[] = [];
  let order: readonly string[] | undefined;
  const folders = new Map<string, Set<string>>();
  for (const [relative, entries] of groupBy(inContainers, ({ container }) => container!)) {
    const at = relative === '' ? root : path.join(root, relative);
    const { labels, classNames, reason } = await readLabels(at, signal);
    if (reason !== undefined) {
      unreadable.push({ path: at, reason: `its classes cannot be read: ${reason}` });
      continue;
    }
    if (labels.size === 0) {
      const placed = placedFiles(relative, entries);
      for (const file of placed) addFolders(file.relative, folders);
      files.push(...placed);
      continue;
    }
    order = classNames ?? order;
    const split = splitOf(relative);
    for (const file of entries) {
      const label = labels.get(entryOf(file));
      const name = label === undefined ? '' : className(label);
      if (name === '') {
        outside.push(file.path);
        continue;
      }
      stated.push(name);
      images.push({ file, labels: [name], split, row: undefined });
    }
  }
  const names = new Set(stated);
  const isOrdered = order !== undefined && [...names].every((name) => order.includes(name));
  const classNames = isOrdered ? order! : sortClassNames([...names]);
  return {
    own: { images, classNames, outside, unreadable },
    files,
    foldersWithin: (place) => [...(folders.get(place.join('/')) ?? [])],
  };
}

/** The name of an entry within its container. */
function entryOf({ relative, container }: FoundFile): string {
  return container === '' ? relative : relative.slice(container!.length + 1);
}

function placedFiles(container: string, entries: readonly FoundFile[]): FoundFile[] {
  const hasSplits = entries.some((file) =>
    entryOf(file)
      .split('/')
      .slice(0, -1)
      .some((name) => splitNamed(name) !== undefined),
  );
  const folder = path.posix.dirname(container);
  const above = folder === '.' ? [] : [folder];
  const split = hasSplits ? undefined : splitWordOf(container);
  const from = [...above, ...(split === undefined ? [] : [split])];
  return entries.map((file) => ({ ...file, relative: [...from, entryOf(file)].join('/') }));
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
