import { expect, it } from 'vitest';
import { isAboveChance } from './learning.ts';

const finetune = { kind: 'finetune', recipe: { batch_size: 16 } } as const;
const pretrain = {
  kind: 'pretrain',
  recipe: {
    batch_size: 32,
    image_size: 32,
    patch_size: 4,
    mask_type: 'random_mps32',
    mask_ratio: 0.75,
  },
} as const;
const evaluated = (...found: (readonly [value: number, n?: number])[]) => ({
  score: 'top1',
  evaluations: found.map(([value, n], step) => ({
    step,
    best: false,
    primary: { name: 'top1', better: 'higher' as const },
    values: { top1: value },
    ...(n === undefined ? {} : { n }),
  })),
});

it('a fine-tuning is judged by its evaluations, not by the batch of its last step', () => {
  const last = { score: 0.3, chance: 0.25 };
  expect(isAboveChance(finetune, evaluated([0.25, 200], [0.5, 200]), last)).toBe(true);
  expect(isAboveChance(finetune, evaluated([0.27, 200]), { score: 0.9, chance: 0.25 })).toBe(false);
  expect(isAboveChance(finetune, evaluated([0.5, 6]), last), 'few images prove little').toBe(false);
});

it('without an evaluation the step decides, over its images or masked patches', () => {
  expect(isAboveChance(finetune, evaluated(), { score: 0.3, chance: 0.25 })).toBe(false);
  expect(isAboveChance(finetune, evaluated([0.5]), { score: 0.9, chance: 0.25 })).toBe(true);
  const match = { score: 'tokenMatch', evaluations: [] };
  expect(isAboveChance(pretrain, match, { score: 0.016, chance: 1 / 64 })).toBe(false);
  expect(isAboveChance(pretrain, undefined, { score: 0.06, chance: 1 / 64 })).toBe(true);
  const block = {
    ...pretrain,
    recipe: { ...pretrain.recipe, mask_type: 'block', mask_patches: 1 },
  };
  expect(isAboveChance(block, match, { score: 0.05, chance: 1 / 64 })).toBe(false);
});

it('nothing is said of scores that are no share of outcomes', () => {
  const labels = { ...finetune, task: 'multilabel' };
  const f1 = { score: 'macroF1', evaluations: [] };
  expect(isAboveChance(labels, f1, { score: 0.1, chance: 0.5 })).toBeUndefined();
  expect(isAboveChance(finetune, evaluated(), { score: 0.1, chance: 0 })).toBeUndefined();
});
