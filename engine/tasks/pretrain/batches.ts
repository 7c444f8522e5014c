/** Batches for pre-training: images from the data pipeline, masks from the recipe. */

import { type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import type { PretrainImages } from '../../data/loader.ts';
import type { TrainingLoader } from '../learner.ts';
import { loaderOptions } from '../shared/loader-options.ts';
import { recipeMask } from './masks.ts';
import type { PretrainBatch as TaskBatch } from './pretrain-learner.ts';

/** What is known of the images, as far as training needs it. */
export interface ImageIndex {
  readonly images: number;
  readonly fingerprint: string;
  /** Images that may not show what was meant, in words. */
  readonly doubts?: readonly string[];
}

/** Where batches of images come from. */
export interface ImageLoader {
  readonly stepsPerEpoch: number;
  next(): Promise<PretrainImages>;
  close(): Promise<void>;
}

/** What the data pipeline must know of a pre-training recipe. */
export function imageLoaderOptions(recipe: Recipe, startStep: number) {
  return {
    ...loaderOptions(recipe, startStep),
    teacher: {
      jitter: [
        recipe.jitter_brightness,
        recipe.jitter_contrast,
        recipe.jitter_saturation,
        recipe.jitter_hue,
      ] as [number, number, number, number],
      jitterProbability: recipe.jitter,
      grayProbability: recipe.gray,
      blurProbability: recipe.blur,
      blurRadius: [recipe.blur_min_radius, recipe.blur_max_radius] as [number, number],
      solarizeProbability: recipe.solarize,
    },
  };
}
export type ImageLoaderOptions = ReturnType<typeof imageLoaderOptions>;

/** Add each image's mask, a function of (seed, epoch, sample id), to the batches of `images`. */
export function pretrainLoader(images: ImageLoader, recipe: Recipe): TrainingLoader<TaskBatch> {
  const { patches } = recipeGeometry(recipe);
  return {
    stepsPerEpoch: images.stepsPerEpoch,
    async next() {
      const batch = await images.next();
      const { step, epoch, sampleIds, student, teacher, waitMs, replaced } = batch;
      const mask = new Uint8Array(sampleIds.length * patches);
      sampleIds.forEach((id, i) => {
        mask.set(recipeMask(recipe, epoch, id), i * patches);
      });
      return {
        step,
        epoch,
        images: sampleIds.length,
        waitMs,
        replaced,
        data: { student, teacher, mask },
        release: () => batch.release(),
      };
    },
    close: () => images.close(),
  };
}
