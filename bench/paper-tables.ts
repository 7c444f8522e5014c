// What the paper's tables would need: operations of our steps, and hours at assumed speeds. Nothing is trained.
//   node build/run.mjs bench/paper-tables.ts
import { plainArguments } from '../build/arguments.ts';
import { stepFlops } from '../engine/measure/bench-step.ts';
import { type TimedTask, timedStep } from '../engine/measure/timed-step.ts';
import { loadRecipeOf } from '../engine/recipes/load.ts';

/** GFLOP/s: two cores that `bench step --recipe small` was measured on, and an assumed card. */
const SPEEDS = { 'two cores': 306, 'a card': 100_000 };

interface Training {
  readonly what: string;
  readonly task: TimedTask;
  readonly recipe: 'small' | 'base';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly images: number;
}

const IMAGENET = 1_281_167;
const COCO = 118_287;

const pretraining = (recipe: Training['recipe']): Training => ({
  what: `ImageNet-1k, 800 epochs at 224 pixels, ${recipe}`,
  task: 'pretrain',
  recipe,
  settings: {},
  images: 800 * IMAGENET,
});
const segmentation = (recipe: Training['recipe']): Training => ({
  what: `ADE20K, UPerNet, 160,000 steps of 16 at 512 pixels, ${recipe}`,
  task: 'segment',
  recipe,
  settings: { head: 'upernet', image_size: 512 },
  images: 160_000 * 16,
});
const objects = (recipe: Training['recipe']): Training => ({
  what: `COCO, queries, 25 epochs at 1024 pixels, ${recipe}`,
  task: 'instances',
  recipe,
  settings: { image_size: 1024 },
  images: 25 * COCO,
});

export async function main(args: string[]): Promise<void> {
  plainArguments(args, 0);
  for (const make of [pretraining, segmentation, objects])
    for (const recipe of ['small', 'base'] as const) {
      const { what, task, settings, images } = make(recipe);
      // Batch norm of UPerNet needs two images.
      const batch = 2;
      const loaded = loadRecipeOf(task, recipe, {
        ...settings,
        batch_size: batch,
        micro_batch: null,
      });
      const { entries } = await timedStep(task, loaded.recipe as never);
      const flops = stepFlops(entries('cpu')) / batch;
      const hours = Object.entries(SPEEDS).map(
        ([machine, speed]) =>
          `${((images * flops) / speed / 1e9 / 3600).toPrecision(2)} h on ${machine}`,
      );
      process.stdout.write(
        `${what}: ${(flops / 1e9).toFixed(0)} GFLOP an image, ${hours.join(', ')}\n`,
      );
    }
}
