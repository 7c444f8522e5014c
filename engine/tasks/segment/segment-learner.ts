/** The learner of semantic segmentation: a compiled step, its scalars, its state, and predictions. */
import type { Collectives } from '../../collectives/collectives.ts';
import { SINGLE } from '../../collectives/single.ts';
import {
  checkLeastPass,
  imagesPerPass,
  passesPerStep,
  passOf,
  shareOfBatch,
} from '../../contract/micro-batch.ts';
import { leastSegmentPass, type SegmentRecipe } from '../../contract/segment-recipe.ts';
import { IGNORED } from '../../data/targets/masks/mask-values.ts';
import type { Program } from '../../executors/executor.ts';
import { initialTensors } from '../../nn/initialise.ts';
import { segmenterBuffers, segmenterParameters } from '../../nn/segmenter.ts';
import { segmenterConfig } from '../../nn/segmenter-config.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { branchesOf } from '../shared/drop-path.ts';
import { compileStep, type HeadLearnerOptions, headStepOptions } from '../shared/head-step.ts';
import {
  type BatchReading,
  type LearningRules,
  NetworkLearner,
} from '../shared/network-learner.ts';
import { groupScalars } from '../shared/parameter-groups.ts';
import { buildSegmentModule, type SegmentEntries } from './segment-module.ts';

type GradientGraph = SegmentEntries['gradients'];

export interface SegmentBatch {
  /** [B, C, H, W], normalised */
  readonly images: Float32Array;
  /** [B, H, W], classes from 0, or `IGNORED` */
  readonly labels: Int32Array;
  /** [depth, 2, B]; given if and only if the recipe has stochastic depth */
  readonly keep?: Float32Array;
}

/** The initial tensors of a network from scratch, which depend on the recipe's seed. */
export function initialSegmenter(
  recipe: SegmentRecipe,
  classes: number,
): Map<string, HostTensor<'f32'>> {
  const config = segmenterConfig(recipe, classes);
  const specs = [...segmenterParameters(config), ...segmenterBuffers(config)];
  return initialTensors(recipe, config.vit, specs);
}

/** The recipe's step. @param ranks that share a batch; the recipe is that of each one's share */
export function segmentModule(recipe: SegmentRecipe, classes: number, ranks = 1) {
  return buildSegmentModule({
    ...headStepOptions(recipe, ranks),
    network: segmenterConfig(recipe, classes),
    auxiliaryWeight: recipe.auxiliary_weight,
  });
}

/**
 * Compile the recipe's step for a device and write the initial weights to it.
 * @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable`
 */
export async function createSegmentLearner(
  options: HeadLearnerOptions<SegmentRecipe>,
): Promise<SegmentLearner> {
  const { classes, ranks = SINGLE } = options;
  const recipe = shareOfBatch(options.recipe, ranks.size);
  if (!recipe.sync_batchnorm) checkLeastPass(recipe, leastSegmentPass(recipe), ranks.size);
  const module = segmentModule(recipe, classes, ranks.size);
  const program = await compileStep(module, options);
  return new SegmentLearner(program, recipe, module.state.keys(), ranks);
}

export class SegmentLearner extends NetworkLearner<SegmentBatch, GradientGraph> {
  /** as many as `predict` takes */
  readonly imagesPerPass: number;
  readonly #program: Program<SegmentEntries>;

  constructor(
    program: Program<SegmentEntries>,
    recipe: SegmentRecipe,
    stateNames: Iterable<string>,
    ranks: Collectives,
  ) {
    const rules: LearningRules<SegmentBatch, GradientGraph> = {
      read: (batch) => readBatch(batch, recipe),
      groups: (scalars) => groupScalars(recipe, scalars),
    };
    super(program, recipe, stateNames, rules, ranks);
    this.imagesPerPass = imagesPerPass(recipe);
    this.#program = program;
  }

  /**
   * @param images as many as a pass has, [n, C, H, W], normalised
   * @returns logits on the grid of the head, [n·rows·cols, classes]
   */
  async predict(images: Float32Array): Promise<Float32Array> {
    const results = await this.#program.run('predict', { images });
    return results.get('logits').data as Float32Array;
  }
}

function readBatch(
  { images, labels, keep }: SegmentBatch,
  recipe: SegmentRecipe,
): BatchReading<GradientGraph> {
  const passes = passesPerStep(recipe);
  const pixels = labels.reduce((count, label) => count + Number(label !== IGNORED), 0);
  let right = 0;
  return {
    counts: [pixels],
    feeds: (pass, [all]) => ({
      images: passOf(images, pass, passes),
      labels: passOf(labels, pass, passes),
      pixels: Float32Array.of(Math.max(1, all!)),
      keep: keep && branchesOf(keep, pass, recipe),
    }),
    take(results) {
      right += results.get('right').data[0]!;
    },
    // The share of labelled pixels whose class is right.
    score: () => ({ part: right, whole: pixels }),
  };
}
