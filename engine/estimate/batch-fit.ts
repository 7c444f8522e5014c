/** The number of images per pass that fits into a device's memory, by the step's graph. */

import { imagesPerPass, smallerPasses } from '../contract/micro-batch.ts';
import { bytesText } from '../contract/number-text.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { Estimate } from '../contract/studio/estimate.ts';
import type { MemoryNeed } from '../executors/executor.ts';
import type { Module } from '../ir/types.ts';
import { pretrainModule } from '../tasks/pretrain/pretrain-learner.ts';

export interface BatchFit {
  /** The largest power of two that fits; 0 if not even one image fits. */
  readonly images: number;
  /** Memory of a step with so many images, bytes. */
  readonly memoryBytes: number;
  /** Available memory, bytes. */
  readonly roomBytes: number;
  /** Whether the recipe's own pass fits. */
  readonly fits: boolean;
  /** If not: settings with which the recipe's batch fits; undefined if none help. */
  readonly remedy?: MemorySettings;
}

export type MemorySettings = Partial<Pick<Recipe, 'recompute' | 'micro_batch'>>;

export interface FitOrder {
  readonly recipe: Recipe;
  /** Measured memory of the recipe's steps; computed if undefined. */
  readonly measuredBytes?: number | undefined;
  readonly freeBytes: number;
  /** Memory of a module's entry on the device, in the recipe's precision. */
  plan(module: Module, entry: string): MemoryNeed;
  /** Number of images in the set. */
  readonly most?: number;
}

/** Share of the free memory that may be used. */
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
 * Gradient checkpointing does not change what is learnt, so it is tried first; passes, which batch
 * norm sees separately, follow only if needed.
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

/** Memory of a process without a network, bytes. */
const PROCESS_BYTES = 4e8;

/** Convert planned to allocated bytes, by the ratio of a measured step: allocators round up. */
function takenMemory(
  measuredBytes: number | undefined,
  plannedBytes: number,
): (plannedBytes: number) => number {
  if (measuredBytes === undefined) return (bytes) => bytes;
  const ratio = Math.max(1, (measuredBytes - PROCESS_BYTES) / plannedBytes);
  return (bytes) => PROCESS_BYTES + ratio * bytes;
}

/** Planned bytes by number of images; activations are proportional to it. */
function plannedMemory(recipe: Recipe, plan: FitOrder['plan']): (images: number) => number {
  const [few, more] = [8, 16].map((images) => stepBytes(recipe, images, plan));
  const slope = (more! - few!) / 8;
  return (images) => few! + slope * (images - 8);
}

/** Bytes of a program and one run of its largest graph. */
function stepBytes(recipe: Recipe, images: number, plan: FitOrder['plan']): number {
  const module = pretrainModule({ ...recipe, batch_size: images, micro_batch: null });
  const { stateBytes, entryBytes } = plan(module, 'gradients');
  return stateBytes + entryBytes;
}

export type FitTexts = Pick<Estimate, 'fit' | 'remedy' | 'warnings'>;

/**
 * A sentence for users: how many images fit, what to change, or that nothing helps.
 * @param where the location of the memory: `in this machine`, `on RTX 4090`
 */
export function fitTexts(fit: BatchFit, recipe: Recipe, where: string): FitTexts {
  const { images, memoryBytes, fits, remedy } = fit;
  const room = `${bytesText(fit.roomBytes)} usable ${where}`;
  if (fits) {
    const text = `The largest micro-batch that fits is ${images}: about ${bytesText(memoryBytes)} of the ${room}.`;
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
