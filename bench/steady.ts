// Many steps on one device: do the losses stay finite, does memory stay, does the time stay?
//   node build/run.mjs bench/steady.ts --recipe small --device webgpu
//     [--precision float16] [--batch 8] [--steps 1000]
// Prints one JSON object.
import { parseArgs } from 'node:util';
import { wholeNumber } from '../build/arguments.ts';
import { median } from '../engine/contract/median.ts';
import { usedCardMemory } from '../engine/measure/card-memory.ts';
import { randomBatch } from '../engine/measure/random-batch.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import { createPretrainLearner } from '../engine/tasks/pretrain/pretrain-learner.ts';

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      recipe: { type: 'string', default: 'small' },
      device: { type: 'string', default: 'cpu' },
      precision: { type: 'string', default: 'float32' },
      batch: { type: 'string', default: '8' },
      steps: { type: 'string', default: '1000' },
    },
  });
  const steps = wholeNumber(values.steps, '--steps');
  const settings = {
    batch_size: wholeNumber(values.batch, '--batch'),
    precision: values.precision,
  };
  const { recipe } = loadRecipe(values.recipe, settings);
  const task = await createPretrainLearner({ recipe, device: values.device });
  // A few batches are repeated, so their loss must fall.
  const batches = Array.from({ length: 4 }, (_, i) => randomBatch({ ...recipe, seed: i }));
  const scalars = { lr: 1e-4, weightDecay: recipe.weight_decay, emaMomentum: 0.996 };
  const losses: number[] = [];
  const times: number[] = [];
  const memory: number[] = [];
  let skipped = 0;
  for (let i = 0; i < steps; i++) {
    const { loss, applied, learningMs } = await task.step(batches[i % batches.length]!, scalars);
    losses.push(loss);
    times.push(learningMs);
    if (!applied) skipped++;
    if (i % Math.ceil(steps / 10) === 9 || i === steps - 1)
      memory.push((await usedCardMemory()) ?? process.memoryUsage.rss());
  }
  await task.dispose();
  const tenth = Math.max(1, Math.floor(steps / 10));
  const mean = (list: readonly number[]) =>
    list.reduce((sum, value) => sum + value, 0) / list.length;
  process.stdout.write(
    `${JSON.stringify({
      ...values,
      batch: recipe.batch_size,
      steps,
      skipped,
      allFinite: losses.every(Number.isFinite),
      firstLoss: mean(losses.slice(0, tenth)),
      lastLoss: mean(losses.slice(-tenth)),
      firstMs: median(times.slice(0, tenth)),
      lastMs: median(times.slice(-tenth)),
      firstBytes: memory[0],
      lastBytes: memory.at(-1),
    })}\n`,
  );
}
