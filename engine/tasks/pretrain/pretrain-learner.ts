/** The learner of pre-training: a compiled step, its scalars, and its state. */
import { passesPerStep, passOf } from '../../contract/micro-batch.ts';
import type { Recipe } from '../../contract/recipe.ts';
import { compileOn } from '../../executors/compile-on.ts';
import type { Program } from '../../executors/executor.ts';
import { networkBuffers, networkConfig, networkParameters } from '../../nn/conmim-network.ts';
import { initialTensors } from '../../nn/initialise.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { decayed } from '../../optim/schedules.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { type BatchReading, NetworkLearner, stepOptions } from '../shared/network-learner.ts';
import {
  buildPretrainModule,
  type PretrainEntries,
  type PretrainModule,
} from './pretrain-module.ts';

type GradientGraph = PretrainEntries['gradients'];

export interface PretrainBatch {
  /** plain view, [B, C, H, W], normalised */
  readonly student: Float32Array;
  /** strongly perturbed view of the same crops */
  readonly teacher: Float32Array;
  /** [B, N], 1 where the student sees the mask token */
  readonly mask: Uint8Array;
}

export function pretrainModule(recipe: Recipe): PretrainModule {
  return buildPretrainModule({
    ...stepOptions(recipe),
    network: networkConfig(recipe),
    temperature: recipe.temperature,
    groupOf: (name, shape) => (decayed(name, shape) ? 'decayed' : 'plain'),
  });
}

/** Student and teacher at the start of training: equal, and drawn from the recipe's seed. */
export function initialNetworks(recipe: Recipe): Map<string, HostTensor> {
  const config = networkConfig(recipe);
  const specs = [...networkParameters(config), ...networkBuffers(config)];
  const tensors = initialTensors(recipe, config.vit, specs);
  const state = new Map<string, HostTensor>();
  for (const prefix of [STATE_PREFIXES.student, STATE_PREFIXES.teacher])
    for (const [name, tensor] of tensors) state.set(prefix + name, tensor);
  return state;
}

/**
 * Compile the recipe's step for a device and write the initial networks to it.
 * @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable`
 */
export async function createPretrainLearner(options: {
  readonly recipe: Recipe;
  readonly device?: string;
  readonly threads?: number;
}): Promise<PretrainLearner> {
  const { recipe, device, threads } = options;
  const module = pretrainModule(recipe);
  const { precision } = recipe;
  const state = initialNetworks(recipe);
  const program = await compileOn(module, { device, precision, threads, state });
  return new PretrainLearner(program, recipe, module.state.keys());
}

export class PretrainLearner extends NetworkLearner<PretrainBatch, GradientGraph> {
  constructor(program: Program<PretrainEntries>, recipe: Recipe, stateNames: Iterable<string>) {
    super(program, recipe, stateNames, {
      read: (batch) => readBatch(batch, passesPerStep(recipe)),
      groups: ({ lr, weightDecay }) => ({
        decayed: { lr, weightDecay },
        plain: { lr, weightDecay: 0 },
      }),
    });
  }
}

function readBatch(
  { student, teacher, mask }: PretrainBatch,
  passes: number,
): BatchReading<GradientGraph> {
  const masks = Float32Array.from(mask);
  const masked = Math.max(
    1,
    masks.reduce((sum, covered) => sum + covered, 0),
  );
  let matches = 0;
  return {
    feeds: (pass) => ({
      studentImages: passOf(student, pass, passes),
      teacherImages: passOf(teacher, pass, passes),
      mask: passOf(masks, pass, passes),
      maskedTotal: passes > 1 ? Float32Array.of(masked) : undefined,
    }),
    take(results) {
      matches += results.get('matches').data[0]!;
    },
    // The share of masked patches whose most similar teacher patch is their own.
    score: () => matches / masked,
  };
}
