/**
 * A folder a class, as torchvision's ImageFolder has it: `root/<class>/…`, or
 * `root/{train,val,test}/<class>/…`.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { walkFolder } from '../walk.ts';
import type { LabelProblem, Split } from './labelled-types.ts';
import { type ListedImage, type Listing, splitNamed } from './listing.ts';

/**
 * Class names are folder names, sorted by code unit, so that "10" comes before "9" as with torchvision.
 * Hidden folders are no classes. Folders named like splits are splits where there are no others and
 * they hold folders themselves.
 *
 * @throws StudioError `folder-missing`, `no-classes`
 */
export async function listClassFolders(root: string, signal?: AbortSignal): Promise<Listing> {
  const { files, unreadable } = await walkFolder(root, new Set(), signal);
  const top = await foldersIn(root);
  const inside = await Promise.all(top.map((name) => foldersIn(path.join(root, name))));
  const isSplit =
    top.length > 0 &&
    top.every((name) => splitNamed(name) !== undefined) &&
    inside.some((names) => names.length > 0);
  const classNames = [...new Set(isSplit ? inside.flat() : top)].sort();
  if (classNames.length === 0) throw noClasses(root);
  const known = new Set(classNames);
  const images: ListedImage[] = [];
  const outside: string[] = [];
  for (const file of files) {
    const folders = file.relative.split('/').slice(0, -1);
    const split: Split | undefined = isSplit ? splitNamed(folders[0] ?? '') : undefined;
    const className = folders[isSplit ? 1 : 0];
    if (className !== undefined && known.has(className))
      images.push({ file, className, split, row: undefined });
    else if (file.named) outside.push(file.path);
  }
  const problems: LabelProblem[] = [];
  if (outside.length > 0)
    problems.push({
      code: 'outside-classes',
      message: `Images outside the class folders, left out: ${outside.length}`,
      items: outside,
    });
  if (unreadable.length > 0)
    problems.push({
      code: 'unreadable',
      message: `Folders or links that cannot be read: ${unreadable.length}`,
      items: unreadable.map((one) => `${one.path}: ${one.reason}`),
      files: unreadable,
    });
  return { images, classNames, problems, rows: undefined };
}

/** Visible folders, links to folders included. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries.map(async (entry) => {
      if (entry.name.startsWith('.')) return [];
      if (entry.isDirectory()) return [entry.name];
      if (!entry.isSymbolicLink()) return [];
      const target = await stat(path.join(folder, entry.name)).catch(() => undefined);
      return target?.isDirectory() ? [entry.name] : [];
    }),
  );
  return names.flat();
}

function noClasses(root: string): StudioError {
  return new StudioError('no-classes', `${root} has no folders with images in them`, {
    advice: 'Put the images of each class into a folder with the name of the class.',
    details: { path: root },
  });
}
