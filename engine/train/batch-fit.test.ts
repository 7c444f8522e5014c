import { describe, expect, it } from 'vitest';
import { loadRecipe } from '../recipes/load.ts';
import { fitBatch, fitText } from './batch-fit.ts';

const recipeOf = (name: string, settings = {}) => loadRecipe(name, settings, '/').recipe;
const GIB = 2 ** 30;

describe('how many images fit at once', () => {
  const small = recipeOf('small', { batch_size: 64 });

  it('grows with memory, and doubles a batch where it doubles', () => {
    const on = (gibibytes: number) =>
      fitBatch({ recipe: small, freeBytes: gibibytes * GIB, onCard: true }).images;
    expect(on(24)).toBeGreaterThanOrEqual(2 * on(12));
    expect(on(48)).toBeGreaterThanOrEqual(2 * on(24));
    expect(on(0.5)).toBe(0);
    const few = fitBatch({ recipe: small, freeBytes: 99 * GIB, onCard: true, most: 50 });
    expect(few.images).toBe(32);
  });

  it('is more when activations are computed again or are half as wide', () => {
    const on = (settings: object) =>
      fitBatch({
        ...{ recipe: recipeOf('base', { batch_size: 64, ...settings }), onCard: true },
        freeBytes: 16 * GIB,
      }).images;
    expect(on({ recompute: true })).toBeGreaterThanOrEqual(2 * on({}));
    expect(on({ precision: 'float16' })).toBeGreaterThanOrEqual(on({}));
  });

  it('starts from what was measured', () => {
    const at = (measuredBytes: number) =>
      fitBatch({ recipe: small, measuredBytes, freeBytes: 24 * GIB, onCard: false });
    expect(at(8 * GIB).memoryBytes).toBeGreaterThan(at(7 * GIB).memoryBytes);
    expect(at(8 * GIB).fits).toBe(true);
    expect(at(30 * GIB)).toMatchObject({ fits: false });
  });

  it('says what to do where the batch does not fit', () => {
    const recipe = recipeOf('base', { batch_size: 48 });
    const fit = fitBatch({ recipe, freeBytes: 8 * GIB, onCard: true });
    const text = fitText(fit, recipe, 'on RTX 9');
    expect(text).toMatch(
      /^48 images at once do not fit into the 7\.3 GB .* on RTX 9: set recompute/,
    );
    const advised = Number(/micro_batch to (\d+)/.exec(text)![1]);
    expect(48 % advised).toBe(0);
    expect(advised).toBeLessThanOrEqual(fit.images);
    const again = { ...recipe, micro_batch: advised };
    expect(fitBatch({ recipe: again, freeBytes: 8 * GIB, onCard: true }).fits).toBe(true);
    const none = fitBatch({ recipe, freeBytes: 1 * GIB, onCard: true });
    expect(fitText(none, recipe, '')).toContain('take a smaller recipe');
  });
});
