/** The learner of networks that find objects: a compiled step, its loss, its state, and predictions. */
import type { Collectives } from '../../collectives/collectives.ts';
import { SINGLE } from '../../collectives/single.ts';
import { imagesPerPass, passesPerStep, passOf, shareOfBatch } from '../../contract/micro-batch.ts';
import type { ObjectsRecipe } from '../../contract/objects-recipe.ts';
import { traitsOf } from '../../executors/devices.ts';
import type { Program } from '../../executors/executor.ts';
import { openDevice } from '../../executors/open-device.ts';
import { initialTensors } from '../../nn/initialise.ts';
import {
  type DetectorConfig,
  detectorParameters,
  maskGrid,
  predictionCount,
} from '../../nn/query-detector.ts';
import { detectorConfig } from '../../nn/query-detector-config.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { branchesOf } from '../shared/drop-path.ts';
import { compileStep, type HeadLearnerOptions, headStepOptions } from '../shared/head-step.ts';
import {
  type BatchReading,
  type LearningRules,
  NetworkLearner,
} from '../shared/network-learner.ts';
import { groupScalars } from '../shared/parameter-groups.ts';
import type { LossWeights } from './loss-types.ts';
import { lossCounts, lossDivisors } from './object-loss.ts';
import { buildObjectModule, type ObjectEntries } from './object-module.ts';
import { type PassRules, passLoss } from './pass-loss.ts';
import { readPredictions } from './predictions.ts';
import { drawPoints } from './sample-points.ts';
import type { ObjectBatch, ViewPredictions } from './types.ts';

type GradientGraph = ObjectEntries['gradients'];

/** The initial tensors of a network from scratch, which depend on the recipe's seed. */
export function initialDetector(
  recipe: ObjectsRecipe,
  classes: number,
): Map<string, HostTensor<'f32'>> {
  const config = detectorConfig(recipe, classes);
  return initialTensors(recipe, config.vit, detectorParameters(config));
}

/**
 * The recipe's step.
 *
 * @param device id of the device that it runs on
 * @param ranks  that share a batch; the recipe is that of each one's share
 */
export function objectModule(recipe: ObjectsRecipe, classes: number, device: string, ranks = 1) {
  return buildObjectModule({
    ...headStepOptions(recipe, ranks),
    network: detectorConfig(recipe, classes),
    // Some cards return state after each run, and the memory of the others is small.
    keepActivations: traitsOf(device).computesOn === 'processor',
  });
}

/**
 * Compile the recipe's step for a device and write the initial weights to it.
 * @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable`
 */
export async function createObjectLearner(
  options: HeadLearnerOptions<ObjectsRecipe>,
): Promise<ObjectLearner> {
  const { classes, ranks = SINGLE } = options;
  const recipe = shareOfBatch(options.recipe, ranks.size);
  const { id: device } = await openDevice(options.device);
  const module = objectModule(recipe, classes, device, ranks.size);
  const program = await compileStep(module, { ...options, device });
  const network = detectorConfig(recipe, classes);
  return new ObjectLearner(program, recipe, network, module.state.keys(), ranks);
}

export class ObjectLearner extends NetworkLearner<ObjectBatch, GradientGraph> {
  /** as many as `predict` takes */
  readonly imagesPerPass: number;
  readonly #program: Program<ObjectEntries>;

  constructor(
    program: Program<ObjectEntries>,
    recipe: ObjectsRecipe,
    network: DetectorConfig,
    stateNames: Iterable<string>,
    ranks: Collectives,
  ) {
    const firstOfShare = ranks.rank * recipe.batch_size;
    const rules: LearningRules<ObjectBatch, GradientGraph> = {
      read: (batch) => readBatch(batch, recipe, network, program, firstOfShare),
      groups: (scalars) => groupScalars(recipe, scalars),
    };
    super(program, recipe, stateNames, rules, ranks);
    this.imagesPerPass = imagesPerPass(recipe);
    this.#program = program;
  }

  /** @param images as many as a pass has, [n, C, H, W], normalised */
  async predict(images: Float32Array): Promise<ViewPredictions> {
    return readPredictions(await this.#program.run('predict', { images }));
  }
}

function weightsOf(recipe: ObjectsRecipe): LossWeights {
  return {
    class: recipe.class_weight,
    noObject: recipe.no_object_weight,
    box: recipe.box_weight,
    giou: recipe.giou_weight,
    mask: recipe.mask_weight ?? 0,
    dice: recipe.dice_weight ?? 0,
  };
}

/** @param firstOfShare place of the first image in the batch of all ranks */
function readBatch(
  { images, objects, step, attend, keep }: ObjectBatch,
  recipe: ObjectsRecipe,
  network: DetectorConfig,
  program: Program<ObjectEntries>,
  firstOfShare: number,
): BatchReading<GradientGraph> {
  const [passes, size] = [passesPerStep(recipe), imagesPerPass(recipe)];
  const { seed, mask_points: points = 0 } = recipe;
  const { queries, vit } = network;
  const [height, width] = vit.imageSize;
  const grid = maskGrid(network);
  const weights = weightsOf(recipe);
  const rules: Omit<PassRules, 'draws' | 'divisors'> = {
    weights,
    queries,
    points,
    depths: predictionCount(network),
    firstHasBoxes: !network.masks,
    grid,
    maskSize: grid && { rows: height, cols: width },
  };
  let ious = 0;
  const { classes: classWeights, objects: count } = lossCounts(objects, queries, weights);
  return {
    counts: [classWeights, count],
    async feeds(pass, [allWeights, all]) {
      const inputs = {
        images: passOf(images, pass, passes),
        attend: attend && attendOf(attend, pass, passes, network.queryBlocks),
        keep: keep && branchesOf(keep, pass, recipe),
      };
      const found = await program.run('forward', inputs);
      const numbers = (name: string) => found.get(name)?.data as Float32Array | undefined;
      const predicted = {
        classes: numbers('classes')!,
        boxes: numbers('boxes')!,
        masks: numbers('masks'),
      };
      const first = pass * size;
      const loss = passLoss(predicted, objects.slice(first, first + size), {
        ...rules,
        divisors: lossDivisors({ classes: allWeights!, objects: all! }),
        draws: (image, depth) =>
          drawPoints(seed, step, firstOfShare + first + image, depth, points),
      });
      ious += loss.ious;
      return { ...inputs, ...loss.feeds };
    },
    take: () => {},
    // Mean intersection over union of objects with their queries' boxes.
    score: () => ({ part: ious, whole: count }),
  };
}

/** @param attend [blocks, B, Q] @returns of the images of one pass */
function attendOf(attend: Float32Array, pass: number, passes: number, blocks: number) {
  const each = attend.length / blocks;
  const parts = Array.from({ length: blocks }, (_, block) =>
    passOf(attend.subarray(block * each, (block + 1) * each), pass, passes),
  );
  const some = new Float32Array(attend.length / passes);
  for (const [block, part] of parts.entries()) some.set(part, block * part.length);
  return some;
}
