// What a step takes of memory and time, with activations kept, computed again, and in passes; beside it
// what the memory plan says. Rows go to bench/results/memory.csv.
//   npm run bench:memory -- [--recipe small] [--batch 16] [--device cpu]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compile } from '../build/compile.mjs';
import { appendRows } from './append-rows.mjs';

const { values } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'small' },
    batch: { type: 'string', default: '16' },
    device: { type: 'string', default: 'cpu' },
    one: { type: 'string' },
  },
});
const batch = Number(values.batch);

async function measureOne(settings) {
  const { createPretrainTask, pretrainModule } = await import(
    '../out/engine/tasks/pretrain/pretrain-task.js'
  );
  const { randomBatch } = await import('../out/engine/measure/random-batch.js');
  const { median } = await import('../out/engine/measure/time-steps.js');
  const { openDevice } = await import('../out/engine/executors/open-device.js');
  const { loadRecipe } = await import('../out/engine/recipes/load.js');
  const { recipe } = loadRecipe(values.recipe, settings, process.cwd());
  const module = pretrainModule(recipe);
  const { executor, id } = await openDevice(values.device);
  const planned = executor.plan(module, 'gradients', { device: id });
  const task = await createPretrainTask({ recipe, device: values.device });
  const images = randomBatch(recipe);
  const scalars = { lr: 1e-4, weightDecay: 0.05, emaMomentum: 0.996 };
  const times = [];
  for (let i = 0; i < 7; i++) times.push((await task.step(images, scalars)).learningMs);
  return {
    stepMs: median(times.slice(2)),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    plannedBytes: planned.stateBytes + planned.entryBytes,
  };
}

if (values.one !== undefined) {
  process.stdout.write(JSON.stringify(await measureOne(JSON.parse(values.one))));
} else {
  compile();
  const ways = [
    ['kept', {}],
    ['computed again', { recompute: true }],
    ['two passes', { micro_batch: batch / 2 }],
    ['two passes, computed again', { micro_batch: batch / 2, recompute: true }],
  ];
  let first;
  for (const [way, settings] of ways) {
    const one = JSON.stringify({ batch_size: batch, ...settings });
    const words = ['--recipe', values.recipe, '--device', values.device, '--one', one];
    const { stdout, status } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), ...words],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
      },
    );
    if (status !== 0) process.exit(status ?? 1);
    const found = JSON.parse(stdout);
    first ??= found;
    const row = {
      ...{ recipe: values.recipe, batch, device: values.device, way, ...found },
      timesTheTime: found.stepMs / first.stepMs,
      timesTheMemory: found.peakBytes / first.peakBytes,
    };
    appendRows('memory', [row]);
    console.log(
      `${way}: ${(found.peakBytes / 1e9).toFixed(2)} GB (planned ${(found.plannedBytes / 1e9).toFixed(2)}), ${found.stepMs.toFixed(0)} ms, ${row.timesTheTime.toFixed(2)} times the time`,
    );
  }
}
