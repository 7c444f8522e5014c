/** Steps of every task with labels on two ranks, against one process that has the whole batch. */
import { describe, expect, it } from 'vitest';
import type { Collectives } from '../../collectives/collectives.ts';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { parseMultilabelRecipe } from '../../contract/multilabel-recipe.ts';
import { parseDetectRecipe, parseInstancesRecipe } from '../../contract/objects-recipe.ts';
import { parseSegmentRecipe } from '../../contract/segment-recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import { valuesOfShare } from '../../data/loader/rank-share.ts';
import { IGNORED } from '../../data/targets/masks/mask-values.ts';
import type { ViewObjects } from '../../data/views/view-objects.ts';
import { RandomStream } from '../../random/philox.ts';
import type { Learner, StepResult } from '../learner.ts';
import { labelTargets } from '../multilabel/labels.ts';
import { severalLabels } from '../multilabel/loss.ts';
import { drawAttend, maskedShares } from '../objects/masked-attention.ts';
import { createObjectLearner, initialDetector } from '../objects/object-learner.ts';
import type { ObjectBatch } from '../objects/types.ts';
import {
  createSegmentLearner,
  initialSegmenter,
  type SegmentBatch,
} from '../segment/segment-learner.ts';
import {
  type ClassifierBatch,
  createClassifierLearner,
  initialClassifier,
} from './classifier-learner.ts';
import { drawKeep, keepProbabilities } from './drop-path.ts';
import { softTargets } from './mixup.ts';

const [RANKS, B, SIDE, CLASSES, DEPTH] = [2, 4, 16, 3, 4];
const SHARE = B / RANKS;
const IMAGE = 3 * SIDE * SIDE;
const network = {
  image_size: SIDE,
  patch_size: 4,
  embed_dim: 16,
  depth: DEPTH,
  heads: 2,
  init_std: 0.2,
  batch_size: B,
  drop_path: 0.4,
  clip_grad: 0.5,
};
const scalars = { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0 };

interface TaskOfTest<Batch> {
  create(ranks?: Collectives, changes?: SettingValues): Promise<Learner<Batch>>;
  batch(step: number): Batch;
  /** What the loader of a rank gives of it. */
  shareOf(batch: Batch, rank: number): Batch;
}

const stream = (step: number) => new RandomStream(step, 'test');
const noise = (random: RandomStream) =>
  Float32Array.from({ length: B * IMAGE }, () => random.normal());
const keepAt = (step: number) => drawKeep(1, step, keepProbabilities(DEPTH, 0.4), B);
const rows = <T extends Float32Array | Int32Array>(all: T, rank: number) =>
  all.subarray((rank * all.length) / RANKS, ((rank + 1) * all.length) / RANKS) as T;
const placed = (values: Float32Array | undefined, rank: number, each = 1) =>
  values && valuesOfShare(values, B, { rank, size: RANKS }, each);

function classifierShare(batch: ClassifierBatch, rank: number): ClassifierBatch {
  const labels = Int32Array.from(Array.from(batch.labels));
  return {
    images: rows(batch.images, rank),
    targets: rows(batch.targets, rank),
    labels: rows(labels, rank),
    keep: placed(batch.keep, rank)!,
  };
}

function classifier(changes: SettingValues): TaskOfTest<ClassifierBatch> {
  const recipe = parseFinetuneRecipe({ ...network, ...changes });
  const start = initialClassifier(recipe, CLASSES);
  return {
    create: (ranks, more) =>
      createClassifierLearner({
        ...{ recipe: { ...recipe, ...more }, classes: CLASSES, start },
        ...{ device: 'cpu', threads: 1, ranks },
      }),
    batch(step) {
      const random = stream(step);
      const labels = Int32Array.from({ length: B }, () => random.integer(CLASSES));
      const targets = softTargets(labels, CLASSES, 0.1, 0.7);
      return { images: noise(random), labels, targets, keep: keepAt(step) };
    },
    shareOf: classifierShare,
  };
}

function multilabel(): TaskOfTest<ClassifierBatch> {
  const recipe = parseMultilabelRecipe(network);
  const start = initialClassifier(recipe, CLASSES);
  const targetsOf = labelTargets(CLASSES, Float32Array.of(2, 0.5, 3));
  // The images of one rank have many labels, those of the other one few.
  const labelled = [[0, 1, 2], [0, 1], [], [2]];
  return {
    create: (ranks, more) =>
      createClassifierLearner({
        ...{ recipe: { ...recipe, ...more }, classes: CLASSES, start },
        ...{ objective: severalLabels(0.4), device: 'cpu', threads: 1, ranks },
      }),
    batch(step) {
      const shown = labelled.map((labels, label) => ({ path: '/', label, labels }));
      return { images: noise(stream(step)), keep: keepAt(step), ...targetsOf(shown, 1) };
    },
    shareOf: classifierShare,
  };
}

function segmenter(changes: SettingValues): TaskOfTest<SegmentBatch> {
  const recipe = parseSegmentRecipe({ ...network, auxiliary_channels: 8, ...changes });
  const start = initialSegmenter(recipe, CLASSES);
  return {
    create: (ranks, more) =>
      createSegmentLearner({
        ...{ recipe: { ...recipe, ...more }, classes: CLASSES, start },
        ...{ device: 'cpu', threads: 1, ranks },
      }),
    batch(step) {
      const random = stream(step);
      // Of the second rank's images hardly a pixel has a label.
      const labels = Int32Array.from({ length: B * SIDE * SIDE }, (_, i) =>
        i >= SHARE * SIDE * SIDE + 9 ? IGNORED : random.integer(CLASSES),
      );
      return { images: noise(random), labels, keep: keepAt(step) };
    },
    shareOf: ({ images, labels, keep }, rank) => ({
      images: rows(images, rank),
      labels: rows(labels, rank),
      keep: placed(keep, rank)!,
    }),
  };
}

const [QUERIES, BLOCKS] = [5, 2];

function objects(masks: boolean): TaskOfTest<ObjectBatch> {
  const settings = { ...network, queries: QUERIES, query_blocks: BLOCKS };
  const recipe = masks
    ? parseInstancesRecipe({ ...settings, mask_points: 32 })
    : parseDetectRecipe(settings);
  const start = initialDetector(recipe, CLASSES);
  const objectsOf = (random: RandomStream, count: number): ViewObjects => ({
    shown: { left: 0, top: 0, width: SIDE, height: SIDE },
    boxes: Float32Array.from({ length: 4 * count }, () => 0.2 + 0.4 * random.uniform()),
    classes: Int32Array.from({ length: count }, () => random.integer(CLASSES)),
    ignored: new Float32Array(),
    ...(masks && {
      masks: Uint8Array.from({ length: count * SIDE * SIDE }, () => random.integer(2)),
      hasMask: new Uint8Array(count).fill(1),
    }),
  });
  return {
    create: (ranks, more) =>
      createObjectLearner({
        ...{ recipe: { ...recipe, ...more }, classes: CLASSES, start },
        ...{ device: 'cpu', threads: 1, ranks },
      }),
    batch(step) {
      const random = stream(step);
      // The images of the second rank have no objects.
      const each = [3, 1, 0, 0].map((count) => objectsOf(random, count));
      const attend = drawAttend(1, step, maskedShares(BLOCKS, step, 60), B, QUERIES);
      const images = noise(random);
      return { images, objects: each, step, keep: keepAt(step), ...(masks && { attend }) };
    },
    shareOf: (batch, rank) => {
      const attend = placed(batch.attend, rank, QUERIES);
      return {
        images: rows(batch.images, rank),
        objects: batch.objects.slice(rank * SHARE, (rank + 1) * SHARE),
        step: batch.step,
        keep: placed(batch.keep, rank)!,
        ...(attend && { attend }),
      };
    },
  };
}

interface Trained {
  readonly results: readonly StepResult[];
  readonly moments: ReadonlyMap<string, readonly number[]>;
}

async function train<Batch>(
  learner: Learner<Batch>,
  batchAt: (step: number) => Batch,
): Promise<Trained> {
  const results: StepResult[] = [];
  for (const step of [1, 2]) results.push(await learner.step(batchAt(step), scalars));
  const state = await learner.readState();
  await learner.dispose();
  const moments = [...state].filter(([name]) => name.startsWith('exp_avg.'));
  return {
    results,
    moments: new Map(moments.map(([n, { data }]) => [n, Array.from(data, Number)])),
  };
}

/** The batch of each comes from itself. */
function anyTask<Batch>(task: TaskOfTest<Batch>): TaskOfTest<unknown> {
  return task as unknown as TaskOfTest<unknown>;
}

const CASES: readonly [string, () => TaskOfTest<unknown>, SettingValues?][] = [
  ['classification', () => anyTask(classifier({}))],
  ['classification of the last block', () => anyTask(classifier({ trained_blocks: 1 }))],
  ['several labels', () => anyTask(multilabel())],
  ['segmentation, linear', () => anyTask(segmenter({ head: 'linear' }))],
  // Batch norm sees the images of a rank, as it does those of a pass.
  ['segmentation, UPerNet', () => anyTask(segmenter({ head: 'upernet' })), { micro_batch: SHARE }],
  [
    'segmentation, UPerNet synchronised',
    () => anyTask(segmenter({ head: 'upernet', sync_batchnorm: true })),
  ],
  ['boxes', () => anyTask(objects(false))],
  ['masks', () => anyTask(objects(true))],
];

describe.each(CASES)('%s', (_, make, inPasses = {}) => {
  it('learns on two ranks what one process learns', async () => {
    const task = make();
    const alone = await train(await task.create(undefined, inPasses), task.batch);
    const [first, second] = (await Promise.all(
      inProcessRanks(RANKS).map(async (ranks) =>
        train(await task.create(ranks), (step) => task.shareOf(task.batch(step), ranks.rank)),
      ),
    )) as [Trained, Trained];
    // Times differ, nothing else.
    const numbersOf = ({ results }: Trained) =>
      results.map(({ loss, gradNorm, score, applied }) => ({ loss, gradNorm, score, applied }));
    expect(numbersOf(second)).toEqual(numbersOf(first));
    expect(second.moments).toEqual(first.moments);
    for (const [i, { loss, gradNorm, score }] of alone.results.entries()) {
      const got = first.results[i]!;
      expect(got.applied).toBe(true);
      expect(got.loss / loss).toBeCloseTo(1, 4);
      expect(got.gradNorm / gradNorm).toBeCloseTo(1, 3);
      expect(got.score).toBeCloseTo(score, 5);
    }
    expect([...first.moments.keys()]).toEqual([...alone.moments.keys()]);
    // The length of the difference over the length of all moments.
    let [wrong, length] = [0, 0];
    for (const [name, values] of alone.moments)
      for (const [i, value] of values.entries()) {
        wrong += (value - first.moments.get(name)![i]!) ** 2;
        length += value ** 2;
      }
    expect(length).toBeGreaterThan(0);
    expect(Math.sqrt(wrong / length)).toBeLessThan(1e-3);
  });
});

it('is refused where batch norm would see one value a rank', async () => {
  const [ranks] = inProcessRanks(4);
  await expect(segmenter({ head: 'upernet' }).create(ranks)).rejects.toMatchObject({
    code: 'ranks-uneven',
    message:
      'Batch normalisation needs 2 images on each rank, and of a batch of 4 each of 4 ranks has 1.',
  });
});
