// Time of a pre-training step on the ranks that mpirun starts, each on one thread: a part of bench/ranks.ts.
//   mpirun -n 2 node build/run.mjs bench/rank-step.ts --batch 4 --set embed_dim=384 …
// Rank 0 prints one JSON object. With --phases it has the parts of the step too: "sums" is the time from
// the first sum to the end of the last one, "window" what of it lies within the pass, "waits" the wait for
// other ranks, "rest" what is in none of the program's entries. With --no-overlap sums begin after the pass.
// With --apart each rank trains by itself, so that what two processes take from each other is seen alone.
import { parseArgs } from 'node:util';
import { wholeNumber } from '../build/arguments.ts';
import { openCollectives } from '../engine/collectives/open-collectives.ts';
import { SINGLE } from '../engine/collectives/single.ts';
import { median } from '../engine/contract/median.ts';
import { parseRecipe } from '../engine/contract/recipe.ts';
import { RandomStream } from '../engine/random/philox.ts';
import {
  initialNetworks,
  type PretrainBatch,
  PretrainLearner,
  pretrainModule,
} from '../engine/tasks/pretrain/pretrain-learner.ts';
import { compileOnRanks } from '../engine/tasks/shared/compile-on-ranks.ts';
import { PhaseClock, type Phases, timedProgram, timedRanks } from './rank-phases.ts';

const WARM_UP = 2;

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      batch: { type: 'string', default: '4' },
      steps: { type: 'string', default: '5' },
      device: { type: 'string', default: 'cpu' },
      phases: { type: 'boolean', default: false },
      overlap: { type: 'boolean', default: true },
      apart: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const steps = wholeNumber(values.steps, '--steps');
  const ranks = await openCollectives();
  const batch = wholeNumber(values.batch, '--batch');
  const settings = Object.fromEntries(values.set.map((text) => text.split('=')));
  const fields = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      Number.isNaN(Number(value)) ? value : Number(value),
    ]),
  );
  const together = values.apart ? SINGLE : ranks;
  const recipe = parseRecipe({ ...fields, batch_size: batch });
  const clock = new PhaseClock();
  const module = pretrainModule(recipe, undefined, together.size);
  const { device } = values;
  const order = { device, precision: recipe.precision, threads: 1, state: initialNetworks(recipe) };
  const program = timedProgram(
    await compileOnRanks(module, order, together),
    clock,
    values.overlap,
  );
  const names = module.state.keys();
  const timed = timedRanks(together, clock);
  const learner = new PretrainLearner(program, recipe, names, undefined, timed);
  const data = batchOf(batch, ranks.rank);
  const scalars = { lr: 5e-4, weightDecay: 0.05, emaMomentum: 0.996 };
  const times: number[] = [];
  const busy: number[] = [];
  const phases: Phases[] = [];
  for (let i = 0; i < WARM_UP + steps; i++) {
    await ranks.barrier();
    const began = performance.now();
    const before = process.cpuUsage();
    await learner.step(data, scalars);
    const taken = clock.take();
    if (i < WARM_UP) continue;
    const stepMs = performance.now() - began;
    times.push(stepMs);
    const { gradients = 0, update = 0, clear = 0, read = 0, write = 0 } = taken;
    phases.push({ ...taken, rest: stepMs - gradients - update - clear - read - write });
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  const weights = await learner.readWeights();
  const parameters = [...weights.values()].reduce((sum, { data: { length } }) => sum + length, 0);
  const library = ranks.library ?? 'alone';
  const found = { library, stepMs: median(times), cpuMs: median(busy), parameters };
  const parts = values.phases ? { phases: medians(phases) } : {};
  if (ranks.rank === 0) process.stdout.write(`${JSON.stringify({ ...found, ...parts })}\n`);
  await learner.dispose();
  await ranks.close();
}

/** Of each phase, ms to a hundredth. */
function medians(steps: readonly Phases[]): Phases {
  const names = new Set(steps.flatMap((step) => Object.keys(step)));
  return Object.fromEntries(
    [...names].map((name) => {
      const ms = median(steps.map((step) => step[name] ?? 0));
      return [name, Math.round(100 * ms) / 100];
    }),
  );
}

function batchOf(count: number, rank: number): PretrainBatch {
  const random = new RandomStream(rank, 'probe');
  const images = () => Float32Array.from({ length: count * 3 * 224 * 224 }, () => random.normal());
  return {
    student: images(),
    teacher: images(),
    mask: Uint8Array.from({ length: count * 196 }, () => Number(random.uniform() < 0.75)),
  };
}
