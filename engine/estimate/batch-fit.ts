/** How many images at once a device's memory holds, worked out from the step's own graph. */

import { imagesPerPass, smallerPasses } from '../contract/micro-batch.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { Estimate } from '../contract/studio/api.ts';
import type { MemoryNeed } from '../executors/executor.ts';
import type { Module } from '../ir/types.ts';
import { pretrainModule } from '../tasks/pretrain/pretrain-learner.ts';

export interface BatchFit {
  /** The largest power of two that fits; 0 where not even one image does. */
  readonly images: number;
  /** What a step of so many takes, bytes. */
  readonly memoryBytes: number;
  /** What there is for it, bytes. */
  readonly roomBytes: number;
  /** Whether the recipe's own number of images at once does. */
  readonly fits: boolean;
  /** Where it does not: settings with which the recipe's batch does; undefined where none help. */
  readonly remedy?: MemorySettings;
}

export type MemorySettings = Partial<Pick<Recipe, 'recompute' | 'micro_batch'>>;

export interface FitOrder {
  readonly recipe: Recipe;
  /** What steps of the recipe took, where that was seen; else it is worked out. */
  readonly measuredBytes?: number | undefined;
  /** Of the machine, or of the card. */
  readonly freeBytes: number;
  /** What an entry of a module takes on the device, in the recipe's precision. */
  plan(module: Module, entry: string): MemoryNeed;
  /** Images that there are. */
  readonly most?: number;
}

/** Of the memory that is free, what may be counted on. */
const SHARE = 0.85;
/** Larger batches are not known to help. */
const MOST_IMAGES = 4096;

export function fitBatch(order: FitOrder): BatchFit {
  const { recipe, freeBytes, plan, most = MOST_IMAGES } = order;
  const own = imagesPerPass(recipe);
  const roomBytes = SHARE * freeBytes;
  const planned = plannedMemory(recipe, plan);
  const taken = takenMemory(order.measuredBytes, planned(own));
  const memoryOf = (images: number) => taken(planned(images));
  let images = MOST_IMAGES;
  while (images > most) images /= 2;
  while (images >= 1 && memoryOf(images) > roomBytes) images = Math.floor(images / 2);
  const fits = memoryOf(own) <= roomBytes;
  const remedy = fits ? undefined : remedyFor(recipe, plan, (bytes) => taken(bytes) <= roomBytes);
  return {
    images,
    memoryBytes: Math.round(memoryOf(Math.max(1, images))),
    roomBytes: Math.round(roomBytes),
    fits,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/**
 * Computing activations again changes nothing of what is learnt, so it comes first; passes, which
 * normalisation sees apart, only where that is not enough.
 */
function remedyFor(
  recipe: Recipe,
  plan: FitOrder['plan'],
  fits: (plannedBytes: number) => boolean,
): MemorySettings | undefined {
  const again = plannedMemory({ ...recipe, recompute: true }, plan);
  const recompute = recipe.recompute ? {} : { recompute: true };
  if (!recipe.recompute && fits(again(imagesPerPass(recipe)))) return recompute;
  const pass = smallerPasses(recipe).find((images) => fits(again(images)));
  return pass === undefined ? undefined : { ...recompute, micro_batch: pass };
}

/** Of a process without any network, bytes. */
const PROCESS_BYTES = 4e8;

/** From what is planned to what is taken: allocators round up, most by a share of what they give. */
function takenMemory(
  measuredBytes: number | undefined,
  plannedBytes: number,
): (plannedBytes: number) => number {
  if (measuredBytes === undefined) return (bytes) => bytes;
  const ratio = Math.max(1, (measuredBytes - PROCESS_BYTES) / plannedBytes);
  return (bytes) => PROCESS_BYTES + ratio * bytes;
}

/** Of so many images at once, bytes: activations are in proportion to them. */
function plannedMemory(recipe: Recipe, plan: FitOrder['plan']): (images: number) => number {
  const [few, more] = [8, 16].map((images) => stepBytes(recipe, images, plan));
  const slope = (more! - few!) / 8;
  return (images) => few! + slope * (images - 8);
}

/** Of a program and one run of its largest graph. */
function stepBytes(recipe: Recipe, images: number, plan: FitOrder['plan']): number {
  const module = pretrainModule({ ...recipe, batch_size: images, micro_batch: null });
  const { stateBytes, entryBytes } = plan(module, 'gradients');
  return stateBytes + entryBytes;
}

export type RoomWords = Pick<Estimate, 'fit' | 'remedy' | 'warnings'>;

/**
 * What it means for the recipe, for people: how much fits, or what to change, or that nothing helps.
 *
 * @param where the memory is: `in this machine`, `on RTX 4090`
 */
export function roomWords(fit: BatchFit, recipe: Recipe, where: string): RoomWords {
  const { images, memoryBytes, fits, remedy } = fit;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const room = `${gigabytes(fit.roomBytes)} usable ${where}`;
  if (fits) {
    const text = `The largest micro-batch that fits is ${images}: about ${gigabytes(memoryBytes)} of the ${room}.`;
    return { fit: { images, memoryBytes, text }, warnings: [] };
  }
  const trouble = `A micro-batch of ${imagesPerPass(recipe)} does not fit into the ${room}`;
  if (remedy === undefined) return { warnings: [`${trouble}: take a smaller recipe.`] };
  const settings = Object.entries(remedy).map(([key, value]) => [key, String(value)]);
  const text = `${trouble}: ${remedyText(remedy)}.`;
  return { remedy: { settings: Object.fromEntries(settings), text }, warnings: [] };
}

function remedyText({ recompute, micro_batch }: MemorySettings): string {
  const steps = [
    recompute ? 'set recompute, which takes about a quarter more time' : [],
    micro_batch
      ? `set micro_batch to ${micro_batch}, with which normalisation sees only so many at a time`
      : [],
  ];
  return steps.flat().join(', and ');
}
