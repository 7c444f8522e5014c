/**
 * The prepared images of a workspace: a folder for each set and settings, with a manifest that says
 * what it holds and where its shards lie.
 */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { statedRangeSchema } from '../../contract/settings/stated-range-schema.ts';
import { namesIn, nodeDisk, onDisk } from '../../disk/disk.ts';
import { readJsonFile, writeJsonFile } from '../../disk/json-file.ts';
import { PREPARED_VERSION, type PreparedSettings, preparedName } from './prepared-settings.ts';
import { keptSide } from './prepared-size.ts';

const range = z.tuple([z.number(), z.number()]).readonly();

const manifestSchema = z.looseObject({
  format: z.literal(PREPARED_VERSION),
  /** of the images, absolute */
  folders: z.array(z.string()),
  /** of the images when they were prepared */
  fingerprint: z.string(),
  images: z.int(),
  settings: z.looseObject({
    imageSize: z.tuple([z.int(), z.int()]),
    minArea: z.number(),
    maxArea: z.number(),
    channels: z.int(),
    valueRange: z.union([z.literal('type'), statedRangeSchema, z.array(range)]),
  }),
  /** where the shards lie */
  shards: z.string(),
  createdAt: z.iso.datetime(),
});
type Manifest = z.infer<typeof manifestSchema>;

/** Prepared images as lists show them. */
export interface PreparedSet extends Manifest {
  readonly name: string;
  readonly bytes: number;
}

const MANIFEST = 'prepared.json';

function storeOf(workspace: string): string {
  return path.resolve(workspace, 'prepared');
}

/** Images and settings that are prepared, and where their shards shall lie. */
export interface PreparedOrder {
  readonly workspace: string;
  readonly folders: readonly string[];
  readonly settings: PreparedSettings;
  /** a folder outside the workspace */
  readonly out?: string | undefined;
}

/** Where the shards lie, or shall lie where nothing is prepared yet. */
export async function shardsFolder(order: PreparedOrder): Promise<string> {
  const { workspace, folders, settings, out } = order;
  const name = preparedName(folders, settings);
  if (out !== undefined) return path.resolve(out, name);
  const known = await readManifest(workspace, name);
  return known?.shards ?? path.join(storeOf(workspace), name);
}

/** Note that images are prepared, wholly or in part. */
export function recordPrepared(
  { workspace, folders, settings }: PreparedOrder,
  prepared: Pick<Manifest, 'shards' | 'images' | 'fingerprint' | 'createdAt'>,
): Promise<void> {
  const { imageSize, crop, channels, valueRange } = settings;
  const file = path.join(storeOf(workspace), preparedName(folders, settings), MANIFEST);
  return writeJsonFile(file, {
    format: PREPARED_VERSION,
    folders,
    settings: { imageSize, minArea: crop.minArea, maxArea: crop.maxArea, channels, valueRange },
    ...prepared,
  } satisfies Record<keyof Manifest, unknown>);
}

/** Where the shards of these images lie; undefined where they are not prepared. */
export async function findPrepared(order: Omit<PreparedOrder, 'out'>): Promise<string | undefined> {
  const { workspace, folders, settings } = order;
  return (await readManifest(workspace, preparedName(folders, settings)))?.shards;
}

/** What is prepared of some of these folders' images for views of other trainings. */
export interface PreparedElsewhere {
  /** Where the shards lie that suffice for these views; undefined where none do. */
  readonly shards?: string;
  /** Why none do, completing "they …"; of the set with the most pixels. */
  readonly misfit?: { readonly folders: readonly string[]; readonly reason: string };
}

/**
 * Prepared images that have at least as many pixels as these views need, and the same channels and
 * values; of several, those with the fewest.
 */
export async function findPreparedFor({
  workspace,
  folders,
  settings,
}: Omit<PreparedOrder, 'out'>): Promise<PreparedElsewhere> {
  const found: Manifest[] = [];
  for (const name of await namesIn(storeOf(workspace))) {
    const manifest = await readManifest(workspace, name);
    if (manifest?.folders.some((one) => folders.some((other) => overlap(one, other))))
      found.push(manifest);
  }
  const sideOf = ({ settings: { imageSize, minArea, maxArea } }: Manifest) =>
    keptSide({ imageSize, crop: { minArea, maxArea } });
  const bySize = found.sort((a, b) => sideOf(a) - sideOf(b));
  const alike = bySize.filter((set) => isReadAs(set, settings));
  const needed = keptSide(settings);
  const enough = alike.find((set) => sideOf(set) >= needed * (1 - ROUNDING));
  if (enough !== undefined) return { shards: enough.shards };
  const largest = alike.at(-1) ?? bySize.at(-1);
  if (largest === undefined) return {};
  const reason = isReadAs(largest, settings)
    ? `keep about ${Math.round(sideOf(largest))} pixels a side, and the views of this training need ${Math.round(needed)}`
    : 'are prepared for other channels or ranges of values';
  return { misfit: { folders: largest.folders, reason } };
}

const ROUNDING = 1e-9;

function isReadAs({ settings }: Manifest, { channels, valueRange }: PreparedSettings): boolean {
  return settings.channels === channels && isDeepStrictEqual(settings.valueRange, valueRange);
}

/** Whether one of two folders is the other, or lies in it. */
function overlap(a: string, b: string): boolean {
  const [one, other] = [a, b].map((folder) => path.resolve(folder) + path.sep) as [string, string];
  return one.startsWith(other) || other.startsWith(one);
}

export async function listPrepared(workspace: string): Promise<PreparedSet[]> {
  const sets: PreparedSet[] = [];
  for (const name of await namesIn(storeOf(workspace))) {
    const manifest = await readManifest(workspace, name);
    if (manifest === undefined) continue;
    sets.push({ ...manifest, name, bytes: await bytesIn(manifest.shards) });
  }
  return sets;
}

/** @throws StudioError `prepared-not-found`, and those of the disk */
export async function removePrepared(workspace: string, name: string): Promise<PreparedSet> {
  const found = (await listPrepared(workspace)).find((set) => set.name === name);
  if (found === undefined)
    throw new StudioError('prepared-not-found', `No prepared images are named "${name}".`, {
      advice: 'See: conmim prepared',
    });
  await onDisk(found.shards, async () => {
    // The shards' folder has the name of the set, and holds nothing else.
    if (path.basename(found.shards) === name) await nodeDisk.remove(found.shards);
    await nodeDisk.remove(path.join(storeOf(workspace), name));
  });
  return found;
}

function readManifest(workspace: string, name: string): Promise<Manifest | undefined> {
  return readJsonFile(path.join(storeOf(workspace), name, MANIFEST), manifestSchema);
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(folder)) bytes += (await stat(path.join(folder, name))).size;
  return bytes;
}
