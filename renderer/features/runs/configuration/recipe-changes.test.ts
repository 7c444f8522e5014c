import { expect, it } from 'vitest';
import { parseRecipe } from '../../../../engine/contract/recipe.ts';
import { PRESET_NAMES, presets } from '../../../../engine/recipes/presets.ts';
import { nearestRecipe } from './recipe-changes.ts';

const listed = PRESET_NAMES.map((name) => {
  const { title, recipe } = presets[name];
  return { name, title, recipe: { ...recipe } };
});

it.each(PRESET_NAMES)('finds %s again, with what was changed in it', (name) => {
  expect(nearestRecipe('pretrain', { ...presets[name].recipe }, listed)).toMatchObject({
    name,
    changes: [],
  });
  const changed = parseRecipe({ ...presets[name].recipe }, { seed: '7', lr: '0.01', mean: 'half' });
  const nearest = nearestRecipe('pretrain', { ...changed }, listed)!;
  expect(nearest.name).toBe(name);
  expect(nearest.changes).toContainEqual({
    key: 'lr',
    value: 0.01,
    usual: presets[name].recipe.lr,
  });
  expect(nearest.changes.map(({ key }) => key)).toContain('seed');
});

it('finds nothing among nothing', () => {
  expect(nearestRecipe('pretrain', { lr: 1 }, [])).toBeUndefined();
});
