/** Build an index over the patches of a data set, by the features of a run, and keep it with the run. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import type { LookupAbout } from '../../contract/studio/lookup.ts';
import type { Sample } from '../../data/sources/index-types.ts';
import type { LeftOut } from '../../data/sources/unreadable.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import { imageBatches } from '../../features/image-batches.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import { PatchFeatures } from '../../features/patch-features.ts';
import { chooseProbes } from '../../insight/lookup/choose-probes.ts';
import { ExactNearest } from '../../insight/lookup/exact-nearest.ts';
import { INDEX_FILES, imageLine } from '../../insight/lookup/index-files.ts';
import { cellsFor, IndexWriter } from '../../insight/lookup/index-writer.ts';
import { PatchIndex } from '../../insight/lookup/patch-index.ts';
import { imagesOfModel, type Model } from '../../models/model.ts';
import { imageElements } from '../../nn/image-shape.ts';
import { gridOf } from '../../nn/vit.ts';
import { lookupFolder } from '../../runs/lookup-folder.ts';
import { modelImages } from '../../tasks/shared/model-images.ts';
import { type LayerAndFolder, layerAndImages } from '../layer-and-images.ts';
import { replaceFolder } from '../replace-folder.ts';

export interface BuildLookup extends LayerAndFolder {
  readonly words: number;
  readonly device: string;
  readonly onProgress?: ((at: BuildProgress) => void) | undefined;
}

export interface BuildProgress {
  readonly done: number;
  readonly total: number;
  readonly text: 'images' | 'patches';
}

export interface BuiltLookup {
  readonly about: LookupAbout;
  readonly dir: string;
  readonly notes: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

const BATCH_SIZE = 32;
/** Images and patches of each of which recall is measured. */
const QUERY_IMAGES = 64;
const QUERIES_PER_IMAGE = 2;
export const RECALL_K = 10;
const SEED = 0;
/** Numbers of patches are 32 bits. */
const MOST_PATCHES = 2 ** 32;

/** @throws StudioError errors of runs and scans, `layer-unknown`, `lookup-too-large` */
export async function buildLookup(order: BuildLookup): Promise<BuiltLookup> {
  const { folder } = order;
  const began = performance.now();
  const { run, model, scanned, of, notes: scanNotes } = await layerAndImages(order);
  const { layer } = of;
  const { rows, cols, patches } = gridOf(model.vit);
  if (scanned.images * patches > MOST_PATCHES) throw tooLarge(folder, scanned.images);
  const name = [of.step, of.network ?? 'network', layer, scanned.fingerprint.slice(0, 8)].join('-');
  const dir = path.join(lookupFolder(run.dir), name);
  let built!: BuiltLookup;
  await replaceFolder(dir, async (beside) => {
    const { leftOut, notes, ...facts } = await writeIndex(beside, {
      ...{ model, layer, order },
      samples: Array.from(scanned.samples),
    });
    const about: LookupAbout = {
      ...{ format: 1, name, builtAt: new Date().toISOString(), run: run.record.id, ...of },
      ...{ folder, fingerprint: scanned.fingerprint, rows, cols },
      ...defined({ excluded: scanned.excluded }),
      imageSize: [...model.vit.imageSize],
      width: model.vit.embedDim,
      ...facts,
      seconds: (performance.now() - began) / 1000,
      leftOut: leftOut.length,
    };
    await writeFile(path.join(beside, INDEX_FILES.about), `${JSON.stringify(about, null, 2)}\n`);
    built = { about, dir, notes: [...scanNotes, ...notes], leftOut };
  });
  return built;
}

interface IndexedModel {
  readonly model: Model;
  readonly layer: number;
  readonly samples: readonly Sample[];
  readonly order: BuildLookup;
}

async function writeIndex(dir: string, { model, layer, samples, order }: IndexedModel) {
  const { vit, tensors } = model;
  const { device, onProgress } = order;
  const { patches: perImage } = gridOf(vit);
  const images = modelImages(model, samples);
  const batchSize = Math.min(BATCH_SIZE, samples.length);
  const network = await PatchFeatures.open({ vit, tensors, layer, device, batchSize });
  const writer = await IndexWriter.open(dir, vit.embedDim, perImage);
  try {
    const queries = await drawQueries(network, model, samples, batchSize);
    const exact = await ExactNearest.open(queries.rows, queries.images, RECALL_K, device);
    try {
      const total = samples.length;
      const source = {
        ...{ images: total, load: images.load },
        onProgress: ({ done }: { done: number }) => onProgress?.({ done, total, text: 'images' }),
      };
      const broken = new Set<number>();
      for await (const batch of imageBatches(source, batchSize, imageElements(vit))) {
        for (const position of images.positionsLeftOut) broken.add(position);
        const found = await network.of(batch.data);
        const kept = positions(batch.start, batch.end).filter((at) => !broken.has(at));
        const rows = rowsOfImages(
          found,
          perImage,
          kept.map((at) => at - batch.start),
        );
        await exact.add(rows, writer.rows, (row) => kept[Math.floor(row / perImage)]!);
        await writer.append(rows);
      }
      const { kept, positionsLeftOut, leftOut, notes } = images;
      const cells = cellsFor(writer.rows);
      const bytes = await writer.finish({
        ...{ cells, words: Math.min(order.words, writer.rows), seed: SEED, device },
        onProgress: (at) => onProgress?.({ ...at, text: 'patches' }),
      });
      await writeFile(path.join(dir, INDEX_FILES.images), Array.from(kept, imageLine).join(''));
      const shape = { patches: writer.rows, perImage, width: vit.embedDim, cells };
      const index = await PatchIndex.open(dir, shape);
      try {
        const known = {
          ...{ queries: queries.rows, k: RECALL_K },
          imageOf: (query: number) => keptPosition(queries.images[query]!, positionsLeftOut),
          patchesOf: (query: number) => exact.patchesOf(query),
        };
        return {
          ...{ images: kept.length, patches: writer.rows, cells, bytes, leftOut, notes },
          words: Math.min(order.words, writer.rows),
          ...(await chooseProbes(index, known)),
        };
      } finally {
        await index.close();
      }
    } finally {
      await exact.dispose();
    }
  } finally {
    await writer.dispose();
    await network.dispose();
  }
}

interface Queries {
  readonly rows: FeatureRows;
  /** Position of the image of each row among the samples. */
  readonly images: readonly number[];
}

/** Patches of images that are spread evenly over the samples. */
async function drawQueries(
  network: PatchFeatures,
  model: Model,
  samples: readonly Sample[],
  batchSize: number,
): Promise<Queries> {
  const { patches: perImage } = gridOf(model.vit);
  const width = model.vit.embedDim;
  const count = Math.min(QUERY_IMAGES, samples.length);
  const drawn = positions(0, count).map((i) => Math.floor((i * samples.length) / count));
  const rows: Float32Array[] = [];
  const images: number[] = [];
  for (let start = 0; start < count; start += batchSize) {
    const some = drawn.slice(start, start + batchSize);
    const broken = new Set<number>();
    const pixels = await loadEvalImages(
      some.map((at) => samples[at]!),
      imagesOfModel(model),
      (position) => broken.add(position),
    );
    const found = await network.of(pixels);
    for (const [i, at] of some.entries())
      for (let q = 0; q < QUERIES_PER_IMAGE && !broken.has(i); q++) {
        const patch = ((at * 7 + 1) * (q + 1) * 13) % perImage;
        const first = (i * perImage + patch) * width;
        rows.push(found.data.slice(first, first + width));
        images.push(at);
      }
  }
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row, i * width);
  return { rows: { data, count: rows.length, width }, images };
}

/** The rows of some images of a batch. @param images positions in the batch, ascending */
function rowsOfImages(
  { data, count, width }: FeatureRows,
  perImage: number,
  images: readonly number[],
): FeatureRows {
  if (images.length * perImage === count) return { data, count, width };
  const size = perImage * width;
  const some = new Float32Array(images.length * size);
  for (const [i, image] of images.entries())
    some.set(data.subarray(image * size, (image + 1) * size), i * size);
  return { data: some, count: images.length * perImage, width };
}

/** Position of a sample among those that were kept. @param leftOut ascending */
function keptPosition(position: number, leftOut: readonly number[]): number {
  return position - leftOut.filter((other) => other < position).length;
}

function positions(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function tooLarge(folder: string, images: number): StudioError {
  return new StudioError(
    'lookup-too-large',
    `${folder} has ${countOf(images, 'image')}, whose patches are more than an index holds.`,
    { advice: 'Give a part of the folder.' },
  );
}
