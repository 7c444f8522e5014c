import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { presets } from '../recipes/presets.ts';
import {
  type CosineArguments,
  cosineSchedule,
  decayed,
  layerDecayScales,
  parameterRules,
  recipeSchedules,
} from './schedules.ts';

interface Rule {
  shape: number[];
  weight_decay: number;
  lr_scale: number;
  group_index: number;
  layer_id?: number;
}
const fixture = JSON.parse(
  readFileSync(new URL('../../assets/fixtures/schedules.json', import.meta.url), 'utf8'),
) as {
  cosine_scheduler: { args: CosineArguments; values?: number[]; error?: string }[];
  layer_decay_scales: Record<string, number[]>;
  param_groups: Record<string, Record<string, Rule>>;
};

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value), `entry ${i}`).toBeLessThanOrEqual(1e-12);
  }
}

describe('cosineSchedule', () => {
  it.each(fixture.cosine_scheduler)('meets the stored schedule of $args', (stored) => {
    if (stored.values !== undefined) expectClose(cosineSchedule(stored.args), stored.values);
    else {
      expect(() => cosineSchedule(stored.args)).toThrow(
        expect.objectContaining({ code: 'schedule-invalid' }),
      );
    }
  });
});

describe('parameter rules', () => {
  it.each(Object.entries(fixture.layer_decay_scales))('meets stored scales %s', (key, scales) => {
    const [decay, depth] = key.split('_').map(Number);
    expectClose(layerDecayScales(decay!, depth!), scales);
  });

  it.each(Object.entries(fixture.param_groups))('meets the stored groups of %s', (name, stored) => {
    const layerDecay = /decay([\d.]+)_/.exec(name);
    const rules = parameterRules(
      Object.entries(stored).map(([key, { shape }]) => [key, shape] as const),
      {
        weightDecay: 0.05,
        depth: 12,
        decayRelPos: !name.includes('no_wd_on_rel_pos'),
        ...(layerDecay === null ? {} : { layerDecay: Number(layerDecay[1]) }),
      },
    );
    expect(rules.size).toBe(Object.keys(stored).length);
    for (const [key, rule] of Object.entries(stored)) {
      const found = rules.get(key)!;
      expect(found.weightDecay, key).toBe(rule.weight_decay);
      expect(Math.abs(found.lrScale - rule.lr_scale), key).toBeLessThanOrEqual(1e-12);
      expect(found.groupIndex, key).toBe(rule.group_index);
      expect(found.layerId, key).toBe(rule.layer_id);
    }
  });

  it('decays the mask token and tables but no class token, position embedding, bias or norm', () => {
    expect(decayed('mask_token', [1, 1, 8])).toBe(true);
    expect(decayed('rel_pos_bias.relative_position_bias_table', [52, 3])).toBe(true);
    expect(decayed('cls_token', [1, 1, 8])).toBe(false);
    expect(decayed('pos_embed', [1, 17, 8])).toBe(false);
    expect(decayed('norm.weight', [8])).toBe(false);
  });
});

describe('recipeSchedules', () => {
  it('spans epochs with the authors’ warm-up', () => {
    const { totalSteps, lr, emaMomentum, weightDecay } = recipeSchedules(presets.small.recipe, 10);
    expect(totalSteps).toBe(3000);
    expect(lr[0]).toBe(0);
    expect(lr[49]).toBe(5e-4);
    expect(lr[50]).toBe(5e-4);
    expect(emaMomentum[0]).toBe(0.996);
    expect(emaMomentum[2999]).toBeGreaterThan(0.99999);
    expect(new Set(weightDecay).size).toBe(1);
  });

  it('spans steps, with at most the same share of warm-up', () => {
    const recipe = parseRecipe(presets.small.recipe, { steps: 120 });
    const { totalSteps, lr } = recipeSchedules(recipe, 1000);
    expect(totalSteps).toBe(120);
    expect(lr[1]).toBe(5e-4);
    expect(lr[119]).toBeLessThan(2e-5);
    expect(recipeSchedules(parseRecipe(recipe, { steps: 1 }), 10).lr).toHaveLength(1);
  });

  it('takes a warm-up in steps', () => {
    const recipe = parseRecipe(presets.small.recipe, { steps: 100, warmup_steps: 20 });
    expect(recipeSchedules(recipe, 7).lr[19]).toBe(5e-4);
  });

  it('refuses a data set smaller than a batch', () => {
    expect(() => recipeSchedules(presets.small.recipe, 0)).toThrow(/fewer images than one batch/);
  });
});
