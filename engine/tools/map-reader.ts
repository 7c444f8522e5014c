/** Maps of images for pages: the newest one asked for stays in memory. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { type ImageMap, type MapAbout, mapAboutSchema, mapSchema } from '../contract/studio/map.ts';
import type {
  MapImagesOrder,
  MapOrder,
  MapPathsOrder,
  MapSimilarOrder,
  ToolOutput,
} from '../contract/tools.ts';
import { readJsonFile } from '../disk/json-file.ts';
import { dot } from '../features/dot.ts';
import { MAP_ABOUT_FILE, mapFolder } from '../runs/map-folder.ts';
import { folderNames } from '../runs/run-folder.ts';

const MAP_FILE = 'map.json';

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
    const folder = mapFolder(run);
    const items = await Promise.all(
      (await folderNames(folder)).map((name) => readAbout(path.join(folder, name))),
    );
    return { items: items.sort((a, b) => b.builtAt.localeCompare(a.builtAt)) };
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
    const { map, dir } = opened;
    opened.features ??= readFeatures(dir, map);
    const features = await opened.features;
    const { width, sampled } = map;
    const scores = Float32Array.from({ length: sampled }, (_, other) =>
      dot(features, row * width, features, other * width, width),
    );
    const nearest = Uint32Array.from(scores.keys()).filter((other) => other !== row);
    nearest.sort((a, b) => scores[b]! - scores[a]! || a - b);
    return {
      items: [...nearest.subarray(0, k)].flatMap((other) => {
        const image = imageAt(map, other);
        return image === undefined ? [] : [{ ...image, score: scores[other]! }];
      }),
    };
  }

  async #open({ run, name }: MapOrder): Promise<Opened> {
    const dir = path.join(mapFolder(run), path.basename(name));
    // A map of the same name may have been made again.
    const changedMs = await changeOf(path.join(dir, MAP_FILE));
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

/** Maps of earlier versions have no file of their own for it. */
async function readAbout(dir: string): Promise<MapAbout> {
  const about = await readJsonFile(path.join(dir, MAP_ABOUT_FILE), mapAboutSchema);
  return about ?? mapAboutSchema.parse(await readMap(dir));
}

async function changeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (cause) {
    throw damagedMap(file, cause);
  }
}

async function readMap(dir: string): Promise<ImageMap> {
  const file = path.join(dir, MAP_FILE);
  try {
    return mapSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw damagedMap(file, cause);
  }
}

async function readFeatures(dir: string, { sampled, width }: ImageMap): Promise<Float32Array> {
  const file = path.join(dir, 'features.f32');
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw damagedMap(file, cause);
  });
  if (bytes.length !== sampled * width * 4) throw damagedMap(file, undefined);
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return new Float32Array(copy);
}

function damagedMap(file: string, cause: unknown): StudioError {
  return new StudioError('map-damaged', `${file} is gone or cannot be understood.`, {
    advice: 'Make the map again: conmim insight map RUN DIR',
    details: { path: file },
    cause,
  });
}
