/** The folders of a data set that are pre-trained on. */
import type { Dataset } from '../../engine/contract/studio/index.ts';

/** Those without masks; none where the masks of a set lie among its images. */
export function imageFoldersOf({ kind, folders, report }: Dataset): readonly string[] {
  if (kind === 'dense') return report?.dense?.imageFolders ?? [];
  return report?.imageFolders ?? folders;
}

/** The lists of images that are left out of trainings on these sets, as requests have them. */
export function exclusionOf(data: readonly Dataset[]): { exclude?: string[] } {
  const exclude = data.flatMap(({ excluded }) => (excluded === undefined ? [] : [excluded.file]));
  return exclude.length === 0 ? {} : { exclude };
}

/** Data sets with the folders that are pre-trained on, without those that have none. */
export function forPretraining(datasets: readonly Dataset[]): readonly Dataset[] {
  return datasets.flatMap((dataset) => {
    const folders = imageFoldersOf(dataset);
    return folders.length === 0 ? [] : [{ ...dataset, folders: [...folders] }];
  });
}
