/**
 * Pick a few image files, spread over folders that were never scanned, without a complete walk: of
 * each folder some entries are visited, evenly spaced among the sorted names. The result is
 * deterministic.
 */
import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isContainerName } from '../../contract/container-names.ts';
import { isSystemName } from '../../platform/system-names.ts';
import { containerFiles } from './containers/container-files.ts';
import { isImageName } from './formats.ts';
import { evenly } from './lazy-list.ts';
import { type FoundFile, requireFolder } from './walk.ts';

/** Most folders that are visited: if so many have no image, one will not be found soon. */
const MOST_FOLDERS = 2000;

/**
 * Up to `count` files with names of images; fewer if there are no more, or if they lie too deep
 * among folders without images.
 *
 * @throws StudioError `folder-missing`
 */
export async function pickImages(folders: readonly string[], count: number): Promise<FoundFile[]> {
  for (const folder of folders) await requireFolder(folder);
  const budget: Budget = { seen: new Set(), folders: MOST_FOLDERS };
  return take(
    folders.map((folder) => folderPart(folder, '', budget)),
    count,
  );
}

interface Budget {
  /** Real paths of visited folders. */
  readonly seen: Set<string>;
  /** How many more folders may be visited. */
  folders: number;
}

/** Returns up to `wanted` images, and other ones when called again. */
type Part = (wanted: number) => Promise<FoundFile[]>;

function folderPart(folder: string, relative: string, budget: Budget): Part {
  let parts: readonly Part[] | undefined;
  return async (wanted) => {
    parts ??= await partsOf(folder, relative, budget);
    return take(parts, wanted);
  };
}

async function partsOf(folder: string, relative: string, budget: Budget): Promise<Part[]> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || budget.seen.has(real) || budget.folders <= 0) return [];
  budget.seen.add(real);
  budget.folders--;
  if (isContainerName(folder)) {
    const { files } = await containerFiles({ path: folder, relative });
    if (files.length > 0) return [filesPart(files)];
  }
  // Unreadable folders are reported by the scan and skipped here.
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const entries = found.filter(({ name }) => !isSystemName(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const place = (name: string) => (relative === '' ? name : `${relative}/${name}`);
  const isImage = (entry: Dirent) =>
    !entry.isDirectory() && isImageName(entry.name) && !entry.name.startsWith('.');
  const files = entries.filter(isImage).map(({ name }): FoundFile => {
    return { path: path.join(folder, name), relative: place(name), named: true };
  });
  const below = entries
    .filter(
      (entry) =>
        entry.isDirectory() ||
        isContainerName(entry.name) ||
        (entry.isSymbolicLink() && !isImage(entry)),
    )
    .map(({ name }) => folderPart(path.join(folder, name), place(name), budget));
  return files.length === 0 ? below : [filesPart(files), ...below];
}

function filesPart(files: readonly FoundFile[]): Part {
  let left = files;
  return async (wanted) => {
    const chosen = new Set(evenly(left, wanted));
    left = left.filter((file) => !chosen.has(file));
    return [...chosen];
  };
}

/**
 * Take an equal share from each of as many parts as needed; if some have fewer, take the rest from
 * others.
 */
async function take(parts: readonly Part[], wanted: number): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const chosen = evenly(parts, wanted);
  const others = parts.filter((part) => !chosen.includes(part));
  for (let queue = [...chosen, ...others]; found.length < wanted; queue = [...parts]) {
    const before = found.length;
    for (const [i, part] of queue.entries()) {
      const missing = wanted - found.length;
      if (missing <= 0) break;
      found.push(...(await part(Math.ceil(missing / Math.max(1, chosen.length - i)))));
    }
    if (found.length === before) break;
  }
  return found;
}
