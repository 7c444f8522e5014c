/** The learner of pre-training: a compiled step, its scalars, and its state. */
import type { Collectives } from '../../collectives/collectives.ts';
import { SINGLE } from '../../collectives/single.ts';
import { passesPerStep, passOf, shareOfBatch } from '../../contract/micro-batch.ts';
import type { Recipe } from '../../contract/recipe.ts';
import type { Program } from '../../executors/executor.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import type { ProbeResults } from '../../insight/probe-results.ts';
import { networkBuffers, networkConfig, networkParameters } from '../../nn/conmim-network.ts';
import { initialTensors } from '../../nn/initialise.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { decayed } from '../../optim/schedules.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import type { Learner } from '../learner.ts';
import { compileOnRanks } from '../shared/compile-on-ranks.ts';
import {
  type BatchReading,
  type LearningRules,
  NetworkLearner,
  stepOptions,
} from '../shared/network-learner.ts';
import {
  buildPretrainModule,
  type PretrainEntries,
  type PretrainModule,
} from './pretrain-module.ts';
import type { Probed, ProbeSet } from './probe.ts';
import type { ProbeShape } from './probe-entry.ts';
import { type ProbedNetwork, pooledFeatures, probeNetworks, probeShape } from './probe-networks.ts';

type GradientGraph = PretrainEntries['gradients'];

export interface PretrainBatch {
  /** plain view, [B, C, H, W], normalised */
  readonly student: Float32Array;
  /** strongly perturbed view of the same crops */
  readonly teacher: Float32Array;
  /** [B, N], 1 where the student sees the mask token */
  readonly mask: Uint8Array;
}

export type ProbedLearner = Learner<PretrainBatch> & Probed;

/** @param ranks that share a batch; the recipe is that of each one's share */
export function pretrainModule(recipe: Recipe, probe?: ProbeShape, ranks = 1): PretrainModule {
  return buildPretrainModule({
    probe,
    ...stepOptions(recipe, ranks),
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
  /** Images that it can be probed with; left out, it cannot. */
  readonly probeImages?: number;
  /** Whether it also gives features of labelled images. */
  readonly isPooled?: boolean;
  /** Share each batch of the recipe; alone when left out. */
  readonly ranks?: Collectives | undefined;
}): Promise<PretrainLearner> {
  const { device, threads, probeImages, isPooled, ranks = SINGLE } = options;
  const recipe = shareOfBatch(options.recipe, ranks.size);
  const probe = probeImages === undefined ? undefined : probeShape(recipe, probeImages, isPooled);
  const module = pretrainModule(recipe, probe, ranks.size);
  const { precision } = recipe;
  const state = initialNetworks(recipe);
  const program = await compileOnRanks(module, { device, precision, threads, state }, ranks);
  return new PretrainLearner(program, recipe, module.state.keys(), probe, ranks);
}

export class PretrainLearner
  extends NetworkLearner<PretrainBatch, GradientGraph>
  implements Probed
{
  readonly #network: ProbedNetwork | undefined;

  constructor(
    program: Program<PretrainEntries>,
    recipe: Recipe,
    stateNames: Iterable<string>,
    probe?: ProbeShape,
    ranks: Collectives = SINGLE,
  ) {
    const rules: LearningRules<PretrainBatch, GradientGraph> = {
      read: (batch) => readBatch(batch, passesPerStep(recipe), ranks.size > 1),
      groups: ({ lr, weightDecay }) => ({
        decayed: { lr, weightDecay },
        plain: { lr, weightDecay: 0 },
      }),
    };
    super(program, recipe, stateNames, rules, ranks);
    this.#network = probe && { program, shape: probe, config: networkConfig(recipe) };
  }

  probe(set: ProbeSet): Promise<ProbeResults> {
    return probeNetworks(this.#probed(), set);
  }

  pooled(images: Float32Array, count: number): Promise<FeatureRows> {
    return pooledFeatures(this.#probed(), images, count);
  }

  #probed(): ProbedNetwork {
    if (this.#network === undefined) throw new Error('the learner was opened without a probe');
    return this.#network;
  }
}

function readBatch(
  { student, teacher, mask }: PretrainBatch,
  passes: number,
  isShare: boolean,
): BatchReading<GradientGraph> {
  const masks = Float32Array.from(mask);
  const masked = masks.reduce((sum, covered) => sum + covered, 0);
  let matches = 0;
  return {
    counts: [masked],
    feeds: (pass, [total]) => ({
      studentImages: passOf(student, pass, passes),
      teacherImages: passOf(teacher, pass, passes),
      mask: passOf(masks, pass, passes),
      maskedTotal: passes > 1 || isShare ? Float32Array.of(Math.max(1, total!)) : undefined,
    }),
    take(results) {
      matches += results.get('matches').data[0]!;
    },
    // The share of masked patches whose most similar teacher patch is their own.
    score: () => ({ part: matches, whole: masked }),
  };
}
