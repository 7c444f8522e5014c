import { describe, expect, it } from 'vitest';
import { parseRecipe, recipeGeometry } from '../contract/recipe.ts';
import { PRESET_NAMES, presets, warningFor } from './presets.ts';

describe('presets', () => {
  it.each(PRESET_NAMES)('%s is a valid recipe that masks some patches and not all', (name) => {
    const { recipe, title, summary, hardware, expected } = presets[name];
    expect(parseRecipe(recipe)).toEqual(recipe);
    expect(title.toLowerCase()).toContain(name);
    expect(summary.length).toBeGreaterThan(40);
    expect(hardware.length).toBeGreaterThan(10);
    expect(expected[0]!.hours).toBeGreaterThan(0);
    const { rows, cols, cellRows, cellCols } = recipeGeometry(recipe);
    const cells = (rows / cellRows) * (cols / cellCols);
    const masked = Math.ceil(cells * recipe.mask_ratio);
    expect(masked).toBeGreaterThan(0);
    expect(masked).toBeLessThan(cells);
  });

  it('gives large the published command of the authors', () => {
    expect(presets.large.recipe).toMatchObject({
      embed_dim: 1024,
      depth: 24,
      heads: 16,
      layer_scale: 1e-5,
      lr: 7.5e-4,
      clip_grad: 1,
      warmup_epochs: 10,
      epochs: 1600,
      mask_type: 'random_mps32',
      mask_ratio: 0.75,
      mean: [0.485, 0.456, 0.406],
    });
  });

  it('keeps the authors’ start of the position table in the full sizes, and distance in the small', () => {
    const starts = PRESET_NAMES.map((name) => presets[name].recipe.rel_pos_init);
    expect(starts).toEqual(['distance', 'distance', 'zero', 'zero', 'zero']);
  });

  it('can be shortened to a few steps or one epoch', () => {
    for (const name of PRESET_NAMES) {
      expect(parseRecipe(presets[name].recipe, { steps: '2' }).steps).toBe(2);
      expect(parseRecipe(presets[name].recipe, { epochs: '1' }).epochs).toBe(1);
    }
  });

  it('warns where a recipe makes no sense', () => {
    expect(warningFor('base', 'processor')).toMatch(/GPU/);
    expect(warningFor('base', 'card')).toBeUndefined();
    expect(warningFor('micro', 'processor')).toBeUndefined();
  });
});
