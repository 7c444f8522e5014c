/** The data sets of images alone that the images of a folder may be of. */
import type { Dataset } from '../../engine/contract/studio/index.ts';
import { exclusionOf } from './image-folders.ts';

/** Those that have the folder itself come first. */
export function setsOf(datasets: readonly Dataset[], folder: string): Dataset[] {
  const found = datasets.filter(
    ({ kind, folders }) =>
      kind === 'images' && folders.some((one) => isWithin(one, folder) || isWithin(folder, one)),
  );
  const has = ({ folders }: Dataset) => Number(folders.includes(folder));
  return found.sort((a, b) => has(b) - has(a));
}

/** The images of a folder without those that are excluded from its data sets, as requests have them. */
export function withoutExcluded(
  datasets: readonly Dataset[],
  folder: string,
): { readonly data: string; readonly exclude?: string[] } {
  return { data: folder, ...exclusionOf(setsOf(datasets, folder)) };
}

function isWithin(at: string, folder: string): boolean {
  return at === folder || (at.startsWith(folder) && /^[\\/]/.test(at.slice(folder.length)));
}
