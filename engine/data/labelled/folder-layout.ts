/**
 * Determine which folders of a labelled set are classes and which are splits. Splits are above the
 * classes (`train/cat`) or below them (`cat/train`), possibly some folders down. An ambiguous
 * layout is an error.
 */

import { StudioError } from '../../contract/errors.ts';
import { getOrMake } from '../../contract/maps.ts';
import type { Split } from '../annotations/labelled-types.ts';
import { splitNamed } from '../annotations/split-names.ts';
import type { FoundFile } from '../sources/walk.ts';

type PlacedFile = Pick<FoundFile, 'relative' | 'named'>;

export interface FolderLayout {
  /** Folders from the root down to the classes or splits. */
  readonly base: readonly string[];
  /** Whether the first folder below the base names a split, the second, or none. */
  readonly splits: 'first' | 'second' | 'none';
  /** Folders directly in the base that are neither classes nor splits. */
  readonly beside: readonly string[];
}

/** A folder with images in it or below it, by name. */
interface Branch {
  images: number;
  readonly folders: Map<string, Branch>;
}

/**
 * @param files images of the root
 * @param foldersIn names of all folders in a folder below the root, also those without images
 * @throws StudioError `splits-ambiguous`
 */
export async function findLayout(
  root: string,
  files: Iterable<PlacedFile>,
  foldersIn: (place: readonly string[]) => Promise<readonly string[]>,
): Promise<FolderLayout> {
  const tree = treeOf(files);
  const base = baseOf(tree);
  const branch = base.reduce((at, name) => at.folders.get(name)!, tree);
  const top = await foldersIn(base);
  const named = top.filter((name) => splitNamed(name) !== undefined);
  const others = top.filter((name) => splitNamed(name) === undefined);
  const inside = await Promise.all(named.map((name) => foldersIn([...base, name])));
  const holdClasses = inside.some((names) => names.length > 0);
  if (holdClasses) {
    const filled = others.filter((name) => branch.folders.has(name));
    if (filled.length > 0 && kindsOf(named).size < 2) throw ambiguous(root, named, filled);
    return { base, splits: 'first', beside: others };
  }
  return { base, splits: splitsBelow(root, branch) ? 'second' : 'none', beside: [] };
}

/** A chain of folders with a single folder each, down to one with splits; empty without one. */
function baseOf(tree: Branch): string[] {
  const base: string[] = [];
  for (let at = tree; ; ) {
    if (holdsSplits(at) && [...splitBranches(at)].some(hasFolders)) return base;
    const [only, more] = [...at.folders];
    if (only === undefined || more !== undefined || at.images > 0) return [];
    base.push(only[0]);
    at = only[1];
  }
}

/** Whether every class has splits. @throws StudioError `splits-ambiguous` if only some have */
function splitsBelow(root: string, { folders }: Branch): boolean {
  const split = [...folders].filter(([, branch]) => holdsSplits(branch));
  if (split.length === 0) return false;
  const holdsSplitsAlone = (branch: Branch) =>
    branch.images === 0 &&
    [...branch.folders.keys()].every((name) => splitNamed(name) !== undefined) &&
    ![...branch.folders.values()].some(hasFolders);
  if ([...folders.values()].every(holdsSplitsAlone)) return true;
  const names = split.map(([name]) => name);
  throw new StudioError(
    'splits-ambiguous',
    `In ${root}, ${names.slice(0, 3).join(', ')} ${names.length === 1 ? 'has' : 'have'} splits inside and other folders have not, or other images beside them: what the classes are cannot be told`,
    {
      advice: 'Give one folder with class folders in it, or one with only train, val and test.',
      details: { path: root, folders: names },
    },
  );
}

function holdsSplits({ folders }: Branch): boolean {
  return kindsOf([...folders.keys()]).size >= 2;
}

function* splitBranches({ folders }: Branch): Generator<Branch> {
  for (const [name, branch] of folders) if (splitNamed(name) !== undefined) yield branch;
}

function hasFolders({ folders }: Branch): boolean {
  return folders.size > 0;
}

function kindsOf(names: readonly string[]): Set<Split> {
  return new Set(names.flatMap((name) => splitNamed(name) ?? []));
}

function treeOf(files: Iterable<PlacedFile>): Branch {
  const tree: Branch = { images: 0, folders: new Map() };
  for (const { relative, named } of files) {
    if (!named) continue;
    let at = tree;
    for (const name of relative.split('/').slice(0, -1))
      at = getOrMake(at.folders, name, () => ({ images: 0, folders: new Map() }));
    at.images++;
  }
  return tree;
}

function ambiguous(root: string, named: readonly string[], others: readonly string[]) {
  const rest = others.length > 3 ? `${others.slice(0, 3).join(', ')}, …` : others.join(', ');
  return new StudioError(
    'splits-ambiguous',
    `${root} has ${named.join(', ')} with folders inside, as a split has, beside other folders with images (${rest}): what the classes are cannot be told`,
    {
      advice: `Give ${named[0]} itself if its folders are the classes, or move other folders away; a class of that name must hold its images directly.`,
      details: { path: root, splits: named, others },
    },
  );
}
