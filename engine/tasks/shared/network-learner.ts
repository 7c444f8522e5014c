/**
 * Training of a network with AdamW on a device, for any objective: the gradients of a batch, at
 * once or in passes, and, if all numbers are finite, the update.
 *
 * Its module has the entries `gradients`, `update` and, with several passes, `clear`
 * (optimised-module.ts).
 */
import type { Collectives } from '../../collectives/collectives.ts';
import { SINGLE } from '../../collectives/single.ts';
import { imagesPerPass, passesPerStep } from '../../contract/micro-batch.ts';
import { PRECISION_TRAITS } from '../../contract/precision.ts';
import type { SharedValues, SyncSettings } from '../../contract/settings/shared.ts';
import type { Program } from '../../executors/executor.ts';
import { TrainingState } from '../../executors/training-state.ts';
import type { Feeds, FeedsOf, Graph, ResultsOf } from '../../ir/types.ts';
import { isPersistent, STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { clipScale, type GroupScalars, updateFeeds } from '../../optim/adamw.ts';
import { finiteGradients, LossScale, scaleFeeds } from '../../optim/loss-scale.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Learner, StepResult, StepScalars } from '../learner.ts';
import type { StepOptions } from './optimised-module.ts';
import { GradientSum, sumNumbers } from './rank-sums.ts';

export type StepRecipe = Pick<
  SharedValues,
  | 'batch_size'
  | 'micro_batch'
  | 'precision'
  | 'recompute'
  | 'wire_precision'
  | 'beta1'
  | 'beta2'
  | 'adam_eps'
  | 'clip_grad'
>;

/**
 * The step of a recipe, for the module of any network.
 *
 * @param ranks that share a batch; the recipe is that of each one's share
 */
export function stepOptions(
  recipe: StepRecipe & Partial<SyncSettings>,
  ranks = 1,
): Required<StepOptions> {
  return {
    batchSize: imagesPerPass(recipe),
    passes: passesPerStep(recipe),
    ranks,
    syncedRanks: recipe.sync_batchnorm ? ranks : 1,
    lossScaled: PRECISION_TRAITS[recipe.precision].isLossScaled,
    recompute: recipe.recompute,
    adamw: { beta1: recipe.beta1, beta2: recipe.beta2, eps: recipe.adam_eps },
  };
}

/** The entry `gradients` of an objective; the learner adds the feeds of the loss scale. */
export type LearningGraph = Graph<Feeds, 'loss' | 'squaredNorm'>;

type LearningEntries<G extends LearningGraph> = {
  readonly clear?: Graph;
  readonly gradients: G;
  readonly update: Graph;
};

/** The part of a step that depends on the objective. */
export interface LearningRules<Batch, G extends LearningGraph> {
  read(batch: Batch): BatchReading<G>;
  /** Learning rate and weight decay of each group of parameters. */
  groups(scalars: StepScalars): Readonly<Record<string, GroupScalars>>;
}

/** The state of a batch between its passes. */
export interface BatchReading<G extends LearningGraph> {
  /** Numbers of these images that the loss is divided by, such as labelled pixels; none when left out. */
  readonly counts?: readonly number[];
  /**
   * @param pass   from 0
   * @param counts those of the whole batch: the sums over all ranks
   */
  feeds(pass: number, counts: readonly number[]): FeedsOf<G> | Promise<FeedsOf<G>>;
  /** Store what is needed of a pass's results. */
  take(results: ResultsOf<G>, pass: number): void;
  /** The score of these images. */
  score(): ScoreParts;
}

/** A score as a part of a whole, both of which add up over the ranks that share a batch. */
export interface ScoreParts {
  readonly part: number;
  readonly whole: number;
  /** The score of nothing, 0 when left out. */
  readonly ofNothing?: number;
}

export function scoreOf({ part, whole, ofNothing = 0 }: ScoreParts): number {
  return whole === 0 ? ofNothing : part / whole;
}

export class NetworkLearner<Batch, G extends LearningGraph> implements Learner<Batch> {
  readonly #program: Program<LearningEntries<G>>;
  readonly #recipe: StepRecipe;
  readonly #rules: LearningRules<Batch, G>;
  readonly #scale: LossScale | undefined;
  readonly #state: TrainingState;
  readonly #gradientNames: readonly string[];
  readonly #weightNames: readonly string[];
  readonly #ranks: Collectives;

  /**
   * @param recipe of the images of this rank
   * @param stateNames names of the module's state tensors
   * @param ranks that share a batch; all call `step` together and take the same decisions
   */
  constructor(
    program: Program<LearningEntries<G>>,
    recipe: StepRecipe,
    stateNames: Iterable<string>,
    rules: LearningRules<Batch, G>,
    ranks: Collectives = SINGLE,
  ) {
    this.#program = program;
    this.#recipe = recipe;
    this.#rules = rules;
    this.#scale = PRECISION_TRAITS[recipe.precision].isLossScaled ? new LossScale() : undefined;
    const names = [...stateNames];
    this.#gradientNames = names.filter((name) => name.startsWith(STATE_PREFIXES.gradient));
    this.#weightNames = trainedNames(names);
    this.#ranks = ranks;
    this.#state = new TrainingState(program, names.filter(isPersistent), this.#scale);
  }

  async step(batch: Batch, scalars: StepScalars): Promise<StepResult> {
    const started = performance.now();
    const { loss, squaredNorm, score } = await finiteGradients(this.#scale, () =>
      this.#gradients(this.#rules.read(batch)),
    );
    const gradNorm = Math.sqrt(squaredNorm);
    const applied = Number.isFinite(loss) && Number.isFinite(gradNorm);
    if (applied) await this.#update(gradNorm, scalars);
    return { applied, loss, gradNorm, score, learningMs: performance.now() - started };
  }

  /** Compute the batch's gradients, which stay on the device. */
  async #gradients(reading: BatchReading<G>) {
    const passes = passesPerStep(this.#recipe);
    if (passes > 1) await this.#program.run('clear', {});
    const counts = await sumNumbers(this.#ranks, reading.counts ?? []);
    const sum = this.#ranks.size === 1 ? undefined : this.#gradientSum();
    let loss = 0;
    let squaredNorm = 0;
    for (let pass = 0; pass < passes; pass++) {
      const feeds = { ...(await reading.feeds(pass, counts)), ...scaleFeeds(this.#scale) };
      // The gradients of the batch are finished in the last pass, and their sum begins during it.
      const observer = pass === passes - 1 ? sum : undefined;
      const results = await this.#program.run('gradients', feeds, observer);
      loss += results.get('loss').data[0]!;
      // The norm is that of the sum up to this pass, so the last one's is that of the batch.
      squaredNorm = results.get('squaredNorm').data[0]!;
      reading.take(results, pass);
    }
    const score = reading.score();
    if (sum === undefined) return { loss, squaredNorm, score: scoreOf(score) };
    return this.#sumOverRanks(sum, loss, score);
  }

  #gradientSum(): GradientSum {
    const options = { wire: this.#recipe.wire_precision };
    return new GradientSum(this.#ranks, this.#program, this.#gradientNames, options);
  }

  /** Each rank has divided by the whole batch, so the losses add up as gradients do. */
  async #sumOverRanks(sum: GradientSum, ownLoss: number, own: ScoreParts) {
    const squaredNorm = await sum.finish();
    const sums = await sumNumbers(this.#ranks, [ownLoss, own.part, own.whole]);
    const [loss, part, whole] = sums as [number, number, number];
    return { loss, squaredNorm, score: scoreOf({ ...own, part, whole }) };
  }

  async #update(gradNorm: number, scalars: StepScalars): Promise<void> {
    const { adamw } = stepOptions(this.#recipe);
    const feeds = updateFeeds(adamw, this.#rules.groups(scalars), {
      step: this.#state.updates + 1,
      clipScale: clipScale(gradNorm, this.#recipe.clip_grad),
      emaMomentum: scalars.emaMomentum,
    });
    await this.#program.run('update', feeds);
    this.#state.updates++;
  }

  readState(): Promise<NamedTensors> {
    return this.#state.read();
  }

  readWeights(): Promise<NamedTensors> {
    return this.#program.readState(this.#weightNames);
  }

  /** @throws StudioError `state-mismatch` when a tensor is missing, unexpected or of another shape */
  writeState(state: NamedTensors): Promise<void> {
    return this.#state.write(state);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

/** Names of the tensors that have a gradient; the network is the student's, or the only one. */
function trainedNames(names: readonly string[]): string[] {
  const all = new Set(names);
  const { gradient, student } = STATE_PREFIXES;
  return names.flatMap((name) => {
    if (!name.startsWith(gradient)) return [];
    const own = name.slice(gradient.length);
    return [student, 'model.'].map((prefix) => prefix + own).filter((each) => all.has(each));
  });
}
