/**
 * Prepares the images of a set: those that are not yet in the folder, in new shards. Whole shards stay
 * when it is interrupted, and the next call continues behind them.
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { bytesText } from '../../contract/number-text.ts';
import { type Disk, namesIn, nodeDisk, onDisk } from '../../disk/disk.ts';
import { contentId, ID_BYTES, type IdentifiedImage, placeId } from '../prepared/entry-ids.ts';
import { type EntryLayout, entryBytes } from '../prepared/entry-layout.ts';
import { PreparedImages } from '../prepared/prepared-images.ts';
import {
  isUnfinished,
  RECORD_BYTES,
  ShardWriter,
  shardNumbers,
  shardPath,
} from '../prepared/shard-file.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import type { LeftOut } from '../sources/unreadable.ts';
import type { KnownFile } from '../views/network-input.ts';
import { layoutOf } from './prepare-picture.ts';
import { prepareAll } from './prepare-pool.ts';
import type { PreparedSettings } from './prepared-settings.ts';

/** A shard takes about half a minute: what is lost when the process is killed. */
const SHARD_BYTES = 256 << 20;

export type PreparedSample = IdentifiedImage & KnownFile;

/** What is left to be done. */
export interface PreparePlan {
  readonly waiting: readonly { readonly sample: PreparedSample; readonly layout: EntryLayout }[];
  /** images that are prepared already */
  readonly ready: number;
  /** images that are too large and stay as they are */
  readonly tooLarge: readonly string[];
  readonly neededBytes: number;
}

export interface PrepareOptions {
  readonly samples: LazyList<PreparedSample>;
  readonly settings: PreparedSettings;
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly shardBytes?: number;
  readonly disk?: Disk;
  readonly signal?: AbortSignal | undefined;
  /** called before anything is written */
  readonly onPlan?: (plan: PreparePlan) => void;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Prepared {
  /** images in the folder, equal ones once */
  readonly images: number;
  /** images that were prepared by this call */
  readonly written: number;
  readonly tooLarge: readonly string[];
  readonly unreadable: readonly LeftOut[];
}

/** What is to be prepared, and the space that it takes. */
export function planPreparation(
  samples: Iterable<PreparedSample>,
  settings: PreparedSettings,
  known: PreparedImages,
): PreparePlan {
  const waiting: PreparePlan['waiting'][number][] = [];
  const tooLarge: string[] = [];
  const seen = new Set<string>();
  let [ready, neededBytes] = [0, 0];
  for (const sample of samples) {
    const layout = layoutOf(sample, settings);
    const id = Buffer.from(contentId(sample) ?? placeId(sample)).toString('latin1');
    if (layout === undefined) tooLarge.push(sample.path);
    else if (seen.has(id) || known.find(sample) !== undefined) ready++;
    else {
      seen.add(id);
      waiting.push({ sample, layout });
      neededBytes += entryBytes(layout) + RECORD_BYTES;
    }
  }
  return { waiting, ready, tooLarge, neededBytes };
}

/** @throws StudioError `disk-full` before anything is written; AbortError when `signal` fires */
export async function prepareImages(options: PrepareOptions): Promise<Prepared> {
  const { samples, settings, folder, disk = nodeDisk, signal, onProgress } = options;
  await onDisk(folder, () => disk.makeFolder(folder));
  const known = await PreparedImages.open(folder);
  await removeRests(folder, known.damaged, disk);
  const plan = planPreparation(samples, settings, known);
  options.onPlan?.(plan);
  await requireRoom(folder, plan.neededBytes, disk);
  const unreadable: LeftOut[] = [];
  const total = samples.length - plan.tooLarge.length;
  let done = plan.ready;
  let written = 0;
  let shard: ShardWriter | undefined;
  let number = (shardNumbers(await namesIn(folder)).at(-1) ?? -1) + 1;
  const items = plan.waiting.map(({ sample, layout }) => ({
    sample,
    layout,
    file: fileOf(sample),
  }));
  try {
    const threads = Math.min(options.threads ?? availableParallelism(), Math.max(1, items.length));
    await prepareAll(items, { reading: settings, threads, signal }, async (item, reply) => {
      const { sample, layout } = item;
      if ('reason' in reply) unreadable.push({ path: sample.path, reason: reply.reason });
      else {
        shard ??= await ShardWriter.create(disk, shardPath(folder, number++));
        await shard.add({ ...idsOf(sample), ...layout }, reply.bytes);
        written++;
        if (shard.bytes >= (options.shardBytes ?? SHARD_BYTES)) {
          const full = shard;
          shard = undefined;
          await full.finish();
        }
      }
      onProgress?.({ done: ++done, total });
    });
  } catch (error) {
    // What is done stays where it was only interrupted.
    if (signal?.aborted) await shard?.finish().catch(() => undefined);
    else await shard?.abandon();
    throw error;
  }
  await shard?.finish();
  return { images: known.count + written, written, tooLarge: plan.tooLarge, unreadable };
}

function idsOf(sample: PreparedSample) {
  return {
    contentId: contentId(sample) ?? new Uint8Array(ID_BYTES),
    placeId: placeId(sample),
    imageWidth: sample.width,
    imageHeight: sample.height,
  };
}

function fileOf({ path: file, width, height, stored }: PreparedSample): KnownFile {
  return { path: file, width, height, stored };
}

/** Shards that were not finished, and damaged ones. */
async function removeRests(folder: string, damaged: readonly string[], disk: Disk): Promise<void> {
  const rests = (await namesIn(folder)).filter(isUnfinished);
  for (const name of [...rests, ...damaged]) await disk.remove(path.join(folder, name));
}

async function requireRoom(folder: string, neededBytes: number, disk: Disk): Promise<void> {
  const freeBytes = (await disk.room(folder))?.bytes;
  if (freeBytes === undefined || freeBytes >= neededBytes) return;
  throw new StudioError(
    'disk-full',
    `Prepared images take ${bytesText(neededBytes)}, and ${bytesText(freeBytes)} are free in ${folder}.`,
    {
      advice: 'Make room, or name a folder on another disk with --out.',
      details: { path: folder, neededBytes, freeBytes },
    },
  );
}
