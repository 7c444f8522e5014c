// What a step takes of memory and time, with activations kept, computed again, and in passes; beside it
// what the memory plan says. Rows go to bench/results/memory.csv.
//   npm run bench:memory -- [--recipe small] [--batch 16] [--device cpu]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { median } from '../engine/contract/median.ts';
import type { SettingValues } from '../engine/contract/settings/setting.ts';
import { openDevice } from '../engine/executors/open-device.ts';
import { randomBatch } from '../engine/measure/random-batch.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import {
  createPretrainLearner,
  pretrainModule,
} from '../engine/tasks/pretrain/pretrain-learner.ts';
import { appendRows } from './append-rows.ts';

/** Memory and time of one way of computing. */
interface Measured {
  readonly stepMs: number;
  readonly peakBytes: number;
  readonly plannedBytes: number;
}

async function measureOne(
  name: string,
  settings: SettingValues,
  device: string,
): Promise<Measured> {
  const { recipe } = loadRecipe(name, settings);
  const module = pretrainModule(recipe);
  const { executor, id } = await openDevice(device);
  const planned = executor.plan(module, 'gradients', { device: id });
  const task = await createPretrainLearner({ recipe, device });
  const images = randomBatch(recipe);
  const scalars = { lr: 1e-4, weightDecay: 0.05, emaMomentum: 0.996 };
  const times: number[] = [];
  for (let i = 0; i < 7; i++) times.push((await task.step(images, scalars)).learningMs);
  return {
    stepMs: median(times.slice(2)),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    plannedBytes: planned.stateBytes + planned.entryBytes,
  };
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      recipe: { type: 'string', default: 'small' },
      batch: { type: 'string', default: '16' },
      device: { type: 'string', default: 'cpu' },
      one: { type: 'string' },
    },
  });
  const { recipe, device } = values;
  if (values.one !== undefined) {
    const measured = await measureOne(recipe, JSON.parse(values.one), device);
    process.stdout.write(JSON.stringify(measured));
    return;
  }
  const batch = wholeNumber(values.batch, '--batch');
  const ways: readonly (readonly [way: string, settings: SettingValues])[] = [
    ['kept', {}],
    ['computed again', { recompute: true }],
    ['two passes', { micro_batch: batch / 2 }],
    ['two passes, computed again', { micro_batch: batch / 2, recompute: true }],
  ];
  let first: Measured | undefined;
  for (const [way, settings] of ways) {
    const one = JSON.stringify({ batch_size: batch, ...settings });
    const words = ['bench/memory.ts', '--recipe', recipe, '--device', device, '--one', one];
    // A separate process, so that its peak memory is that of this way.
    const run = path.join(ROOT, 'build', 'run.mjs');
    const { stdout, status } = spawnSync(process.execPath, [run, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    });
    if (status !== 0) process.exit(status ?? 1);
    const found: Measured = JSON.parse(stdout);
    first ??= found;
    const row = {
      recipe,
      batch,
      device,
      way,
      ...found,
      timesTheTime: found.stepMs / first.stepMs,
      timesTheMemory: found.peakBytes / first.peakBytes,
    };
    appendRows('memory', [row]);
    console.log(
      `${way}: ${(found.peakBytes / 1e9).toFixed(2)} GB (planned ${(found.plannedBytes / 1e9).toFixed(2)}), ${found.stepMs.toFixed(0)} ms, ${row.timesTheTime.toFixed(2)} times the time`,
    );
  }
}
