/** The learner of fine-tuning: a compiled step, its scalars, its state, and predictions. */

import type { Collectives } from '../../collectives/collectives.ts';
import { SINGLE } from '../../collectives/single.ts';
import type { HeadRecipe } from '../../contract/finetune-recipe.ts';
import { imagesPerPass, passesPerStep, passOf, shareOfBatch } from '../../contract/micro-batch.ts';
import type { Program } from '../../executors/executor.ts';
import {
  type ClassifierConfig,
  classifierConfig,
  classifierParameters,
} from '../../nn/classifier.ts';
import { imageElements } from '../../nn/image-shape.ts';
import { initialTensors } from '../../nn/initialise.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import {
  buildClassifierModule,
  type ClassifierEntries,
  type Objective,
  ONE_CLASS,
} from './classifier-module.ts';
import { branchesOf } from './drop-path.ts';
import { compileStep, type HeadLearnerOptions, headStepOptions } from './head-step.ts';
import { type BatchReading, type LearningRules, NetworkLearner } from './network-learner.ts';
import { groupScalars } from './parameter-groups.ts';

type GradientGraph = ClassifierEntries['gradients'];

export interface ClassifierBatch {
  /** [B, C, H, W], normalised */
  readonly images: Float32Array;
  /** as the objective defines them; for one class per image [B, classes], rows sum to 1 */
  readonly targets: Float32Array;
  /** labels for the score; for one class per image [B] */
  readonly labels: ArrayLike<number>;
  /** [depth, 2, B]; given if and only if the recipe has stochastic depth */
  readonly keep?: Float32Array;
}

/** The initial tensors of a classifier from scratch, which depend on the recipe's seed. */
export function initialClassifier(
  recipe: HeadRecipe,
  classes: number,
): Map<string, HostTensor<'f32'>> {
  const config = classifierConfig(recipe, classes);
  return initialTensors(recipe, config.vit, classifierParameters(config));
}

export interface ClassifierOptions extends HeadLearnerOptions<HeadRecipe> {
  /** one class per image when left out */
  readonly objective?: Objective | undefined;
}

/**
 * Compile the recipe's step for a device and write the initial weights to it.
 * @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable`
 */
export async function createClassifierLearner(
  options: ClassifierOptions,
): Promise<ClassifierLearner> {
  const { objective = ONE_CLASS, classes, ranks = SINGLE } = options;
  const recipe = shareOfBatch(options.recipe, ranks.size);
  const network = classifierConfig(recipe, classes);
  const module = classifierModule(recipe, classes, objective, ranks.size);
  const program = await compileStep(module, options);
  return new ClassifierLearner(program, recipe, network, objective, module.state.keys(), ranks);
}

/** The graphs of a recipe's step. @param ranks that share a batch */
export function classifierModule(
  recipe: HeadRecipe,
  classes: number,
  objective = ONE_CLASS,
  ranks = 1,
) {
  return buildClassifierModule({
    ...headStepOptions(recipe, ranks),
    network: classifierConfig(recipe, classes),
    objective,
    predictBatchSize: imagesPerPass(recipe),
  });
}

export class ClassifierLearner extends NetworkLearner<ClassifierBatch, GradientGraph> {
  readonly #program: Program<ClassifierEntries>;
  readonly #recipe: HeadRecipe;
  readonly #network: ClassifierConfig;

  constructor(
    program: Program<ClassifierEntries>,
    recipe: HeadRecipe,
    network: ClassifierConfig,
    objective: Objective,
    stateNames: Iterable<string>,
    ranks: Collectives,
  ) {
    const rules: LearningRules<ClassifierBatch, GradientGraph> = {
      read: (batch) => readBatch(batch, recipe, objective),
      groups: (scalars) => groupScalars(recipe, scalars),
    };
    super(program, recipe, stateNames, rules, ranks);
    this.#program = program;
    this.#recipe = recipe;
    this.#network = network;
  }

  /** @param images any number of images, [n, C, H, W], normalised @returns logits, [n, classes] */
  async predict(images: Float32Array): Promise<Float32Array> {
    const { classes, vit } = this.#network;
    const size = imageElements(vit);
    const whole = imagesPerPass(this.#recipe) * size;
    const logits = new Float32Array((images.length / size) * classes);
    for (let start = 0; start < images.length; start += whole) {
      let some = images.subarray(start, start + whole);
      if (some.length < whole) {
        some = new Float32Array(whole);
        some.set(images.subarray(start));
      }
      const results = await this.#program.run('predict', { images: some });
      const first = (start / size) * classes;
      const got = results.get('logits').data;
      logits.set(got.subarray(0, logits.length - first), first);
    }
    return logits;
  }
}

function readBatch(
  { images, targets, labels, keep }: ClassifierBatch,
  recipe: HeadRecipe,
  { targetsPerClass, score }: Objective,
): BatchReading<GradientGraph> {
  const passes = passesPerStep(recipe);
  const logits = new Float32Array(targets.length / targetsPerClass);
  return {
    feeds: (pass) => ({
      images: passOf(images, pass, passes),
      targets: passOf(targets, pass, passes),
      keep: keep && branchesOf(keep, pass, recipe),
    }),
    take(results, pass) {
      passOf(logits, pass, passes).set(results.get('logits').data);
    },
    score: () => score(logits, labels),
  };
}
