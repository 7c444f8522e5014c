import { describe, expect, it } from 'vitest';
import { createPretrainLearner } from '../tasks/pretrain/pretrain-learner.ts';
import { emulatedHalf } from '../tasks/pretrain/testing/emulated-half.ts';
import { type CreateTask, compareNarrow } from './compare-narrow.ts';

/** A card that computes in float16 as this processor can show it, and otherwise like the processor. */
const card: CreateTask = ({ recipe, device }) =>
  recipe.precision === 'float16' ? emulatedHalf(recipe) : createPretrainLearner({ recipe, device });

describe('narrow precisions beside float32', () => {
  it('passes well within its limits where only rounding differs', async () => {
    const order = { device: 'cpu', precision: 'float16', createLearner: card } as const;
    const checks = await compareNarrow(order);
    expect(checks.map(({ ok }) => ok)).toEqual([true, true]);
    for (const { error, limit } of checks) {
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.3 * limit);
    }
  });

  it('fails where a product is a little wrong, or not a number', async () => {
    for (const wrong of [(loss: number) => 1.1 * loss, () => Number.NaN]) {
      const createLearner: CreateTask = async (order) => {
        const task = await card(order);
        if (order.recipe.precision === 'float32') return task;
        return Object.assign(Object.create(task) as typeof task, {
          async step(...given: Parameters<typeof task.step>) {
            const result = await task.step(...given);
            return { ...result, loss: wrong(result.loss) };
          },
          dispose: () => task.dispose(),
        });
      };
      const [loss] = await compareNarrow({ device: 'cpu', precision: 'float16', createLearner });
      expect(loss).toMatchObject({ ok: false, quantity: 'loss of 4 steps in float16' });
    }
  });
});
