/** A layer of a network of a run, and the images of a folder, which an index or a map is built of. */
import { defined } from '../contract/defined.ts';
import { divisionOf } from '../contract/settings/division.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { scanFolders } from '../data/scan/scan.ts';
import type { DatasetIndex } from '../data/sources/index-types.ts';
import { layerOf } from '../features/features.ts';
import { divisionOfModel, type Model } from '../models/model.ts';
import { modelOfRun } from '../models/run-model.ts';
import { findRun, type RunFolder } from '../runs/run-folder.ts';
import { scanMemory } from '../runs/scan-memory.ts';
import { excludedNotices } from '../tasks/shared/excluded-notices.ts';

export interface LayerAndFolder {
  readonly workspace: string;
  readonly run: string;
  readonly step?: number | undefined;
  readonly network?: 'teacher' | 'student' | undefined;
  readonly layer?: number | undefined;
  /** Of images. */
  readonly folder: string;
  /** Lists of images that are left out. */
  readonly exclude?: readonly string[] | undefined;
}

export interface LayerAndImages {
  readonly run: RunFolder;
  readonly model: Model;
  readonly scanned: DatasetIndex;
  /** What the features are of, as it is kept with them. */
  readonly of: {
    readonly step: number;
    readonly network?: 'teacher' | 'student';
    readonly layer: number;
  };
  /** For users. */
  readonly notes: readonly string[];
}

/** @throws StudioError errors of runs, `layer-unknown`, `no-images`, `list-invalid` */
export async function layerAndImages(order: LayerAndFolder): Promise<LayerAndImages> {
  const { workspace, network, step } = order;
  const run = await findRun(workspace, order.run);
  const model = await modelOfRun(run, defined({ network, step }));
  const layer = layerOf(model.vit, order.layer);
  const { scanned, notes } = await scanAsTrained(order, model);
  const of = { step: model.about.step ?? 0, ...defined({ network: model.about.network }), layer };
  return { run, model, scanned, of, notes };
}

/** The images of the folder, scanned as the training of the network scanned its own. */
async function scanAsTrained({ workspace, folder, exclude }: LayerAndFolder, model: Model) {
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
