/** The images of a folder, scanned as the training of a network scanned its own. */
import { defined } from '../contract/defined.ts';
import { divisionOf } from '../contract/settings/division.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { scanFolders } from '../data/scan/scan.ts';
import type { DatasetIndex } from '../data/sources/index-types.ts';
import { divisionOfModel, type Model } from '../models/model.ts';
import { scanMemory } from '../runs/scan-memory.ts';
import { excludedNotices } from '../tasks/shared/excluded-notices.ts';

export interface ScannedForModel {
  readonly scanned: DatasetIndex;
  /** For users. */
  readonly notes: readonly string[];
}

/** @param exclude lists of images that are left out @throws StudioError `no-images`, `list-invalid` */
export async function scanForModel(
  workspace: string,
  {
    folder,
    exclude,
  }: { readonly folder: string; readonly exclude?: readonly string[] | undefined },
  model: Model,
): Promise<ScannedForModel> {
  const division = divisionOfModel(model);
  const excluded = exclude && (await readExcluded(exclude));
  const scanned = await scanFolders([folder], {
    indexFile: scanMemory(workspace, [folder], division),
    ...divisionOf(division),
    ...defined({ excluded }),
  });
  const notes = excludedNotices(scanned.excluded, excluded).map(({ message }) => message);
  return { scanned, notes };
}
