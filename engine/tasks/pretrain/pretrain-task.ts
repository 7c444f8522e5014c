/** Pre-training as the loop sees it: a compiled step, its scalars, and its state. */
import { imagesPerPass, passesPerStep, passOf } from '../../contract/micro-batch.ts';
import type { Recipe } from '../../contract/recipe.ts';
import { compileOn } from '../../executors/compile-on.ts';
import type { Program } from '../../executors/executor.ts';
import { TrainingState } from '../../executors/training-state.ts';
import type { Module } from '../../ir/types.ts';
import { networkBuffers, networkConfig, networkParameters } from '../../nn/conmim-network.ts';
import { initialise } from '../../nn/initialise.ts';
import { isPersistent, STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { gridOf } from '../../nn/vit.ts';
import { type AdamWConstants, clipScale, updateFeeds } from '../../optim/adamw.ts';
import { finiteGradients, LossScale, scaleFeeds } from '../../optim/loss-scale.ts';
import { decayed } from '../../optim/schedules.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { buildPretrainModule } from './pretrain-module.ts';

export interface PretrainBatch {
  /** plain view, [B, 3, H, W], normalised */
  readonly student: Float32Array;
  /** strongly perturbed view of the same crops */
  readonly teacher: Float32Array;
  /** [B, N], 1 where the student sees the mask token */
  readonly mask: Uint8Array;
}

export interface PretrainScalars {
  readonly lr: number;
  readonly weightDecay: number;
  readonly emaMomentum: number;
}

export interface PretrainStepResult {
  readonly applied: boolean;
  readonly loss: number;
  readonly gradNorm: number;
  /** Share of masked patches whose nearest teacher patch is their own. */
  readonly score: number;
  readonly learningMs: number;
}

/** The recipe's training step. */
export function pretrainModule(recipe: Recipe): Module {
  return buildPretrainModule({
    network: networkConfig(recipe),
    batchSize: imagesPerPass(recipe),
    accumulate: passesPerStep(recipe) > 1,
    lossScaled: recipe.precision === 'float16',
    recompute: recipe.recompute,
    temperature: recipe.temperature,
    adamw: adamwConstants(recipe),
    groupOf: (name, shape) => (decayed(name, shape) ? 'decayed' : 'plain'),
  });
}

function adamwConstants(recipe: Recipe): AdamWConstants {
  return { beta1: recipe.beta1, beta2: recipe.beta2, eps: recipe.adam_eps };
}

/** Student and teacher as training starts: equal, by the recipe's seed. */
export function initialNetworks(recipe: Recipe): Map<string, HostTensor> {
  const config = networkConfig(recipe);
  const { rows, cols } = gridOf(config.vit);
  const tensors = initialise([...networkParameters(config), ...networkBuffers(config)], {
    seed: recipe.seed,
    std: recipe.init_std,
    grid: { rows, cols },
    relPosInit: recipe.rel_pos_init,
  });
  const state = new Map<string, HostTensor>();
  for (const prefix of [STATE_PREFIXES.student, STATE_PREFIXES.teacher])
    for (const [name, tensor] of tensors) state.set(prefix + name, tensor);
  return state;
}

/**
 * Compile the recipe's step for a device and put the starting networks on it.
 *
 * @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable`
 */
export async function createPretrainTask(options: {
  readonly recipe: Recipe;
  readonly device?: string;
  readonly threads?: number;
}): Promise<PretrainTask> {
  const { recipe, device, threads } = options;
  const module = pretrainModule(recipe);
  const { precision } = recipe;
  const state = initialNetworks(recipe);
  const program = await compileOn(module, { device, precision, threads, state });
  return new PretrainTask(program, recipe, [...module.state.keys()].filter(isPersistent));
}

export class PretrainTask {
  readonly #program: Program;
  readonly #adamw: AdamWConstants;
  readonly #clip: number | null;
  readonly #passes: number;
  readonly #scale: LossScale | undefined;
  readonly #state: TrainingState;

  constructor(program: Program, recipe: Recipe, persistent: readonly string[]) {
    this.#program = program;
    this.#adamw = adamwConstants(recipe);
    this.#clip = recipe.clip_grad;
    this.#passes = passesPerStep(recipe);
    this.#scale = recipe.precision === 'float16' ? new LossScale() : undefined;
    this.#state = new TrainingState(program, persistent, this.#scale);
  }

  /** Forward, backward and, if all numbers are finite, the update. */
  async step(batch: PretrainBatch, scalars: PretrainScalars): Promise<PretrainStepResult> {
    const started = performance.now();
    const { loss, squaredNorm, matches, masked } = await finiteGradients(this.#scale, () =>
      this.#gradients(batch),
    );
    const gradNorm = Math.sqrt(squaredNorm);
    const score = matches / masked;
    const applied = Number.isFinite(loss) && Number.isFinite(gradNorm);
    if (applied) {
      const { lr, weightDecay, emaMomentum } = scalars;
      const feeds = updateFeeds(
        this.#adamw,
        { decayed: { lr, weightDecay }, plain: { lr, weightDecay: 0 } },
        {
          step: this.#state.updates + 1,
          clipScale: clipScale(gradNorm, this.#clip),
          emaMomentum,
        },
      );
      await this.#program.run('update', feeds);
      this.#state.updates++;
    }
    return { applied, loss, gradNorm, score, learningMs: performance.now() - started };
  }

  /** Leaves the batch's gradients on the device, computed at once or in passes. */
  async #gradients({ student, teacher, mask }: PretrainBatch) {
    const passes = this.#passes;
    const masks = Float32Array.from(mask);
    if (passes > 1) await this.#program.run('clear', {});
    const masked = Math.max(
      1,
      masks.reduce((sum, covered) => sum + covered, 0),
    );
    const totals = { loss: 0, squaredNorm: 0, matches: 0, masked };
    for (let pass = 0; pass < passes; pass++) {
      const results = await this.#program.run('gradients', {
        studentImages: passOf(student, pass, passes),
        teacherImages: passOf(teacher, pass, passes),
        mask: passOf(masks, pass, passes),
        ...(passes > 1 ? { maskedTotal: Float32Array.of(masked) } : {}),
        ...scaleFeeds(this.#scale),
      });
      const value = (name: string) => Number(results.get(name)!.data[0]);
      totals.loss += value('loss');
      totals.matches += value('matches');
      // Of the sum up to this pass: the last one's is that of the batch.
      totals.squaredNorm = value('squaredNorm');
    }
    return totals;
  }

  readState(): Promise<NamedTensors> {
    return this.#state.read();
  }

  /** @throws StudioError `state-mismatch` when a tensor is missing, unexpected or of another shape */
  writeState(state: NamedTensors): Promise<void> {
    return this.#state.write(state);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
