/**
 * Images in one folder per class, as in torchvision's ImageFolder: `root/<class>/…`, or
 * `root/{train,val,test}/<class>/…`, or `root/<class>/{train,val,test}/…`.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { isSystemName } from '../../platform/system-names.ts';
import { className, sortClassNames } from '../annotations/class-names.ts';
import { type LabelProblem, problemOf, type Split } from '../annotations/labelled-types.ts';
import { findMasks } from '../annotations/masks-beside.ts';
import { splitNamed } from '../annotations/split-names.ts';
import { SharedTexts } from '../scan/index-table/shared-texts.ts';
import type { FileList } from '../sources/file-list.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import { chosenFrom, type LazyList } from '../sources/lazy-list.ts';
import { type Listed, listFiles } from '../sources/list-files.ts';
import { type FoundFile, repeatedFoldersText } from '../sources/walk.ts';
import { divideByContainers } from './container-classes.ts';
import { type FolderLayout, findLayout } from './folder-layout.ts';
import { ListedImages, type Listing } from './listing.ts';

/**
 * Class names are folder names, composed (NFC) and sorted by code unit as in torchvision, so "10"
 * comes before "9". Hidden folders and folders of the system are ignored.
 *
 * @throws StudioError `folder-missing`, `folder-unreadable`, `no-classes`, `splits-ambiguous`
 */
export async function listClassFolders(root: string, signal?: AbortSignal): Promise<Listing> {
  const walk = await listFiles([root], signal);
  refuseUnreadable(root, walk);
  const images = new ListedImages();
  const names = new SharedTexts();
  const used = new GrowingNumbers(Uint32Array);
  const add = (row: number, name: string, split: Split | undefined) =>
    images.push({ file: used.push(row), labels: names.idOf(name), split });
  const { own, rows, placeOf, foldersWithin } = await divideByContainers(
    { root, files: walk.files, signal },
    add,
  );
  walk.unreadable.push(...own.unreadable);
  const listing = (classNames: readonly string[], problems: readonly LabelProblem[]): Listing => ({
    files: filesAt(walk.files, used.trimmed()),
    images,
    labels: names.all.map((name) => [name]),
    classNames,
    problems,
    lines: undefined,
  });
  if (images.length > 0 && rows.length === 0)
    return listing(own.classNames, walkProblems(walk, own.outside));
  const foldersIn = async (place: readonly string[]) => [
    ...new Set([...(await visibleFolders(path.join(root, ...place))), ...foldersWithin(place)]),
  ];
  const placed = {
    *[Symbol.iterator]() {
      for (const row of rows) yield { relative: placeOf(row), named: walk.files.at(row)!.named };
    },
  };
  const layout = await findLayout(root, placed, foldersIn);
  const { base, splits } = layout;
  const top = (await foldersIn(base)).filter((name) => !layout.beside.includes(name));
  const inTop =
    splits === 'first'
      ? (await Promise.all(top.map((name) => foldersIn([...base, name])))).flat()
      : top;
  const inFolders = [...new Set(inTop.map(className))].sort();
  const classNames = allClasses(inFolders, own.classNames);
  if (classNames.length === 0) throw noClasses(root);
  const known = new Set(inFolders);
  const outside: string[] = [...own.outside];
  const meaningOf = meaningOfFolders(layout);
  for (const row of rows) {
    const { name, split } = meaningOf(placeOf(row));
    if (name !== undefined && known.has(name)) add(row, name, split);
    else if (walk.files.at(row)!.named) outside.push(walk.files.pathOf(row));
  }
  return listing(classNames, [
    ...(await maskProblems(walk)),
    ...layoutProblems(layout, classNames),
    ...walkProblems(walk, outside),
  ]);
}

/** Those files, which are the list itself where they are all of it in its order. */
function filesAt(files: FileList, rows: Uint32Array): LazyList<FoundFile> {
  const isAll = rows.length === files.length && rows.every((row, i) => row === i);
  return isAll ? files : chosenFrom(files, rows);
}

interface FolderMeaning {
  /** name of the class; undefined outside the class folders */
  readonly name: string | undefined;
  readonly split: Split | undefined;
}

/** The class and split of a file by its relative path. Files of one folder mostly come together. */
function meaningOfFolders(layout: FolderLayout): (relative: string) => FolderMeaning {
  let last: { readonly folder: string; readonly meaning: FolderMeaning } | undefined;
  return (relative) => {
    const folder = relative.slice(0, Math.max(0, relative.lastIndexOf('/')));
    if (last?.folder !== folder) last = { folder, meaning: folderMeaning(layout, folder) };
    return last.meaning;
  };
}

function folderMeaning({ base, splits, beside }: FolderLayout, folder: string): FolderMeaning {
  const folders = folder === '' ? [] : folder.split('/');
  const inBase = base.every((name, i) => folders[i] === name);
  const [first, second] = inBase ? folders.slice(base.length) : [];
  const ofClass = splits === 'first' ? second : first;
  const split = splits === 'none' ? undefined : splits === 'first' ? first : second;
  const isBeside = ofClass === undefined || beside.includes(first ?? '');
  return { name: isBeside ? undefined : className(ofClass), split: splitNamed(split ?? '') };
}

/** Folders alone are sorted as torchvision sorts them. */
function allClasses(inFolders: readonly string[], own: readonly string[]): readonly string[] {
  return own.length === 0 ? inFolders : sortClassNames([...new Set([...own, ...inFolders])]);
}

/** Folders of images and of masks look like two classes. */
async function maskProblems({ files }: Listed): Promise<LabelProblem[]> {
  const found = await findMasks(files);
  if (found === undefined) return [];
  const message = `Files that are masks of images, read as images of a class here; --task segment learns from them: ${found.masks}`;
  return [{ code: 'masks-as-classes', message, items: found.maskFolders }];
}

/** Visible folders, including links to folders. */
async function visibleFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries.map(async (entry) => {
      // Names that are not UTF-8 have replacement characters; the walk has reported such folders.
      const { name } = entry;
      if (name.startsWith('.') || isSystemName(name) || name.includes('\uFFFD')) return [];
      if (entry.isDirectory()) return [name];
      if (!entry.isSymbolicLink()) return [];
      const target = await stat(path.join(folder, name)).catch(() => undefined);
      return target?.isDirectory() ? [name] : [];
    }),
  );
  return names.flat();
}

function layoutProblems(
  { base, splits, beside }: FolderLayout,
  classNames: readonly string[],
): LabelProblem[] {
  const moved: LabelProblem = {
    code: 'nested-splits',
    message: `Splits and classes are taken from the folder ${base.join('/')}`,
    items: [base.join('/')],
  };
  const like = classNames.filter((name) => splitNamed(name) !== undefined);
  const isLike = splits === 'none' && new Set(like.map(splitNamed)).size > 1;
  const message = `Classes that have the names of splits: ${like.length}; splits need a folder for each class inside`;
  return [
    ...(base.length > 0 ? [moved] : []),
    ...problemOf('beside-splits', 'Folders beside the splits, left out', beside),
    ...(isLike ? [{ code: 'classes-like-splits', message, items: like } as const] : []),
  ];
}

function walkProblems(
  { unreadable, system, repeatedFolders }: Listed,
  outside: readonly string[],
): LabelProblem[] {
  const ofSystem: LabelProblem = {
    code: 'system-files',
    message: `Images in folders of the system, such as thumbnails and trash, left out: ${system.images}`,
    items: system.folders,
  };
  const lost = unreadable.map((one) => `${one.path}: ${one.reason}`);
  const repeated = { code: 'repeated-folders', ...repeatedFoldersText(repeatedFolders) } as const;
  return [
    ...problemOf('outside-classes', 'Images outside the class folders, left out', outside),
    ...(system.images > 0 ? [ofSystem] : []),
    ...(repeatedFolders.length > 0 ? [repeated] : []),
    ...problemOf('unreadable', 'Folders, files or links that cannot be read', lost, unreadable),
  ];
}

function refuseUnreadable(root: string, { unreadable }: Listed): void {
  const own = unreadable.find((one) => path.resolve(one.path) === path.resolve(root));
  if (own === undefined) return;
  throw new StudioError('folder-unreadable', `${root}: ${own.reason}`, {
    advice: 'Check its permissions.',
    details: { path: root },
  });
}

function noClasses(root: string): StudioError {
  return new StudioError('no-classes', `${root} has no folders with images in them`, {
    advice: 'Put the images of each class into a folder with the name of the class.',
    details: { path: root },
  });
}
