// What a narrow precision does to learning: pre-trainings of `micro` that differ in nothing but the precision.
//   npm run bench:precisions -- FOLDER [--device=cpu:onednn] [--precision=bfloat16] [--steps=1000] [--seed=0]
// FOLDER keeps the images, those of the demo; runs are removed. Both trainings see the same views and masks in the
// same order. Features are then extracted in float32, so that only the weights differ, and each photograph of the
// test set gets the class of its nearest neighbours among those trained on.
// Appends a row for each precision to bench/results/precision-learning.csv.
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError, knownWord, plainArguments, wholeNumber } from '../build/arguments.ts';
import { engineParts } from '../engine/cli/parts.ts';
import { NARROW_PRECISIONS, type Precision } from '../engine/contract/precision.ts';
import type { Recipe } from '../engine/contract/recipe.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import { knnAccuracy } from '../engine/tasks/knn/knn.ts';
import type { NamedTensors } from '../engine/tensor/host-tensor.ts';
import { appendRows } from './append-rows.ts';

const PHOTOGRAPHS = 5000;
/** Steps whose mean is told, at either end. */
const SPAN = 100;

const parts = engineParts();

interface Order {
  readonly folder: string;
  readonly device: string;
}

interface Trained {
  readonly losses: readonly number[];
  readonly matches: readonly number[];
  readonly cpuSeconds: number;
  readonly teacher: NamedTensors;
}

async function train(recipe: Recipe, { folder, device }: Order): Promise<Trained> {
  const workspace = path.join(folder, 'workspace-precisions');
  const losses: number[] = [];
  const matches: number[] = [];
  let run = '';
  const before = process.cpuUsage();
  await parts.pretrain({
    ...{ workspace, recipe, name: recipe.precision, device },
    data: [path.join(folder, 'cifar10', 'train')],
    onRun: ({ dir }) => {
      run = dir;
    },
    onEvent: (event) => {
      if (event.type !== 'step') return;
      losses.push(event.loss);
      matches.push(event.score);
      if (event.step % SPAN === 0)
        console.log(`${recipe.precision}, step ${event.step}: ${mean(losses.slice(-SPAN))}`);
    },
  });
  const { user, system } = process.cpuUsage(before);
  const teacher = await parts.readNetwork({ workspace, run, network: 'teacher' });
  rmSync(workspace, { recursive: true, force: true });
  return { losses, matches, cpuSeconds: (user + system) / 1e6, teacher };
}

/** Accuracy of each network, by the neighbours of its features. */
async function accuracies(
  networks: readonly NamedTensors[],
  recipe: Recipe,
  { folder, device }: Order,
): Promise<number[]> {
  const train = await parts.labelledSamples(path.join(folder, 'cifar10', 'train'));
  const test = await parts.labelledSamples(path.join(folder, 'cifar10', 'test'));
  const order = { recipe, networks, device };
  const known = await parts.features({ ...order, samples: train.samples });
  const asked = await parts.features({ ...order, samples: test.samples });
  return networks.map((_, i) =>
    knnAccuracy({
      ...{ train: known[i]!, trainLabels: train.labels, classes: train.classes.length },
      ...{ test: asked[i]!, testLabels: test.labels },
    }),
  );
}

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      device: { type: 'string', default: 'cpu:onednn' },
      precision: { type: 'string', default: 'bfloat16' },
      steps: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '0' },
    },
  });
  const [given] = plainArguments(positionals, 1);
  if (given === undefined) throw new ArgumentError('Give a folder for images and runs.');
  const order: Order = { folder: path.resolve(given), device: values.device };
  const narrow = knownWord(values.precision, NARROW_PRECISIONS, '--precision');
  const steps = wholeNumber(values.steps, '--steps');
  const seed = values.seed === '0' ? 0 : wholeNumber(values.seed, '--seed');
  const recipeIn = (precision: Precision) =>
    loadRecipe('micro', { steps, seed, precision, checkpoint_every: steps }).recipe;
  const out = path.join(order.folder, 'cifar10');
  await parts.sampleData('cifar10', { out, train: PHOTOGRAPHS, onProgress: () => undefined });

  const precisions: readonly Precision[] = ['float32', narrow];
  const trained: Trained[] = [];
  for (const precision of precisions) trained.push(await train(recipeIn(precision), order));
  const wide = recipeIn('float32');
  const networks = [...trained.map(({ teacher }) => teacher), await parts.untrainedNetwork(wide)];
  const found = await accuracies(networks, wide, order);
  const rows = trained.map(({ losses, matches, cpuSeconds }, i) => ({
    cpu: cpus()[0]?.model,
    device: values.device,
    recipe: 'micro',
    precision: precisions[i],
    seed,
    steps,
    batch: wide.batch_size,
    firstLoss: mean(losses.slice(0, SPAN)),
    lastLoss: mean(losses.slice(-SPAN)),
    lastMatch: mean(matches.slice(-SPAN)),
    knnTeacher: found[i],
    knnUntrained: found.at(-1),
    cpuSeconds,
  }));
  appendRows('precision-learning', rows);
  for (const row of rows) console.log(row);
}
