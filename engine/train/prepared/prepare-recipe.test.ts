import { expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import type { Model } from '../../models/model.ts';
import { vitConfig } from '../../nn/vit-config.ts';
import { readyMade } from '../../recipes/load.ts';
import { prepareRecipe } from './prepare-recipe.ts';

const recipe = parseRecipe(readyMade('micro').pretrain, {
  ...{ channels: '6', image_size: '48', patch_size: '8', mask_cell: '8' },
  ...{ mean: 'half', std: 'half' },
  ...{ crop_min_area: '0.5', value_range: '0,4095', stack_channels: 'CZ', tiles: '256' },
});
const RANGES = Array.from({ length: 6 }, (): [number, number] => [0, 4095]);
const model: Model = {
  origin: 'a network of six channels',
  vit: vitConfig(recipe, 'shared'),
  valueRange: RANGES,
  mean: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25, 0.25, 0.25, 0.25],
  tensors: new Map(),
  about: { recipe: { ...recipe } },
};

const prepared = (reference: string | undefined, settings: SettingValues = {}, of: Model = model) =>
  prepareRecipe(
    { reference, from: 'run', settings, source: { workspace: '/none' } },
    async (from, { workspace }) => {
      expect([from, workspace]).toEqual(['run', '/none']);
      return { model: of };
    },
  );

it('is that of the network where none is named', async () => {
  expect(await prepared(undefined)).toMatchObject({
    ...{ channels: 6, image_size: 48, crop_min_area: 0.5, stack_channels: 'CZ', tiles: '256' },
    value_range: RANGES,
  });
});

it('reads images as the network does, and crops them as the recipe that is named', async () => {
  const { crop_min_area: area } = readyMade('small').pretrain;
  expect(await prepared('small')).toMatchObject({
    ...{ channels: 6, image_size: 48, crop_min_area: area, stack_channels: 'CZ', tiles: 'auto' },
    value_range: RANGES,
  });
});

it('takes what is given before both', async () => {
  const settings = { image_size: '64', stack_channels: 'Z', crop_min_area: '0.3' };
  expect(await prepared('small', settings)).toMatchObject({
    ...{ image_size: 64, stack_channels: 'Z', crop_min_area: 0.3, channels: 6 },
  });
  // Statistics and ranges of six channels say nothing of two.
  expect(await prepared('small', { channels: '2' })).toMatchObject({
    ...{ channels: 2, stack_channels: 'C', value_range: 'type' },
  });
});

it('asks for a recipe where the network has none that crops', async () => {
  for (const about of [{}, { recipe: { drop_path: 0.1 } }])
    await expect(prepared(undefined, {}, { ...model, about })).rejects.toMatchObject({
      code: 'usage',
      message: 'a network of six channels does not say how images are cropped for it.',
    });
  const order = { reference: undefined, from: undefined, settings: {} };
  await expect(prepareRecipe({ ...order, source: { workspace: '/none' } })).rejects.toThrow(
    '--recipe RECIPE is missing.',
  );
});
