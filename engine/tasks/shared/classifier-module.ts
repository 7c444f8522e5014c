/**
 * The fine-tuning step as graphs over one state: `gradients` (forward, loss, backward), `update`
 * (clipping, AdamW), `predict` (forward, with another batch size).
 *
 * Frozen parameters have neither gradients nor moments, and the backward pass stops at the lowest
 * trained one.
 *
 * With several passes, `gradients` adds to the stored gradients, and `clear` runs before the first
 * pass. Images do not affect each other in this network, so the sums are the batch's gradients.
 */

import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module, Node, TensorType } from '../../ir/types.ts';
import {
  type ClassifierConfig,
  classifierForward,
  classifierParameters,
} from '../../nn/classifier.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { type ParameterSpec, stateParameters } from '../../nn/parameters.ts';
import { Taps } from '../../nn/taps.ts';
import { updateOutputs } from '../../optim/adamw.ts';
import type { ScoreParts } from './network-learner.ts';
import {
  accumulates,
  gradientOutputs,
  optimizedGroups,
  type PackPrefixes,
  packsOf,
  type StepOptions,
  zeroGradients,
} from './optimised-module.ts';

/** Targets, loss and score for a kind of labels. */
export interface Objective {
  readonly targetsPerClass: number;
  /**
   * Mean loss of the batch in nats, or the part of it for some of its images.
   *
   * @param logits    [n, C]
   * @param targets   [n, C · targetsPerClass]
   * @param batchSize images of the whole batch
   */
  loss(logits: Node, targets: Node, batchSize: number): Node;
  /** Score of logits, 0 to 1. @param labels of the same images, in the task's form */
  score(logits: Float32Array, labels: ArrayLike<number>): ScoreParts;
}

/** What the module of any network with a head is built from. */
export interface HeadStepOptions extends StepOptions {
  /** whether there is stochastic depth; the training graphs then take the feed `keep` */
  readonly dropPath: boolean;
  /** optimizer group of a parameter; undefined for a frozen one */
  groupOf(name: string, shape: readonly number[]): string | undefined;
}

export interface ClassifierModuleOptions extends HeadStepOptions {
  readonly network: ClassifierConfig;
  /** one class per image when left out */
  readonly objective?: Objective | undefined;
  readonly predictBatchSize: number;
  /** values of the network that `gradients` also returns: `pooled`, `blocks.3.attn.probs`, … */
  readonly taps?: readonly string[];
}

/** Prefixes of the state tensors; those that a checkpoint holds come first. */
export const CLASSIFIER_STATE = {
  model: 'model.',
  firstMoment: 'exp_avg.',
  secondMoment: 'exp_avg_sq.',
  gradient: 'grad.',
} as const;

const PREFIXES = {
  parameter: CLASSIFIER_STATE.model,
  gradient: CLASSIFIER_STATE.gradient,
  firstMoment: CLASSIFIER_STATE.firstMoment,
  secondMoment: CLASSIFIER_STATE.secondMoment,
} as const satisfies PackPrefixes;

export type ClassifierEntries = ReturnType<typeof buildClassifierModule>['entries'];

export function buildClassifierModule(options: ClassifierModuleOptions) {
  const parameters = classifierParameters(options.network);
  const { groups, trained, ...held } = trainedState(parameters, options.groupOf);
  return {
    ...held,
    entries: {
      ...(accumulates(options) ? { clear: entry('clear', { state: zeroGradients(groups) }) } : {}),
      gradients: stepGradients(options, trained),
      update: entry('update', { state: updateOutputs(groups, options.adamw) }),
      predict: prediction(options),
    },
  } satisfies Module;
}

/** The groups of parameters that learn, and the state and packs of a network with a head. */
export function trainedState(
  parameters: readonly ParameterSpec[],
  groupOf: HeadStepOptions['groupOf'],
) {
  const groups = optimizedGroups(parameters, groupOf, PREFIXES);
  const trained = new Set(groups.flatMap(({ members }) => members));
  const S = CLASSIFIER_STATE;
  const state = new Map<string, TensorType>();
  for (const { name, shape } of parameters) {
    state.set(S.model + name, { dtype: 'f32', shape });
    if (!trained.has(name)) continue;
    for (const prefix of [S.firstMoment, S.secondMoment, S.gradient])
      state.set(prefix + name, { dtype: 'f32', shape });
  }
  return { groups, trained, state, packs: packsOf(groups, PREFIXES) };
}

function stepGradients(options: ClassifierModuleOptions, trained: ReadonlySet<string>) {
  const { network, objective = ONE_CLASS, batchSize: B, passes = 1, ranks = 1 } = options;
  const taps = Taps.of(options.taps);
  const parameters = classifierParameters(network);
  const p = stateParameters(CLASSIFIER_STATE.model, parameters);
  const images = ir.feed('images', [B, ...imageShape(network.vit)]);
  const targets = ir.feed('targets', [B, network.classes * objective.targetsPerClass]);
  const keep = options.dropPath ? ir.feed('keep', [network.vit.depth, 2, B]) : undefined;
  const { logits, stops } = classifierForward(p, images, network, { keep, taps });
  const loss = objective.loss(logits, targets, B * passes * ranks);
  const members = parameters.filter(({ name }) => trained.has(name));
  const { feeds, squaredNorm, gradients } = gradientOutputs(loss, members, p, options, stops);
  return entry('gradients', {
    feeds: { images, targets, keep, ...feeds },
    results: { loss, squaredNorm, logits },
    state: gradients,
    taps: taps.results(),
  });
}

/** The objective for one class per image; labels are the classes for the score. */
export const ONE_CLASS: Objective = {
  targetsPerClass: 1,
  /** Cross-entropy with soft targets; smoothed labels are soft targets. */
  loss: (logits, targets, batchSize) =>
    ir.mul(ir.sum(ir.mul(targets, ir.logSoftmax(logits))), -1 / batchSize),
  /** Share of rows whose largest logit is that of their label. */
  score(logits, labels) {
    const classes = logits.length / labels.length;
    let right = 0;
    for (let i = 0; i < labels.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      right += Number(row.indexOf(Math.max(...row)) === labels[i]);
    }
    return { part: right, whole: labels.length };
  },
};

function prediction({ network, predictBatchSize }: ClassifierModuleOptions) {
  const p = stateParameters(CLASSIFIER_STATE.model, classifierParameters(network));
  const images = ir.feed('images', [predictBatchSize, ...imageShape(network.vit)]);
  const { logits } = classifierForward(p, images, network);
  return entry('predict', { feeds: { images }, results: { logits }, inFloat32: ['logits'] });
}
