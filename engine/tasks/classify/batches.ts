/** Batches for fine-tuning: images from the data pipeline, mixing, targets and stochastic depth from the recipe. */
import type { FinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { imageSides } from '../../contract/recipe.ts';
import type { TrainingLoader } from '../learner.ts';
import { drawKeep, keepProbabilities } from '../shared/drop-path.ts';
import { loaderOptions } from '../shared/loader-options.ts';
import type { ClassifierBatch } from './classifier-learner.ts';
import { drawMix, mixImages, softTargets } from './mixup.ts';

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
export function labelledLoaderOptions(recipe: FinetuneRecipe, startStep: number) {
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
    sampling: recipe.sampling,
  };
}
export type LabelledLoaderOptions = ReturnType<typeof labelledLoaderOptions>;

/** Mix, and draw what the step needs, as functions of (seed, step). */
export function finetuneLoader(
  images: LabelledLoader,
  recipe: FinetuneRecipe,
  classes: number,
): TrainingLoader<ClassifierBatch> {
  const size = imageSides(recipe);
  const { seed, batch_size: B, smoothing } = recipe;
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
          targets: softTargets(labels, classes, smoothing, mix.share),
          labels,
          ...(recipe.drop_path > 0 ? { keep: drawKeep(seed, step, probabilities, B) } : {}),
        },
        release: () => batch.release(),
      };
    },
    close: () => images.close(),
  };
}
