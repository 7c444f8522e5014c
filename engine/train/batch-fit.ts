/** How many images at once a device's memory holds, worked out from the step's own graph. */
import { pretrainModule } from '../conmim/pretrain-task.ts';
import { imagesPerPass } from '../contract/micro-batch.ts';
import type { Recipe } from '../contract/recipe.ts';
import { prepareGraph } from '../executors/onnxruntime/lower-graph.ts';
import { bytesOf, planMemory } from '../passes/memory-plan.ts';

export interface BatchFit {
  /** The largest power of two that fits; 0 where not even one image does. */
  readonly images: number;
  /** What a step of so many takes, bytes. */
  readonly memoryBytes: number;
  /** What there is for it, bytes. */
  readonly roomBytes: number;
  /** Whether the recipe's own number of images at once does. */
  readonly fits: boolean;
}

/** Of the memory that is free, what may be counted on. */
const SHARE = 0.85;
/** Larger batches are not known to help. */
const MOST_IMAGES = 4096;

/**
 * @param measuredBytes what steps of the recipe took, where that was seen; else it is worked out
 * @param freeBytes of the machine, or of the card
 * @param onCard state then lies there, and its next values beside it
 */
export function fitBatch(order: {
  readonly recipe: Recipe;
  readonly measuredBytes?: number | undefined;
  readonly freeBytes: number;
  readonly onCard: boolean;
  /** images that there are */
  readonly most?: number;
}): BatchFit {
  const { recipe, freeBytes, onCard, most = MOST_IMAGES } = order;
  const own = imagesPerPass(recipe);
  const [few, more] = [8, 16].map((images) => stepBytes(recipe, images, onCard));
  const slope = (more! - few!) / 8;
  // Activations are in proportion to the images; what is measured besides is there for any number.
  const base = (order.measuredBytes ?? few! + slope * (own - 8)) - slope * own;
  const memoryOf = (images: number) => base + slope * images;
  const roomBytes = SHARE * freeBytes;
  let images = MOST_IMAGES;
  while (images > most) images /= 2;
  while (images >= 1 && memoryOf(images) > roomBytes) images = Math.floor(images / 2);
  return {
    images,
    memoryBytes: Math.round(memoryOf(Math.max(1, images))),
    roomBytes: Math.round(roomBytes),
    fits: memoryOf(own) <= roomBytes,
  };
}

/** Of a program and one run of its largest graph. */
function stepBytes(recipe: Recipe, images: number, onCard: boolean): number {
  const module = pretrainModule({ ...recipe, batch_size: images, micro_batch: null });
  const { precision } = recipe;
  const graph = prepareGraph(module.entries['gradients']!, undefined, precision);
  const { givenBytes, workBytes, outputBytes } = planMemory(graph, !onCard);
  const state = [...module.state.values()].reduce((sum, type) => sum + bytesOf(type), 0);
  return state + givenBytes + workBytes + outputBytes;
}

/** What it means for the recipe, for people. */
export function fitText(fit: BatchFit, recipe: Recipe, where: string): string {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const room = `${gigabytes(fit.roomBytes)} that can be counted on ${where}`;
  if (fit.fits)
    return `Up to ${fit.images} images fit at once: about ${gigabytes(fit.memoryBytes)} of the ${room}.`;
  const own = imagesPerPass(recipe);
  const again = recipe.recompute ? '' : 'set recompute, or ';
  const smaller =
    fit.images === 0
      ? 'take a smaller recipe'
      : `set micro_batch to ${largestDivisor(recipe.batch_size, fit.images)}, which keeps the batch size`;
  return `${own} images at once do not fit into the ${room}: ${again}${smaller}.`;
}

function largestDivisor(count: number, most: number): number {
  for (let n = Math.min(count, most); n > 1; n--) if (count % n === 0) return n;
  return 1;
}
