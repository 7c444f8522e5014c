import { describe, expect, it } from 'vitest';
import { isStudioError, type StudioError } from './errors.ts';
import { parseFinetuneRecipe } from './finetune-recipe.ts';
import { parseRecipe, recipeGeometry } from './recipe.ts';

function refusal(overrides: Record<string, unknown>): StudioError<'recipe-invalid'> {
  try {
    parseRecipe({}, overrides);
  } catch (error) {
    if (isStudioError(error, 'recipe-invalid')) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(overrides)}`);
}

describe('the recipe schema', () => {
  it('has the defaults of the authors’ script', () => {
    expect(parseRecipe()).toMatchObject({
      image_size: 224,
      patch_size: 16,
      embed_dim: 768,
      depth: 12,
      heads: 12,
      mlp_dim: 4096,
      proj_dim: 256,
      temperature: 0.1,
      batch_size: 64,
      epochs: 300,
      warmup_epochs: 5,
      lr: 5e-4,
      min_lr: 1e-5,
      beta1: 0.9,
      beta2: 0.98,
      adam_eps: 1e-8,
      weight_decay: 0.05,
      clip_grad: null,
      ema_momentum: 0.996,
      ema_momentum_end: 1,
      rel_pos: 'shared',
      abs_pos: false,
      layer_scale: 0.1,
      mask_type: 'block',
      mask_patches: 75,
      mask_min_patches: 16,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    });
  });

  it('accepts its own output', () => {
    const recipe = parseRecipe({}, { mean: 'imagenet', clip_grad: 1, image_size: '160x224' });
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });
});

describe('parseRecipe', () => {
  it('takes passes that a batch consists of, and names what fits where one does not', () => {
    expect(parseRecipe({}, { batch_size: 48, micro_batch: '16' }).micro_batch).toBe(16);
    expect(parseRecipe({}, { micro_batch: 'none' }).micro_batch).toBeNull();
    const bad = (batch_size: number, micro_batch: number) => () =>
      parseRecipe({}, { batch_size, micro_batch });
    expect(bad(64, 10)).toThrow(
      'micro_batch is 10; it must be a divisor of batch_size 64, such as 8 or 16.',
    );
    expect(bad(8, 9)).toThrow('micro_batch is 9; it must be a divisor of batch_size 8, such as 8.');
    expect(() => parseFinetuneRecipe({}, { batch_size: 9, micro_batch: 2 })).toThrow(
      'a divisor of batch_size 9, such as 1 or 3.',
    );
  });

  it('reads text by the type of the setting', () => {
    const recipe = parseRecipe(
      {},
      {
        lr: '1e-3',
        image_size: '48,80',
        abs_pos: 'true',
        clip_grad: '3',
        mean: 'imagenet',
        std: '0.2,0.3,0.4',
        layer_scale: 'none',
        weight_decay_end: 'none',
        mask_type: 'random_mps32',
        mask_cell: '16',
        seed: '7',
      },
    );
    expect(recipe).toMatchObject({
      lr: 1e-3,
      image_size: [48, 80],
      abs_pos: true,
      clip_grad: 3,
      mean: [0.485, 0.456, 0.406],
      std: [0.2, 0.3, 0.4],
      layer_scale: 0,
      weight_decay_end: null,
      seed: 7,
    });
  });

  it('names field, value and allowed range', () => {
    const error = refusal({ temperature: '0' });
    expect(error.code).toBe('recipe-invalid');
    expect(error.message).toBe('temperature is 0; it must be a number above 0 and at most 10.');
    expect(error.details).toMatchObject({ field: 'temperature', value: 0 });
    expect(refusal({ depth: '2.5' }).message).toMatch(/depth is 2.5; it must be a whole number/);
    expect(refusal({ lr: 'fast' }).message).toMatch(/lr is "fast"; it must be a number/);
    expect(refusal({ lr: '' }).message).toMatch(/lr is ""/);
    expect(refusal({ mask_type: 'blok' }).message).toMatch(/one of block, random_mps32/);
    expect(refusal({ lr: Number.NaN }).code).toBe('recipe-invalid');
    expect(refusal({ steps: '0' }).message).toMatch(/steps is 0; .* or none/);
    expect(refusal({ std: '0.5,0,0.5' }).message).toMatch(/std is \[0.5,0,0.5\]/);
  });

  it('offers the nearest name for an unknown setting', () => {
    const error = refusal({ bach_size: '3' });
    expect(error.message).toBe('bach_size is no setting of a recipe; did you mean batch_size?');
    expect(error.details).toMatchObject({ field: 'bach_size', suggestion: 'batch_size' });
    expect(refusal({ toString: '3' }).message).toMatch(/toString is no setting/);
  });

  it('checks settings against each other only where each may be what it is', () => {
    expect(refusal({ batch_size: 1e12, micro_batch: 3 }).details['problems']).toMatchObject([
      { field: 'batch_size', allowed: 'a whole number from 1 to 65536' },
    ]);
  });

  it('reports all problems at once', () => {
    expect(refusal({ lr: '-1', depth: '0' }).details.problems).toHaveLength(2);
  });

  it.each([
    [{ patch_size: 15 }, 'patch_size', 'a divisor of image_size 224'],
    [{ heads: 7 }, 'heads', 'a divisor of embed_dim 768'],
    [{ mask_type: 'random_mps32', mask_cell: 24 }, 'mask_cell', 'a multiple of patch_size 16'],
    [{ mask_type: 'random_mps32', mask_cell: 48 }, 'mask_cell', 'that divides image_size 224'],
    [{ image_size: 64 }, 'mask_patches', 'at most the 16 patches of an image'],
    [{ warmup_epochs: 301 }, 'warmup_epochs', 'at most epochs 300'],
    [{ warmup_epochs: 0, warmup_steps: 10 }, 'warmup_epochs', 'above 0 when warmup_steps is given'],
    [{ steps: 10, warmup_steps: 11 }, 'warmup_steps', 'at most steps 10'],
    [{ crop_min_area: 0.9, crop_max_area: 0.5 }, 'crop_min_area', 'at most crop_max_area 0.5'],
    [{ min_lr: 1 }, 'min_lr', 'at most lr'],
    [{ image_size: 16, mask_patches: 1 }, 'patch_size', 'small enough for two patches'],
  ])('checks settings against each other: %j', (overrides, field, allowed) => {
    const error = refusal(overrides);
    expect(error.details.field).toBe(field);
    expect(error.message).toContain(allowed);
  });

  it('lets a length in epochs replace one in steps', () => {
    expect(parseRecipe({ steps: 400 }, { epochs: '3' })).toMatchObject({ epochs: 3, steps: null });
    expect(parseRecipe({ steps: 400 }, { epochs: '9', steps: '5' }).steps).toBe(5);
  });

  it('keeps the share of warm-up when a run is made shorter than its warm-up', () => {
    const base = { epochs: 300, warmup_epochs: 5 };
    expect(parseRecipe(base, { epochs: 3 }).warmup_epochs).toBeCloseTo(0.05);
    expect(parseRecipe(base, { epochs: 30 }).warmup_epochs).toBe(5);
    expect(() => parseRecipe(base, { epochs: 3, warmup_epochs: 5 })).toThrow(/warmup_epochs is 5/);
  });
});

describe('recipeGeometry', () => {
  it('gives the patch grid of images that are not square', () => {
    const geometry = recipeGeometry({ image_size: [48, 80], patch_size: 8, mask_cell: 16 });
    expect(geometry).toMatchObject({ rows: 6, cols: 10, patches: 60, cellRows: 2, cellCols: 2 });
  });
});
