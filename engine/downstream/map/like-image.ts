/** The images of a map that are most similar to one of any file, by the features of the map's network. */
import type { ImageMap, LikeImage, MapAbout } from '../../contract/studio/map.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import { NetworkInput } from '../../data/views/network-input.ts';
import { extractFeatures } from '../../features/features.ts';
import { imagesOfModel, type Model } from '../../models/model.ts';
import { modelOfRun } from '../../models/run-model.ts';
import { findRun, type RunFolder } from '../../runs/run-folder.ts';
import { findMap, type KeptMap, listMaps, readMap, readMapFeatures } from './kept-maps.ts';
import { writeLikeFigure } from './like-figure.ts';
import { similarRows } from './similar-images.ts';
import { unitRows } from './unit-rows.ts';

export interface LikeOrder {
  readonly workspace: string;
  readonly run: string;
  /** By default the newest map. */
  readonly name?: string | undefined;
  /** An image, absolute. */
  readonly file: string;
  readonly k: number;
  readonly device?: string | undefined;
  /** A figure that is drawn too. */
  readonly png?: string | undefined;
}

/** @throws StudioError `run-not-found`, `map-missing`, `map-damaged`, `image-unreadable` */
export async function likeImage(order: LikeOrder): Promise<LikeImage> {
  const run = await findRun(order.workspace, order.run);
  const kept = await findMap(run.dir, order.name);
  const model = await modelOfMap(run, kept.about);
  const opened = {
    map: await readMap(kept.dir),
    features: await readMapFeatures(kept.dir, kept.about),
  };
  const found = await findLike(model, opened, order);
  if (order.png !== undefined) await writeLikeFigure(order.png, found, model);
  return found;
}

/** The network whose features a map has. */
export function modelOfMap(run: RunFolder, { step, network }: MapAbout): Promise<Model> {
  return modelOfRun(run, { step, ...(network && { network }) });
}

/** @throws StudioError `run-not-found` and as listing maps does */
export async function mapsOfRun(workspace: string, run: string): Promise<KeptMap[]> {
  return listMaps((await findRun(workspace, run)).dir);
}

export interface OpenedMap {
  readonly map: ImageMap;
  /** [sampled, width] of unit length */
  readonly features: Float32Array;
}

/** @throws StudioError `image-unreadable` */
export async function findLike(
  model: Model,
  { map, features }: OpenedMap,
  { file, k, device }: Pick<LikeOrder, 'file' | 'k' | 'device'>,
): Promise<LikeImage> {
  const { width, height } = await new NetworkInput(imagesOfModel(model)).decode(file);
  const vector = { data: await featureOf(file, model, map, device), at: 0 };
  const found = similarRows({ data: features, width: map.width }, vector, { k });
  const { path, folder } = map.points;
  return {
    ...{ map: map.name, image: { path: file, width, height }, k },
    neighbours: found.map(({ row, similarity }) => ({
      ...{ row, path: path[row]!, folder: map.folders[folder[row]!]! },
      ...{ width: map.points.width[row]!, height: map.points.height[row]! },
      ...{ similarity, distance: 1 - similarity },
    })),
  };
}

/** [width] of unit length, as the map has them. */
async function featureOf(
  file: string,
  model: Model,
  { layer, pooling }: MapAbout,
  device: string | undefined,
): Promise<Float32Array> {
  const { vit, tensors } = model;
  const [features] = await extractFeatures({
    ...{ vit, networks: [tensors], layers: [layer], poolings: [pooling], images: 1, batchSize: 1 },
    load: () => loadEvalImages([{ path: file }], imagesOfModel(model)),
    ...(device !== undefined && { device }),
  });
  return unitRows(features![0]!.rows).data;
}
