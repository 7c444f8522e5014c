/** The steps that `bench step` times, by the recipe's kind: a learner, a batch and the module. */
import { defined } from '../contract/defined.ts';
import type { SharedValues } from '../contract/settings/shared.ts';
import type { RecipeKind, RecipeOf } from '../contract/tasks.ts';
import type { Module } from '../ir/types.ts';
import { vitConfig } from '../nn/vit-config.ts';
import { RandomStream } from '../random/philox.ts';
import type { Learner } from '../tasks/learner.ts';
import { keepOfSteps } from '../tasks/shared/drop-path.ts';

export interface TimedStep {
  readonly module: Module;
  open(options: { device: string; threads?: number }): Promise<Learner<unknown>>;
  /** Values do not affect the time of a step. */
  readonly batch: unknown;
}

/** Classes of ADE20K, on which the networks are usually compared. */
const CLASSES = 150;

type Makers = { readonly [K in RecipeKind]?: (recipe: RecipeOf<K>) => Promise<TimedStep> };

const MAKERS = {
  async pretrain(recipe) {
    const { createPretrainLearner, pretrainModule } = await import(
      '../tasks/pretrain/pretrain-learner.ts'
    );
    const { randomBatch } = await import('./random-batch.ts');
    return {
      module: pretrainModule(recipe),
      open: (options) => createPretrainLearner({ recipe, ...options }),
      batch: randomBatch(recipe),
    };
  },
  async segment(recipe) {
    const { createSegmentLearner, initialSegmenter, segmentModule } = await import(
      '../tasks/segment/segment-learner.ts'
    );
    const { imageSize } = vitConfig(recipe, 'none');
    const pixels = recipe.batch_size * imageSize[0] * imageSize[1];
    const random = new RandomStream(recipe.seed, 'probe');
    return {
      module: segmentModule(recipe, CLASSES),
      open: (options) =>
        createSegmentLearner({
          recipe,
          classes: CLASSES,
          start: initialSegmenter(recipe, CLASSES),
          ...options,
        }),
      batch: {
        images: Float32Array.from({ length: 3 * pixels }, () => random.between(-1, 1)),
        labels: Int32Array.from({ length: pixels }, () => random.integer(CLASSES)),
        ...defined({ keep: keepOfSteps(recipe)(0) }),
      },
    };
  },
} as const satisfies Makers;

/** Tasks whose step can be timed. */
export const TIMED_TASKS = Object.keys(MAKERS) as TimedTask[];
export type TimedTask = keyof typeof MAKERS;

/** @param recipe of that kind */
export function timedStep(task: TimedTask, recipe: SharedValues): Promise<TimedStep> {
  const makers: Readonly<Record<TimedTask, (recipe: never) => Promise<TimedStep>>> = MAKERS;
  return makers[task](recipe as never);
}
