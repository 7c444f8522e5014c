import { expect, it } from 'vitest';
import { parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import type { RenderedBatch } from '../../data/loader/batch-loader.ts';
import { classifierBatches, labelledPlan } from './labelled-batches.ts';
import { drawMix, mixImages } from './mixup.ts';

const SIDE = 8;
const B = 4;
const recipe = parseFinetuneRecipe({
  image_size: SIDE,
  patch_size: 4,
  embed_dim: 12,
  depth: 2,
  heads: 2,
  batch_size: B,
  mixup: 0.8,
  cutmix: 0,
  mixup_prob: 1,
  drop_path: 0.1,
  rand_augment: false,
  color_jitter: 0.3,
  seed: 4,
});
const samples = [2, 0, 1, 1, 0].map((label, i) => ({ path: String(i), label }));
const images = () => Float32Array.from({ length: B * 3 * SIDE * SIDE }, (_, i) => Math.sin(i));
const rendered: RenderedBatch = {
  step: 6,
  epoch: 1,
  sampleIds: Uint32Array.of(0, 1, 2, 3),
  shownIds: Uint32Array.of(0, 1, 4, 3),
  views: [images()],
  waitMs: 0,
  replaced: [],
  damaged: [],
};

it('takes labels of what is shown, and mixes as the step draws it', () => {
  const batchOf = classifierBatches(recipe, samples, (shown, share) => ({
    labels: shown.map(({ label }) => label),
    targets: Float32Array.of(share),
  }));
  const { labels, targets, keep, images: mixed } = batchOf(rendered);
  expect(labels).toEqual([2, 0, 0, 1]);
  const mix = drawMix(recipe.seed, 6, [SIDE, SIDE], {
    mixup: 0.8,
    cutmix: 0,
    probability: 1,
    switchProbability: recipe.mixup_switch_prob,
  });
  const expected = images();
  mixImages(expected, B, [SIDE, SIDE], mix);
  expect(mixed).toEqual(expected);
  expect(mixed).not.toEqual(images());
  expect([...targets]).toEqual([Math.fround(mix.share)]);
  expect(keep).toHaveLength(2 * 2 * B);
});

it('draws either RandAugment or jitter', () => {
  expect(labelledPlan(recipe)).toMatchObject({ colorJitter: 0.3, randAugment: undefined });
  const { randAugment } = labelledPlan({ ...recipe, rand_augment: true });
  expect(randAugment).toMatchObject({ magnitude: recipe.rand_magnitude, increasing: true });
});
