import { describe, expect, it } from 'vitest';
import { PROCESSOR_BY_EXECUTOR } from '../contract/device.ts';
import { compileInBfloat16 } from '../executors/onednn/testing/in-bfloat16.ts';
import { takeTestLibrary } from '../executors/onednn/testing/test-library.ts';
import {
  createPretrainLearner,
  initialNetworks,
  PretrainLearner,
  pretrainModule,
} from '../tasks/pretrain/pretrain-learner.ts';
import { emulatedHalf } from '../tasks/pretrain/testing/emulated-half.ts';
import { type CreateTask, compareNarrow } from './compare-narrow.ts';

/** A card that computes in float16 as this processor can show it, and otherwise like the processor. */
const card: CreateTask = ({ recipe, device }) =>
  recipe.precision === 'float16' ? emulatedHalf(recipe) : createPretrainLearner({ recipe, device });

/** The processor through oneDNN, which rounds to bfloat16 where it cannot compute in it. */
const rounding: CreateTask = async ({ recipe, device }) => {
  if (recipe.precision === 'float32') return createPretrainLearner({ recipe, device });
  const module = pretrainModule(recipe);
  const program = compileInBfloat16(module);
  await program.writeState(initialNetworks(recipe));
  return new PretrainLearner(program, recipe, module.state.keys());
};

describe('narrow precisions beside float32', () => {
  it.each([
    ['float16', 'cpu', card],
    ...(takeTestLibrary() ? ([['bfloat16', PROCESSOR_BY_EXECUTOR.onednn, rounding]] as const) : []),
  ] as const)(
    'passes in %s well within its limits where only rounding differs',
    async (...given) => {
      const [precision, device, createLearner] = given;
      const checks = await compareNarrow({ precision, device, createLearner });
      expect(checks.map(({ ok }) => ok)).toEqual([true, true]);
      for (const { error, limit } of checks) {
        expect(error).toBeGreaterThan(0);
        expect(error).toBeLessThan(0.3 * limit);
      }
    },
  );

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
