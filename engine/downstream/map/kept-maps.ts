/** The maps of images that a run keeps, and their files. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { nearest } from '../../contract/nearest.ts';
import {
  type ImageMap,
  type MapAbout,
  mapAboutSchema,
  mapSchema,
} from '../../contract/studio/map.ts';
import { readJsonFile } from '../../disk/json-file.ts';
import { MAP_ABOUT_FILE, mapFolder } from '../../runs/map-folder.ts';
import { folderNames } from '../../runs/run-folder.ts';

const MAP_FILE = 'map.json';

export interface KeptMap {
  readonly about: MapAbout;
  readonly dir: string;
}

/** Newest first. @throws StudioError `map-damaged` */
export async function listMaps(run: string): Promise<KeptMap[]> {
  const folder = mapFolder(run);
  const kept = await Promise.all(
    (await folderNames(folder)).map(async (name): Promise<KeptMap> => {
      const dir = path.join(folder, name);
      return { about: await readAbout(dir), dir };
    }),
  );
  return kept.sort((a, b) => b.about.builtAt.localeCompare(a.about.builtAt));
}

/** @param name by default the newest @throws StudioError `map-missing`, `map-damaged` */
export async function findMap(run: string, name?: string): Promise<KeptMap> {
  const kept = await listMaps(run);
  const found = name === undefined ? kept[0] : kept.find(({ about }) => about.name === name);
  if (found !== undefined) return found;
  if (kept.length === 0)
    throw new StudioError('map-missing', `${path.basename(run)} keeps no map of images.`, {
      advice: 'Make one: conmim insight map RUN DIR',
    });
  const names = kept.map(({ about }) => about.name);
  const near = nearest(name!, names);
  throw new StudioError('map-missing', `${path.basename(run)} keeps no map "${name}".`, {
    advice:
      near === undefined
        ? `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`
        : `Did you mean ${near}?`,
  });
}

/** When it was written; a map of the same name may be made again. @throws StudioError `map-damaged` */
export async function mapChangedMs(dir: string): Promise<number> {
  const file = path.join(dir, MAP_FILE);
  try {
    return (await stat(file)).mtimeMs;
  } catch (cause) {
    throw damagedMap(file, cause);
  }
}

/** @throws StudioError `map-damaged` */
export async function readMap(dir: string): Promise<ImageMap> {
  const file = path.join(dir, MAP_FILE);
  try {
    return mapSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw damagedMap(file, cause);
  }
}

/** [sampled, width] of unit length. @throws StudioError `map-damaged` */
export async function readMapFeatures(
  dir: string,
  { sampled, width }: Pick<MapAbout, 'sampled' | 'width'>,
): Promise<Float32Array> {
  const file = path.join(dir, 'features.f32');
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw damagedMap(file, cause);
  });
  if (bytes.length !== sampled * width * 4) throw damagedMap(file, undefined);
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return new Float32Array(copy);
}

/** Maps of earlier versions have no file of their own for it. */
async function readAbout(dir: string): Promise<MapAbout> {
  const about = await readJsonFile(path.join(dir, MAP_ABOUT_FILE), mapAboutSchema);
  return about ?? mapAboutSchema.parse(await readMap(dir));
}

function damagedMap(file: string, cause: unknown): StudioError {
  return new StudioError('map-damaged', `${file} is gone or cannot be understood.`, {
    advice: 'Make the map again: conmim insight map RUN DIR',
    details: { path: file },
    cause,
  });
}
