/** The folders of a data set that are pre-trained on. */
import type { Dataset } from '../../../engine/contract/studio/index.ts';

/** Of a set with masks or boxes those of its images; none where masks lie among them. */
export function imageFoldersOf({ kind, folders, report }: Dataset): readonly string[] {
  return kind === 'dense' ? (report?.dense?.imageFolders ?? []) : folders;
}

/** Data sets with the folders that are pre-trained on, without those that have none. */
export function forPretraining(datasets: readonly Dataset[]): readonly Dataset[] {
  return datasets.flatMap((dataset) => {
    const folders = imageFoldersOf(dataset);
    return folders.length === 0 ? [] : [{ ...dataset, folders: [...folders] }];
  });
}
