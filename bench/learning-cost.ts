// What measuring costs a pre-training of `micro`: CPU time of runs with and without it, one after the other.
//   npm run bench:learning -- FOLDER [--pairs=N] [--steps=N]
// FOLDER keeps the images; runs are removed. The CPU time of the process is counted, over all its threads, so that
// other programs on the machine change it little. A warm-up comes first, and in each pair the first one changes.
// Appends rows to bench/results/learning-cost.csv.
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError, plainArguments, wholeNumber } from '../build/arguments.ts';
import { median } from '../engine/contract/median.ts';
import { sampleData } from '../engine/data/samples/sample-data.ts';
import { computeThreads } from '../engine/platform/threads.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import { pretrain } from '../engine/train/pretrain.ts';
import { appendRows } from './append-rows.ts';

const PHOTOGRAPHS = 6000;
const WARM_UP = 100;

interface Counted {
  readonly cpuSeconds: number;
  readonly measurements: number;
}

async function train(folder: string, steps: number, isMeasured: boolean): Promise<Counted> {
  const workspace = path.join(folder, 'workspace-cost');
  const { recipe } = loadRecipe('micro', {
    steps,
    learning_measures: isMeasured,
    checkpoint_every: steps,
  });
  let measurements = 0;
  const before = process.cpuUsage();
  await pretrain({
    ...{ workspace, recipe, name: 'cost', device: 'cpu' },
    data: [path.join(folder, 'cifar10', 'train')],
    onEvent: ({ type }) => {
      if (type === 'learning') measurements++;
    },
  });
  const { user, system } = process.cpuUsage(before);
  rmSync(workspace, { recursive: true, force: true });
  return { cpuSeconds: (user + system) / 1e6, measurements };
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: '5' },
      steps: { type: 'string', default: '300' },
    },
  });
  const [folder] = plainArguments(positionals, 1);
  if (folder === undefined) throw new ArgumentError('Give a folder for images and runs.');
  const pairs = wholeNumber(values.pairs, '--pairs');
  const steps = wholeNumber(values.steps, '--steps');
  await sampleData('cifar10', { out: path.join(folder, 'cifar10'), count: PHOTOGRAPHS });
  await train(folder, WARM_UP, true);
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? [true, false] : [false, true];
    const found = new Map<boolean, Counted>();
    for (const isMeasured of order) found.set(isMeasured, await train(folder, steps, isMeasured));
    const [measured, plain] = [found.get(true)!, found.get(false)!];
    ratios.push(measured.cpuSeconds / plain.cpuSeconds);
    const row = {
      cpu: cpus()[0]?.model,
      threads: computeThreads(),
      steps,
      measurements: measured.measurements,
      cpuSecondsMeasured: measured.cpuSeconds,
      cpuSecondsPlain: plain.cpuSeconds,
      ratio: ratios.at(-1),
    };
    appendRows('learning-cost', [row]);
    console.log(row);
  }
  console.log(`Median ratio of ${pairs} pairs: ${median(ratios).toFixed(4)}`);
}
