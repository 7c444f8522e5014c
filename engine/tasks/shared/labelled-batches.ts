/** Batches of fine-tuning: a view of each image, mixing, targets and stochastic depth from the recipe. */
import { defined } from '../../contract/defined.ts';
import type { HeadRecipe } from '../../contract/finetune-recipe.ts';
import type { RenderedBatch } from '../../data/loader/batch-loader.ts';
import type { RankShare } from '../../data/loader/rank-share.ts';
import type { LabelledPlan } from '../../data/views/render-plan.ts';
import type { ClassifierBatch } from './classifier-learner.ts';
import { keepOfSteps } from './drop-path.ts';
import type { LabelledImage, LabelledImages } from './labelled-images.ts';
import { cropPlan } from './loader-settings.ts';
import { drawMix, mixImages } from './mixup.ts';

/** How the view of an image is drawn. */
export function labelledPlan(recipe: HeadRecipe): LabelledPlan {
  const randAugment = {
    magnitude: recipe.rand_magnitude,
    std: recipe.rand_std,
    layers: recipe.rand_layers,
    increasing: true,
  };
  return {
    kind: 'labelled',
    ...cropPlan(recipe),
    colorJitter: recipe.color_jitter,
    randAugment: recipe.rand_augment ? randAugment : undefined,
    randomErasing: { probability: recipe.erase },
  };
}

/** @param shown images of the batch, [B] @param share that remains of an image's own label */
export type BatchTargets = (
  shown: readonly LabelledImage[],
  share: number,
) => Pick<ClassifierBatch, 'targets' | 'labels'>;

/** Whether images are mixed in pairs, the first of a batch with the last. */
export function mixesPairs({ mixup, cutmix, mixup_prob: probability }: HeadRecipe): boolean {
  return probability > 0 && (mixup > 0 || cutmix > 0);
}

/**
 * Mix, and draw what the step needs, as functions of (seed, step).
 *
 * @param share of a rank in each batch, paired where images are mixed; left out, all of it
 */
export function classifierBatches(
  recipe: HeadRecipe,
  samples: LabelledImages['samples'],
  targetsOf: BatchTargets,
  share?: RankShare,
): (rendered: RenderedBatch) => ClassifierBatch {
  const { seed } = recipe;
  const B = recipe.batch_size / (share?.size ?? 1);
  const { imageSize } = cropPlan(recipe);
  const keepAt = keepOfSteps(recipe, share);
  const mixing = {
    mixup: recipe.mixup,
    cutmix: recipe.cutmix,
    probability: recipe.mixup_prob,
    switchProbability: recipe.mixup_switch_prob,
  };
  return ({ step, shownIds, views }) => {
    const images = views[0]!;
    const mix = drawMix(seed, step, imageSize, mixing);
    mixImages(images, B, imageSize, mix);
    const shown = Array.from(shownIds, (id) => samples.at(id)!);
    return { images, ...targetsOf(shown, mix.share), ...defined({ keep: keepAt(step) }) };
  };
}
