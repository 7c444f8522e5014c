import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { parseSegmentRecipe } from '../contract/segment-recipe.ts';
import { presets } from '../recipes/presets.ts';
import {
  type CosineArguments,
  cosineSchedule,
  decayed,
  layerDecayScales,
  layerId,
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

  // The authors can also leave relative positions without decay, which no recipe here does.
  const groups = Object.entries(fixture.param_groups).filter(([name]) => !/no_wd/.test(name));
  it.each(groups)('meets the stored groups of %s', (name, stored) => {
    const layerDecay = /decay([\d.]+)_/.exec(name)?.[1];
    const scales = layerDecay === undefined ? undefined : layerDecayScales(Number(layerDecay), 12);
    const seen = new Map<string, number>();
    for (const [key, rule] of Object.entries(stored)) {
      const weightDecay = decayed(key, rule.shape) ? 0.05 : 0;
      const layer = scales && layerId(key, 12);
      const group = `${layer}/${weightDecay}`;
      if (!seen.has(group)) seen.set(group, seen.size);
      expect(weightDecay, key).toBe(rule.weight_decay);
      expect(layer, key).toBe(rule.layer_id);
      expect(seen.get(group), key).toBe(rule.group_index);
      const scale = layer === undefined ? 1 : scales![layer]!;
      expect(Math.abs(scale - rule.lr_scale), key).toBeLessThanOrEqual(1e-12);
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

  it('falls along a power of what remains, as mmcv’s poly schedule with a linear warm-up', () => {
    const recipe = parseSegmentRecipe({
      lr_schedule: 'poly',
      epochs: 10,
      warmup_epochs: 2,
      lr: 1e-3,
      min_lr: 1e-5,
      lr_power: 0.9,
    });
    const { totalSteps, lr } = recipeSchedules(recipe, 10);
    expect(totalSteps).toBe(100);
    // regular = (lr - min_lr) * (1 - i / total) ** power + min_lr;
    // in the warm-up regular * (1 - (1 - i / warmup) * (1 - 1e-6))
    const expected = { 0: 1e-9, 10: 4.552190804e-4, 20: 8.198716246e-4, 99: 2.569044261e-5 };
    for (const [i, value] of Object.entries(expected))
      expect(Math.abs(lr[Number(i)]! / value - 1), `step ${i}`).toBeLessThan(1e-6);
    const inSteps = parseSegmentRecipe({ ...recipe, steps: 100, warmup_steps: 20 });
    expect([...recipeSchedules(inSteps, 7).lr]).toEqual([...lr]);
  });

  it('refuses a data set smaller than a batch', () => {
    expect(() => recipeSchedules(presets.small.recipe, 0)).toThrow(/fewer images than one batch/);
  });
});
