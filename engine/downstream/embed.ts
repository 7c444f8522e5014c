/** Embeddings of images as a table, for search, clustering and plots in other programs. */

import { stat } from 'node:fs/promises';
import { isContainerName } from '../contract/container-names.ts';
import type { CsvStyle } from '../contract/csv-text.ts';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { countOf } from '../contract/number-text.ts';
import type { Precision } from '../contract/precision.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import type { ScanOptions } from '../data/scan/examine.ts';
import { scanFolders } from '../data/scan/scan.ts';
import { chosenFrom, type LazyList } from '../data/sources/lazy-list.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import { extractFeatures } from '../features/features.ts';
import { refuseTakenEmbeddings, writeEmbeddings } from '../formats/embeddings-file.ts';
import { divisionOfModel } from '../models/model.ts';
import { type ModelReference, openModel } from '../models/open-model.ts';
import type { Pooling } from '../nn/classifier.ts';
import { labelledScan } from '../runs/scan-memory.ts';
import { excludedNotices } from '../tasks/shared/excluded-notices.ts';
import { modelImages } from '../tasks/shared/model-images.ts';

export interface EmbedOrder extends CsvStyle {
  readonly workspace: string;
  readonly from: ModelReference;
  /** a folder of images, with or without class folders, or a list */
  readonly data: string;
  /** lists of images that are left out */
  readonly exclude?: readonly string[] | undefined;
  /** ends with .csv, .npy or .parquet */
  readonly out: string;
  readonly pooling: Pooling;
  /** number of blocks that are applied; all if left out */
  readonly layer?: number;
  readonly device: string;
  /** `float32` when left out. */
  readonly precision?: Precision | undefined;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Embedded {
  readonly images: number;
  readonly width: number;
  readonly labelled: boolean;
  readonly precision: Precision;
  readonly files: readonly string[];
  /** assumptions about the network, and images left out, for users */
  readonly notes: readonly string[];
  readonly leftOut?: readonly LeftOut[];
}

/** @throws StudioError `embeddings-format`, `target-taken`; errors of opening models and images */
export async function embed(order: EmbedOrder): Promise<Embedded> {
  const { workspace, from, data, out, pooling, layer, device, onProgress, keepFormulas } = order;
  const { precision = 'float32' } = order;
  await refuseTakenEmbeddings(out);
  const { reference, ...which } = from;
  const { model, report } = await openModel(reference, { workspace, ...which });
  const excluded = order.exclude && (await readExcluded(order.exclude));
  const scan = labelledScan(workspace, data, divisionOfModel(model));
  const read = await readImages(data, scan, excluded);
  const { samples, classes } = read;
  const images = modelImages(model, samples);
  const [features] = await extractFeatures({
    vit: model.vit,
    networks: [model.tensors],
    layers: layer === undefined ? 'last' : [layer],
    poolings: [pooling],
    images: images.images,
    load: images.load,
    device,
    precision,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { data: all, width } = features![0]!.rows;
  const { kept } = images;
  const labelled = classes !== undefined && kept.length > 0;
  const labels = Array.from(labelled ? kept : [], ({ label }) => classes![label!]!);
  const table = {
    paths: Array.from(kept, ({ path }) => path),
    ...(labelled ? { labels } : {}),
    data: images.rows(all, width),
    width,
    precision,
  };
  const files = await writeEmbeddings(out, table, { keepFormulas });
  const { leftOut } = images;
  const left = excludedNotices(read.excluded, excluded).map(({ message }) => message);
  const notes = [...report.notes, ...left, ...images.notes];
  return { images: kept.length, width, labelled, precision, files, notes, leftOut };
}

interface EmbeddedImages {
  readonly samples: LazyList<{ readonly path: string; readonly label?: number }>;
  /** where the data have classes */
  readonly classes?: readonly string[];
  readonly excluded: number;
}

async function readImages(
  data: string,
  scan: ScanOptions,
  excluded: ReadonlySet<string> = new Set(),
): Promise<EmbeddedImages> {
  try {
    const { samples, classes } = await readLabelledSet(data, scan);
    if (excluded.size === 0) return { samples, classes, excluded: 0 };
    const kept: number[] = [];
    for (let i = 0; i < samples.length; i++) if (!excluded.has(samples.at(i)!.path)) kept.push(i);
    if (kept.length === 0) throw noneLeft(data, samples.length);
    const rest = chosenFrom(samples, Uint32Array.from(kept));
    return { samples: rest, classes, excluded: samples.length - kept.length };
  } catch (error) {
    const found = await stat(data).catch(() => undefined);
    const folder = found?.isDirectory() === true || isContainerName(data);
    if (!folder || !isStudioError(error, 'no-classes')) throw error;
    const { samples, excluded: left = 0 } = await scanFolders([data], { ...scan, excluded });
    return { samples, excluded: left };
  }
}

function noneLeft(data: string, images: number): StudioError {
  return new StudioError(
    'no-images',
    `No image of ${data} is left: ${countOf(images, 'image is', 'images are')} excluded.`,
    { advice: 'Take some of the images off the list of excluded ones.' },
  );
}
