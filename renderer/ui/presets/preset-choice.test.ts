import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../engine/contract/recipe.ts';
import { changesOf } from '../../../engine/contract/recipe-text.ts';
import type { OwnPreset, Preset } from '../../../engine/contract/studio/index.ts';
import { readyMade } from '../../../engine/recipes/load.ts';
import { PRESET_NAMES, presets } from '../../../engine/recipes/presets.ts';
import { changesText, orderedRecipe, presetChoices } from './preset-choice.ts';

const builtIn = PRESET_NAMES.map((name): Preset => {
  const { recipe: _, expected, ...about } = presets[name];
  return { ...about, expected: [...expected], recipes: readyMade(name) };
});

function own(settings: object): OwnPreset {
  const recipe = parseRecipe(presets.micro.recipe, { ...settings });
  const changes = changesOf(presets.micro.recipe, recipe);
  return { kind: 'pretrain', name: 'xrays', basis: 'micro', changes, recipe };
}

const choose = (settings: object) =>
  presetChoices('pretrain', builtIn, [own(settings)]).find(({ name }) => name === 'xrays')!;

describe('the presets of a form', () => {
  it('are those of the program and the own ones of the kind', () => {
    const names = (kind: 'pretrain' | 'finetune') =>
      presetChoices(kind, builtIn, [own({ lr: 0.01 })]).map(({ name }) => name);
    expect(names('pretrain')).toEqual([...PRESET_NAMES, 'xrays']);
    expect(names('finetune')).toEqual([...PRESET_NAMES]);
  });

  it.each([
    [{ lr: 0.01 }, {}],
    [{ lr: 0.01, steps: 50 }, { epochs: '7' }],
    [{ epochs: 40 }, { steps: '90' }],
    [
      { epochs: 3, steps: 200, mean: 'half' },
      { image_size: '48,96', mask_cell: '8' },
    ],
  ])('with %j are sent with changes %j as the same recipe', (settings, changes) => {
    const choice = choose(settings);
    const { recipe, settings: sent } = orderedRecipe('pretrain', choice, changes);
    expect(recipe).toBe('micro');
    expect(parseRecipe(presets.micro.recipe, sent)).toEqual(parseRecipe(choice.recipe, changes));
  });

  it('are named with what they change', () => {
    expect(changesText(choose({ lr: 0.01, seed: 3 }))).toBe('micro with lr 0.01, seed 3');
    expect(changesText(choose({ lr: 0.01, seed: 3, workers: 0 }), 1)).toMatch(
      /^micro with \w+ [\d.]+ and 2 more$/,
    );
    expect(changesText(choose({}))).toBe('As micro');
  });
});
