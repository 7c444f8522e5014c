import { describe, expect, it } from 'vitest';
import { executorOf } from '../executors/devices.ts';
import { loadRecipe } from '../recipes/load.ts';
import { type FitOrder, fitBatch, fitTexts } from './batch-fit.ts';

/** As the processor, or a card, would take it. */
function fitOn(device: 'cpu' | 'cuda', order: Omit<FitOrder, 'plan'>) {
  const { precision } = order.recipe;
  return fitBatch({
    ...order,
    plan: (module, entry) => executorOf('onnxruntime').plan(module, entry, { device, precision }),
  });
}

const recipeOf = (name: string, settings = {}) => loadRecipe(name, settings).recipe;
const GIB = 2 ** 30;

describe('how many images fit at once', () => {
  const small = recipeOf('small', { batch_size: 64 });

  it('grows with memory, and doubles a batch where it doubles', () => {
    const on = (gibibytes: number) =>
      fitOn('cuda', { recipe: small, freeBytes: gibibytes * GIB }).images;
    expect(on(24)).toBeGreaterThanOrEqual(2 * on(12));
    expect(on(48)).toBeGreaterThanOrEqual(2 * on(24));
    expect(on(0.5)).toBe(0);
    const few = fitOn('cuda', { recipe: small, freeBytes: 99 * GIB, most: 50 });
    expect(few.images).toBe(32);
  });

  it('is more when activations are computed again or are half as wide', () => {
    const on = (settings: object) =>
      fitOn('cuda', {
        recipe: recipeOf('base', { batch_size: 64, ...settings }),
        freeBytes: 16 * GIB,
      }).images;
    expect(on({ recompute: true })).toBeGreaterThanOrEqual(2 * on({}));
    expect(on({ precision: 'float16' })).toBeGreaterThanOrEqual(on({}));
  });

  it('starts from what was measured', () => {
    const at = (measuredBytes: number) =>
      fitOn('cpu', { recipe: small, measuredBytes, freeBytes: 24 * GIB });
    expect(at(8 * GIB).memoryBytes).toBeGreaterThan(at(7 * GIB).memoryBytes);
    expect(at(8 * GIB).fits).toBe(true);
    expect(at(30 * GIB)).toMatchObject({ fits: false });
  });

  it('states how many fit, or which settings make the batch fit', () => {
    const at = (gibibytes: number, settings: object) => {
      const recipe = recipeOf('base', { batch_size: 48, ...settings });
      const fit = fitOn('cuda', { recipe, freeBytes: gibibytes * GIB });
      return fitTexts(fit, recipe, 'on RTX 9');
    };
    const roomy = at(64, {});
    expect(roomy.fit!.text).toMatch(
      /^The largest micro-batch that fits is 256: .* usable on RTX 9/,
    );
    expect(roomy).not.toHaveProperty('remedy');

    const tight = at(8, {});
    expect(tight.remedy).toMatchObject({ settings: { recompute: 'true' } });
    expect(tight.remedy!.text).toMatch(
      /^A micro-batch of 48 does not fit into the 7\.3 GB usable on RTX 9: set recompute/,
    );
    const tighter = at(3, {});
    const pass = Number(tighter.remedy!.settings['micro_batch']);
    expect(tighter.remedy!.settings).toEqual({ recompute: 'true', micro_batch: String(pass) });
    expect(48 % pass).toBe(0);
    expect(tighter.remedy!.text).toContain(`, and set micro_batch to ${pass}`);
    expect(at(3, { recompute: true }).remedy!.settings).toEqual({ micro_batch: String(pass) });
    for (const [gibibytes, { remedy }] of [[8, tight] as const, [3, tighter] as const]) {
      expect(at(gibibytes, remedy!.settings)).not.toHaveProperty('remedy');
      expect(at(gibibytes, remedy!.settings).fit).toBeDefined();
    }

    const none = at(1, {});
    expect(none).not.toHaveProperty('remedy');
    expect(none.warnings[0]).toContain('take a smaller recipe');
  });

  it('counts what was measured above the plan with its remedies too', () => {
    const recipe = recipeOf('small', { batch_size: 64 });
    const remedyAt = (measuredBytes: number) =>
      fitOn('cpu', { recipe, measuredBytes, freeBytes: 8 * GIB }).remedy;
    expect(remedyAt(9 * GIB)).toEqual({ recompute: true });
    expect(remedyAt(30 * GIB)).toMatchObject({ recompute: true, micro_batch: expect.any(Number) });
    expect(remedyAt(80 * GIB)).toBeUndefined();
  });
});
