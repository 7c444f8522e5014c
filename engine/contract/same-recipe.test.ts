import { expect, it } from 'vitest';
import { parseRecipe, pretrainSettings } from './recipe.ts';
import { isSameRecipe } from './same-recipe.ts';

const base = {
  image_size: 32,
  patch_size: 4,
  mask_cell: 4,
  batch_size: 8,
  mask_patches: 24,
  steps: 100,
};
const same = (a: Record<string, unknown>, b: Record<string, unknown>) =>
  isSameRecipe(
    pretrainSettings.settings,
    parseRecipe({ ...base, ...a }),
    parseRecipe({ ...base, ...b }),
  );

it('does not ask for the seed, nor for settings without effect', () => {
  expect(same({}, {})).toBe(true);
  expect(same({ seed: 1, workers: 0 }, { seed: 2, workers: 3, log_every: 5 })).toBe(true);
  expect(same({ blur: 0, blur_max_radius: 2 }, { blur: 0, blur_max_radius: 3 })).toBe(true);
});

it('tells recipes that train differently', () => {
  expect(same({ blur: 0.5, blur_max_radius: 2 }, { blur: 0.5, blur_max_radius: 3 })).toBe(false);
  expect(same({ temperature: 0.1 }, { temperature: 0.2 })).toBe(false);
  expect(same({ steps: 100 }, { steps: 200 })).toBe(false);
});
