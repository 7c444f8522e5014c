/** Lay the images of a folder out on a map by the features of a run, and keep the map with the run. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { type ImageMap, mapAboutSchema, mapSchema } from '../../contract/studio/map.ts';
import type { Sample } from '../../data/sources/index-types.ts';
import type { LeftOut } from '../../data/sources/unreadable.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { extractFeatures } from '../../features/features.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import { clusterRows } from '../../insight/lookup/k-means.ts';
import { NearestCentres } from '../../insight/lookup/nearest-centres.ts';
import { epochsFor, layOut } from '../../insight/map/layout.ts';
import { nearestRows } from '../../insight/map/nearest-rows.ts';
import { neighbourGraph } from '../../insight/map/neighbour-graph.ts';
import { principalPlane } from '../../insight/map/principal-plane.ts';
import { TRUST_ROWS, trustworthiness } from '../../insight/map/trustworthiness.ts';
import type { Pooling } from '../../nn/classifier.ts';
import { RandomStream } from '../../random/philox.ts';
import { MAP_ABOUT_FILE, mapFolder } from '../../runs/map-folder.ts';
import { modelImages } from '../../tasks/shared/model-images.ts';
import { type LayerAndFolder, layerAndImages } from '../layer-and-images.ts';
import { replaceFolder } from '../replace-folder.ts';
import { unitRows } from './unit-rows.ts';

export interface BuildMap extends LayerAndFolder {
  readonly pooling: Pooling;
  /** Images on the map, at most. */
  readonly count: number;
  readonly neighbours: number;
  readonly clusters: number;
  readonly seed: number;
  readonly device: string;
  /** A file that the map is also written to. */
  readonly out?: string | undefined;
  readonly onProgress?: ((at: MapProgress) => void) | undefined;
}

export interface MapProgress {
  readonly done: number;
  readonly total: number;
  readonly text: 'images' | 'epochs';
}

export interface BuiltMap {
  readonly map: ImageMap;
  readonly dir: string;
  readonly notes: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** So few images have no neighbours to be laid out by. */
const LEAST_IMAGES = 10;
const CLUSTER_ITERATIONS = 25;
/** Neighbours on the map whose likeness is measured. */
const TRUST_K = 15;
const WHOLE_DECIMALS = 1e4;

/** @throws StudioError errors of runs and scans, `layer-unknown`, `map-too-small`, `target-taken` */
export async function buildMap(order: BuildMap): Promise<BuiltMap> {
  const { pooling, folder, seed, device, onProgress } = order;
  const began = performance.now();
  const { run, model, scanned, of, notes: scanNotes } = await layerAndImages(order);
  const { layer } = of;
  const images = modelImages(model, drawn(Array.from(scanned.samples), order.count, seed));
  const [features] = await extractFeatures({
    ...{ vit: model.vit, networks: [model.tensors], layers: [layer], poolings: [pooling], device },
    ...{ images: images.images, load: images.load },
    onProgress: (at) => onProgress?.({ ...at, text: 'images' }),
  });
  const width = model.vit.embedDim;
  const { kept, leftOut, notes } = images;
  if (kept.length < LEAST_IMAGES) throw tooSmall(folder, kept.length);
  const all = { data: images.rows(features![0]!.rows.data, width), count: kept.length, width };
  const rows = unitRows(all);
  const k = Math.min(order.neighbours, rows.count - 1);
  const nearest = await nearestRows(rows, k, device);
  const epochs = epochsFor(rows.count);
  const places = await layOut(neighbourGraph(nearest), principalPlane(rows, seed), {
    ...{ seed, epochs },
    async onEpoch(done) {
      onProgress?.({ done, total: epochs, text: 'epochs' });
      await new Promise(setImmediate);
    },
  });
  const name = [
    ...[of.step, of.network ?? 'network', layer, pooling],
    ...[rows.count, seed, scanned.fingerprint.slice(0, 8)],
  ].join('-');
  const { cluster, clusters } = await clustersOf(rows, order);
  const { folders, points } = pointsOf([...kept], folder, { places, nearest });
  const map: ImageMap = {
    ...{ format: 1, name, builtAt: new Date().toISOString(), run: run.record.id, ...of, pooling },
    ...{ folder, fingerprint: scanned.fingerprint, images: scanned.images, sampled: rows.count },
    ...defined({ excluded: scanned.excluded }),
    ...{ width, neighbours: k, epochs, seed, leftOut: leftOut.length },
    clusters,
    trustworthiness: measuredTrust(rows, places),
    seconds: (performance.now() - began) / 1000,
    folders,
    points: { ...points, cluster },
  };
  const text = `${JSON.stringify(map)}\n`;
  const dir = path.join(mapFolder(run.dir), name);
  await replaceFolder(dir, async (beside) => {
    await writeFile(path.join(beside, 'map.json'), text);
    await writeFile(
      path.join(beside, MAP_ABOUT_FILE),
      `${JSON.stringify(mapAboutSchema.parse(map))}\n`,
    );
    const { buffer, byteOffset, byteLength } = rows.data;
    await writeFile(
      path.join(beside, 'features.f32'),
      new Uint8Array(buffer, byteOffset, byteLength),
    );
  });
  if (order.out !== undefined)
    await writeFileAtomically(order.out, (beside) => writeFile(beside, text), undefined, isMap);
  return { map, dir, notes: [...scanNotes, ...notes], leftOut };
}

async function isMap(file: string): Promise<boolean> {
  try {
    return mapSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).success;
  } catch {
    return false;
  }
}

/** All samples, or some of them by the seed, in their order. */
function drawn(samples: readonly Sample[], count: number, seed: number): readonly Sample[] {
  if (samples.length <= count) return samples;
  const order = Uint32Array.from({ length: samples.length }, (_, i) => i);
  const some = new RandomStream(seed, 'cluster', 2).shuffle(order).subarray(0, count);
  return Array.from(some.sort(), (at) => samples[at]!);
}

async function clustersOf(rows: FeatureRows, { clusters, seed, device }: BuildMap) {
  const options = { clusters, seed, device, iterations: CLUSTER_ITERATIONS };
  const centres = await clusterRows(rows, options);
  const nearest = await NearestCentres.open(centres.count, rows.width, device);
  try {
    const { centre } = await nearest.find(rows, centres.data);
    return { clusters: centres.count, cluster: [...centre] };
  } finally {
    await nearest.dispose();
  }
}

/** On all images, or so many that are spread evenly. */
function measuredTrust(rows: FeatureRows, { x, y }: { x: Float32Array; y: Float32Array }) {
  const count = Math.min(rows.count, TRUST_ROWS);
  const at = Array.from({ length: count }, (_, i) => Math.floor((i * rows.count) / count));
  const data = new Float32Array(count * rows.width);
  for (const [i, row] of at.entries())
    data.set(rows.data.subarray(row * rows.width, (row + 1) * rows.width), i * rows.width);
  const places = {
    x: Float32Array.from(at, (row) => x[row]!),
    y: Float32Array.from(at, (row) => y[row]!),
  };
  const k = Math.min(TRUST_K, Math.max(1, Math.floor(count / 2) - 1));
  const value = trustworthiness({ data, count, width: rows.width }, places, k);
  return { k, images: count, value };
}

function pointsOf(
  samples: readonly Sample[],
  folder: string,
  found: {
    readonly places: { readonly x: Float32Array; readonly y: Float32Array };
    readonly nearest: Awaited<ReturnType<typeof nearestRows>>;
  },
) {
  const { places, nearest } = found;
  const { k } = nearest;
  const names = samples.map(({ path: file }) => path.dirname(path.relative(folder, file)));
  const folders = [...new Set(names)].sort();
  const position = new Map(folders.map((name, at) => [name, at]));
  const rounded = (value: number) => Math.round(value * WHOLE_DECIMALS) / WHOLE_DECIMALS;
  const distances = (row: number) => nearest.distance.subarray(row * k, (row + 1) * k);
  return {
    folders,
    points: {
      path: samples.map(({ path: file }) => file),
      x: Array.from(places.x, rounded),
      y: Array.from(places.y, rounded),
      folder: names.map((name) => position.get(name)!),
      width: samples.map((sample) => sample.width),
      height: samples.map((sample) => sample.height),
      outlier: samples.map((_, row) =>
        rounded(distances(row).reduce((sum, value) => sum + value, 0) / k),
      ),
      nearest: samples.map((_, row) => nearest.row[row * k]!),
      similarity: samples.map((_, row) => rounded(1 - nearest.distance[row * k]!)),
    },
  };
}

function tooSmall(folder: string, images: number): StudioError {
  return new StudioError(
    'map-too-small',
    `${folder} has ${images} images; a map needs ${LEAST_IMAGES}.`,
    { advice: 'Give a folder of more images.' },
  );
}
