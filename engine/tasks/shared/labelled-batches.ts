/** Batches for fine-tuning: images from the data pipeline, mixing, targets and stochastic depth from the recipe. */
import type { FinetuneRecipe, HeadRecipe } from '../../contract/finetune-recipe.ts';
import { imageSides } from '../../contract/recipe.ts';
import type { TrainingLoader } from '../learner.ts';
import type { ClassifierBatch } from './classifier-learner.ts';
import { drawKeep, keepProbabilities } from './drop-path.ts';
import { loaderOptions } from './loader-options.ts';
import { drawMix, mixImages } from './mixup.ts';

/** A batch of labelled images as the data pipeline gives it. */
export interface LabelledBatch {
  /** over the whole run, from 0 */
  readonly step: number;
  readonly epoch: number;
  /** [B] */
  readonly labels: Int32Array;
  /** [B, 3, H, W], normalised; may be changed until `release` */
  readonly images: Float32Array;
  readonly waitMs: number;
  readonly replaced: readonly { path: string; reason: string; substitute: string }[];
  release(): void;
}

export interface LabelledLoader {
  readonly stepsPerEpoch: number;
  next(): Promise<LabelledBatch>;
  close(): Promise<void>;
}

/** What the data pipeline must know of a fine-tuning recipe. */
export function labelledLoaderOptions(
  recipe: HeadRecipe,
  sampling: FinetuneRecipe['sampling'],
  startStep: number,
) {
  const jitter = recipe.color_jitter;
  return {
    ...loaderOptions(recipe, startStep),
    colorJitter: recipe.rand_augment ? 0 : jitter,
    ...(recipe.rand_augment
      ? {
          randAugment: {
            magnitude: recipe.rand_magnitude,
            std: recipe.rand_std,
            layers: recipe.rand_layers,
            increasing: true,
          },
        }
      : {}),
    randomErasing: { probability: recipe.erase },
    sampling,
  };
}
export type LabelledLoaderOptions = ReturnType<typeof labelledLoaderOptions>;

/** @param labels [B], numbers as the images have them @param share that remains of an image's own label */
export type BatchTargets = (
  labels: Int32Array,
  share: number,
) => Pick<ClassifierBatch, 'targets' | 'labels'>;

/** Mix, and draw what the step needs, as functions of (seed, step). */
export function finetuneLoader(
  images: LabelledLoader,
  recipe: HeadRecipe,
  targetsOf: BatchTargets,
): TrainingLoader<ClassifierBatch> {
  const size = imageSides(recipe);
  const { seed, batch_size: B } = recipe;
  const probabilities = keepProbabilities(recipe.depth, recipe.drop_path);
  const mixing = {
    mixup: recipe.mixup,
    cutmix: recipe.cutmix,
    probability: recipe.mixup_prob,
    switchProbability: recipe.mixup_switch_prob,
  };
  return {
    stepsPerEpoch: images.stepsPerEpoch,
    async next() {
      const batch = await images.next();
      const { step, epoch, labels, waitMs, replaced } = batch;
      const mix = drawMix(seed, step, size, mixing);
      mixImages(batch.images, B, size, mix);
      return {
        step,
        epoch,
        images: B,
        waitMs,
        replaced,
        data: {
          images: batch.images,
          ...targetsOf(labels, mix.share),
          ...(recipe.drop_path > 0 ? { keep: drawKeep(seed, step, probabilities, B) } : {}),
        },
        release: () => batch.release(),
      };
    },
    close: () => images.close(),
  };
}
