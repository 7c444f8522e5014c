/** The features of images as a table, for search, clustering and plots elsewhere. */
import { stat } from 'node:fs/promises';
import type { CsvStyle } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import { scanFolders } from '../data/scan.ts';
import type { Pooling } from '../finetune/classifier.ts';
import { extractFeatures } from '../finetune/features.ts';
import { refuseTakenEmbeddings, writeEmbeddings } from '../formats/embeddings-file.ts';
import { openModel } from '../models/open-model.ts';
import { labelledMemory } from '../train/common.ts';
import { evalLoader } from './evaluate.ts';
import type { ModelReference } from './finetune.ts';

export interface EmbedOrder extends CsvStyle {
  readonly workspace: string;
  readonly from: ModelReference;
  /** a folder of images, with or without class folders, or a list */
  readonly data: string;
  /** ends with .csv, .npy or .parquet */
  readonly out: string;
  readonly pooling: Pooling;
  /** blocks that are applied; all if left out */
  readonly layer?: number;
  readonly device: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Embedded {
  readonly images: number;
  readonly width: number;
  readonly labelled: boolean;
  readonly files: readonly string[];
  /** what was assumed of the network, for people */
  readonly notes: readonly string[];
}

/** @throws StudioError `embeddings-format`, `target-taken`, and as opening models and reading images do */
export async function embed(order: EmbedOrder): Promise<Embedded> {
  const { workspace, from, data, out, pooling, layer, device, onProgress, keepFormulas } = order;
  await refuseTakenEmbeddings(out);
  const { reference, ...which } = from;
  const { model, report } = await openModel(reference, { workspace, ...which });
  const { samples, labels } = await readImages(data, labelledMemory(workspace, data));
  const [features] = await extractFeatures({
    vit: model.vit,
    networks: [model.tensors],
    layers: layer === undefined ? 'last' : [layer],
    poolings: [pooling],
    images: samples.length,
    load: evalLoader(model, { samples }),
    device,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { rows } = features![0]!;
  const table = {
    paths: samples.map(({ path }) => path),
    ...(labels === undefined ? {} : { labels }),
    data: rows.data,
    width: rows.width,
  };
  const files = await writeEmbeddings(out, table, { keepFormulas });
  const labelled = labels !== undefined;
  return { images: rows.count, width: rows.width, labelled, files, notes: report.notes };
}

/** Class names where the data have classes. */
async function readImages(
  data: string,
  indexFile: string,
): Promise<{ samples: readonly { readonly path: string }[]; labels?: string[] }> {
  try {
    const { samples, classes } = await readLabelledSet(data, { indexFile });
    return { samples, labels: samples.map(({ label }) => classes[label]!) };
  } catch (error) {
    const folder = (await stat(data).catch(() => undefined))?.isDirectory() === true;
    if (folder && error instanceof StudioError && error.code === 'no-classes')
      return scanFolders([data], { indexFile });
    throw error;
  }
}
