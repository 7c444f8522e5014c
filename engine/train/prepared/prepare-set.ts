/** Prepares the images of a pre-training: shrunk once to what its recipe needs. */
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import type { Recipe } from '../../contract/recipe.ts';
import { readExcluded } from '../../data/given/excluded-images.ts';
import {
  type Prepared,
  type PreparePlan,
  prepareImages,
} from '../../data/preparing/prepare-images.ts';
import { preparedSettings } from '../../data/preparing/prepared-settings.ts';
import { recordPrepared, shardsFolder } from '../../data/preparing/prepared-store.ts';
import { scanFolders } from '../../data/scan/scan.ts';
import { nodeDisk, onDisk } from '../../disk/disk.ts';
import { Lock } from '../../disk/lock.ts';
import type { Notice } from '../../runs/events.ts';
import { pairPlan } from '../../tasks/pretrain/batches.ts';
import { scanPlan } from '../../tasks/pretrain/parts.ts';
import { excludedNotices } from '../../tasks/shared/excluded-notices.ts';
import { imagesThatFit } from '../../tasks/shared/fitting.ts';
import { measuredRecipe } from '../measured-recipe.ts';

export interface PrepareOrder {
  readonly workspace: string;
  /** of images */
  readonly data: readonly string[];
  /** Lists of images that are left out. */
  readonly exclude?: readonly string[] | undefined;
  readonly recipe: Recipe;
  /** a folder for the shards outside the workspace */
  readonly out?: string | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onScan?: (progress: { readonly done: number; readonly total: number }) => void;
  /** called before anything is written */
  readonly onPlan?: (plan: PreparePlan) => void;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface PreparedResult extends Prepared {
  readonly folder: string;
  readonly notices: readonly Notice[];
}

/** @throws StudioError `no-images`, `disk-full`, `run-locked`; AbortError when `signal` fires */
export async function prepareSet(order: PrepareOrder): Promise<PreparedResult> {
  const { workspace, recipe, out, signal } = order;
  const folders = order.data.map((folder) => path.resolve(folder));
  const scanning = order.onScan === undefined ? {} : { onProgress: order.onScan };
  const excluded = order.exclude && (await readExcluded(order.exclude));
  const scanned = await scanFolders(folders, {
    ...scanPlan(workspace, folders, recipe),
    ...defined({ excluded }),
    signal,
    ...scanning,
  });
  const { fingerprint } = scanned;
  const { images, notices: unfit } = imagesThatFit(scanned.samples, recipe);
  const notices = [...excludedNotices(scanned.excluded, excluded), ...unfit];
  const used = await measuredRecipe(recipe, { trainedOn: images }, defined({ signal }));
  const settings = preparedSettings(pairPlan(used));
  const kept = { workspace, folders, settings, out };
  const folder = await shardsFolder(kept);
  await onDisk(folder, () => nodeDisk.makeFolder(folder));
  const lock = await Lock.acquire(folder, { what: `The folder of prepared images ${folder}` });
  try {
    const { threads, onPlan, onProgress } = order;
    const listeners = { ...(onPlan && { onPlan }), ...(onProgress && { onProgress }) };
    const given = { samples: images, settings, folder, threads, signal, ...listeners };
    const prepared = await prepareImages(given);
    const createdAt = new Date().toISOString();
    const { images: count } = prepared;
    await recordPrepared(kept, { shards: folder, images: count, fingerprint, createdAt });
    return { ...prepared, folder, notices };
  } finally {
    lock.release();
  }
}
