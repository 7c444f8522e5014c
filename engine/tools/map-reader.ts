/** Maps of images for pages: the newest one asked for stays in memory. */
import path from 'node:path';
import type { ImageMap } from '../contract/studio/map.ts';
import type {
  MapImagesOrder,
  MapLikeOrder,
  MapOrder,
  MapPathsOrder,
  MapSimilarOrder,
  ToolOutput,
} from '../contract/tools.ts';
import { listMaps, mapChangedMs, readMap, readMapFeatures } from '../downstream/map/kept-maps.ts';
import { findLike, modelOfMap } from '../downstream/map/like-image.ts';
import { similarRows } from '../downstream/map/similar-images.ts';
import { mapFolder } from '../runs/map-folder.ts';
import { RunFolder } from '../runs/run-folder.ts';

interface Opened {
  readonly dir: string;
  readonly changedMs: number;
  readonly map: ImageMap;
  features: Promise<Float32Array> | undefined;
}

export class MapReader {
  #opened: Opened | undefined;

  /** Newest first. @throws StudioError `map-damaged` */
  async list({ run }: Pick<MapOrder, 'run'>): Promise<ToolOutput<'maps'>> {
    return { items: (await listMaps(run)).map(({ about }) => about) };
  }

  async points(order: MapOrder): Promise<ToolOutput<'mapPoints'>> {
    const { map } = await this.#open(order);
    const { points, folders } = map;
    const size = points.width.map((width, row) => Math.sqrt(width * points.height[row]!));
    return {
      count: points.path.length,
      folders,
      columns: {
        ...{ x: encoded(points.x), y: encoded(points.y), cluster: encoded(points.cluster) },
        ...{ folder: encoded(points.folder), outlier: encoded(points.outlier) },
        ...{ similarity: encoded(points.similarity), size: encoded(size) },
      },
    };
  }

  async images({ rows, ...order }: MapImagesOrder): Promise<ToolOutput<'mapImages'>> {
    const { map } = await this.#open(order);
    return { items: rows.flatMap((row) => imageAt(map, row) ?? []) };
  }

  /** Rows that the map has not are left out. */
  async paths({ rows, ...order }: MapPathsOrder): Promise<ToolOutput<'mapPaths'>> {
    const { map } = await this.#open(order);
    return { paths: rows.flatMap((row) => map.points.path[row] ?? []) };
  }

  /** Of all images, in the order of the rows. */
  async allPaths(order: MapOrder): Promise<readonly string[]> {
    return (await this.#open(order)).map.points.path;
  }

  /** The images most similar to one, by features. */
  async similar({ row, k, ...order }: MapSimilarOrder): Promise<ToolOutput<'mapSimilar'>> {
    const opened = await this.#open(order);
    const { map } = opened;
    const features = { data: await this.#featuresOf(opened), width: map.width };
    const found = similarRows(
      features,
      { data: features.data, at: row * map.width },
      { k, without: row },
    );
    return {
      items: found.flatMap(({ row: other, similarity: score }) => {
        const image = imageAt(map, other);
        return image === undefined ? [] : [{ ...image, score }];
      }),
    };
  }

  /** The images most similar to one of any file. */
  async like({ file, k, ...order }: MapLikeOrder): Promise<ToolOutput<'mapLike'>> {
    const opened = await this.#open(order);
    const { map } = opened;
    const model = await modelOfMap(await RunFolder.open(order.run), map);
    return findLike(model, { map, features: await this.#featuresOf(opened) }, { file, k });
  }

  #featuresOf(opened: Opened): Promise<Float32Array> {
    opened.features ??= readMapFeatures(opened.dir, opened.map);
    return opened.features;
  }

  async #open({ run, name }: MapOrder): Promise<Opened> {
    const dir = path.join(mapFolder(run), path.basename(name));
    // A map of the same name may have been made again.
    const changedMs = await mapChangedMs(dir);
    const known = this.#opened;
    if (known?.dir === dir && known.changedMs === changedMs) return known;
    this.#opened = { dir, changedMs, map: await readMap(dir), features: undefined };
    return this.#opened;
  }
}

type MapItem = ToolOutput<'mapImages'>['items'][number];

function imageAt({ points, folders }: ImageMap, row: number): MapItem | undefined {
  const file = points.path[row];
  if (file === undefined) return undefined;
  return {
    ...{ row, path: file, width: points.width[row]!, height: points.height[row]! },
    ...{ folder: folders[points.folder[row]!]!, cluster: points.cluster[row]! },
    ...{ outlier: points.outlier[row]!, nearest: points.nearest[row]! },
    similarity: points.similarity[row]!,
  };
}

/** Numbers as float32 in base64: JSON would be three times as long. */
function encoded(values: readonly number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}
