/** The steps that `bench step` times, by the recipe's kind: a learner, a batch and the module. */
import { defined } from '../contract/defined.ts';
import type { ObjectsRecipe } from '../contract/objects-recipe.ts';
import type { SharedValues } from '../contract/settings/shared.ts';
import type { RecipeKind, RecipeOf } from '../contract/tasks.ts';
import type { ViewObjects } from '../data/views/view-objects.ts';
import type { Module } from '../ir/types.ts';
import { imageElements } from '../nn/image-shape.ts';
import { vitConfig } from '../nn/vit-config.ts';
import { RandomStream } from '../random/philox.ts';
import type { Learner } from '../tasks/learner.ts';
import type { ObjectBatch } from '../tasks/objects/types.ts';
import { keepOfSteps } from '../tasks/shared/drop-path.ts';

export interface TimedStep {
  /** Entries that a step runs. */
  entries(device: string): Module['entries'];
  open(options: { device: string; threads?: number }): Promise<Learner<unknown>>;
  /** Values do not affect the time of a step. */
  readonly batch: unknown;
}

/** Classes of ImageNet. */
const IMAGE_CLASSES = 1000;
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
      entries: () => pretrainModule(recipe).entries,
      open: (options) => createPretrainLearner({ recipe, ...options }),
      batch: randomBatch(recipe),
    };
  },
  async finetune(recipe) {
    const { classifierModule, createClassifierLearner, initialClassifier } = await import(
      '../tasks/shared/classifier-learner.ts'
    );
    const { softTargets } = await import('../tasks/shared/mixup.ts');
    const random = new RandomStream(recipe.seed, 'probe');
    const labels = Array.from({ length: recipe.batch_size }, () => random.integer(IMAGE_CLASSES));
    const pixels = recipe.batch_size * imageElements(vitConfig(recipe, 'none'));
    return {
      entries: () => withoutPrediction(classifierModule(recipe, IMAGE_CLASSES)),
      open: (options) =>
        createClassifierLearner({
          recipe,
          classes: IMAGE_CLASSES,
          start: initialClassifier(recipe, IMAGE_CLASSES),
          ...options,
        }),
      batch: {
        images: Float32Array.from({ length: pixels }, () => random.between(-1, 1)),
        targets: softTargets(labels, IMAGE_CLASSES, recipe.smoothing, 1),
        labels,
        ...defined({ keep: keepOfSteps(recipe)(0) }),
      },
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
      entries: () => withoutPrediction(segmentModule(recipe, CLASSES)),
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
  detect: (recipe) => objectStep(recipe),
  instances: (recipe) => objectStep(recipe),
} as const satisfies Makers;

/** Classes of COCO, and about as many objects an image. */
const OBJECTS = { classes: 80, perImage: 7 };

async function objectStep(recipe: ObjectsRecipe): Promise<TimedStep> {
  const { classes, perImage } = OBJECTS;
  const { createObjectLearner, initialDetector, objectModule } = await import(
    '../tasks/objects/object-learner.ts'
  );
  const { drawAttend, maskedShares } = await import('../tasks/objects/masked-attention.ts');
  const { imageSize } = vitConfig(recipe, 'none');
  const [height, width] = imageSize;
  const random = new RandomStream(recipe.seed, 'probe');
  const hasMasks = recipe.mask_points !== undefined;
  const objects = Array.from({ length: recipe.batch_size }, (): ViewObjects => {
    const each = Array.from({ length: perImage }, () => random.between(0.2, 0.4));
    const masks = new Uint8Array(perImage * height * width);
    // A band of the view.
    for (let i = 0; i < perImage; i++)
      masks.fill(1, i * height * width, (i + 0.2) * height * width);
    return {
      shown: { left: 0, top: 0, width, height },
      boxes: Float32Array.from(
        each.flatMap((side) => [random.uniform(), random.uniform(), side, side]),
      ),
      classes: Int32Array.from(each, () => random.integer(classes)),
      ignored: new Float32Array(),
      ...(hasMasks ? { masks, hasMask: new Uint8Array(perImage).fill(1) } : {}),
    };
  });
  const shares = maskedShares(recipe.query_blocks, 0, 1);
  const pixels = recipe.batch_size * height * width;
  const batch: ObjectBatch = {
    images: Float32Array.from({ length: 3 * pixels }, () => random.between(-1, 1)),
    objects,
    step: 0,
    attend: hasMasks
      ? drawAttend(recipe.seed, 0, shares, recipe.batch_size, recipe.queries)
      : undefined,
    keep: keepOfSteps(recipe)(0),
  };
  return {
    entries: (device) => withoutPrediction(objectModule(recipe, classes, device)),
    open: (options) =>
      createObjectLearner({ recipe, classes, start: initialDetector(recipe, classes), ...options }),
    batch,
  };
}

function withoutPrediction({ entries }: Module): Module['entries'] {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => name !== 'predict'));
}

/** Tasks whose step can be timed. */
export const TIMED_TASKS = Object.keys(MAKERS) as TimedTask[];
export type TimedTask = keyof typeof MAKERS;

/** @param recipe of that kind */
export function timedStep(task: TimedTask, recipe: SharedValues): Promise<TimedStep> {
  const makers: Readonly<Record<TimedTask, (recipe: never) => Promise<TimedStep>>> = MAKERS;
  return makers[task](recipe as never);
}
