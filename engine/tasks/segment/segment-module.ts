/**
 * The step of semantic segmentation as graphs over one state: `gradients` (forward, loss,
 * backward), `update` (clipping, AdamW, running statistics), `predict` (forward with the running
 * statistics).
 *
 * Each pass divides by the number of labelled pixels of the whole batch, so the sums over passes
 * are the batch's loss and gradient, except that batch norm sees the images of a pass only.
 */

import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module } from '../../ir/types.ts';
import { statisticsOver } from '../../nn/batch-norm.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { stateParameters } from '../../nn/parameters.ts';
import {
  type SegmenterConfig,
  segmenterBuffers,
  segmenterForward,
  segmenterParameters,
} from '../../nn/segmenter.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { updateOutputs } from '../../optim/adamw.ts';
import {
  CLASSIFIER_STATE,
  type HeadStepOptions,
  trainedState,
} from '../shared/classifier-module.ts';
import { accumulates, gradientOutputs, zeroGradients } from '../shared/optimised-module.ts';
import {
  clearedStatistics,
  committedStatistics,
  pendingStatistics,
  type StatisticsOf,
  tensorsInTraining,
} from '../shared/running-statistics.ts';
import { pixelLoss } from './loss.ts';

export interface SegmentModuleOptions extends HeadStepOptions {
  readonly network: SegmenterConfig;
  /** Factor on the loss of the auxiliary head. */
  readonly auxiliaryWeight: number;
}

const S = { ...CLASSIFIER_STATE, pending: STATE_PREFIXES.pending };

export type SegmentEntries = ReturnType<typeof buildSegmentModule>['entries'];

export function buildSegmentModule(options: SegmentModuleOptions) {
  const network = networkOf(options);
  const { groups, trained, state, packs } = trainedState(network.parameters, options.groupOf);
  for (const { name, shape } of network.buffers)
    for (const prefix of [S.model, S.pending + S.model])
      state.set(prefix + name, { dtype: 'f32', shape });
  const clear = { state: [...zeroGradients(groups), ...clearedStatistics(network)] };
  const updates = updateOutputs(groups, options.adamw);
  return {
    state,
    packs,
    entries: {
      ...(accumulates(options) ? { clear: entry('clear', clear) } : {}),
      gradients: stepGradients(options, network, trained),
      update: entry('update', { state: [...updates, ...committedStatistics(network)] }),
      predict: prediction(options, network),
    },
  } satisfies Module;
}

function networkOf({ network }: SegmentModuleOptions): StatisticsOf {
  return {
    prefix: S.model,
    parameters: segmenterParameters(network),
    buffers: segmenterBuffers(network),
  };
}

function stepGradients(
  options: SegmentModuleOptions,
  tensors: StatisticsOf,
  trained: ReadonlySet<string>,
) {
  const { network, batchSize: B, dropPath } = options;
  const { imageSize, depth } = network.vit;
  const p = tensorsInTraining(tensors, accumulates(options));
  const images = ir.feed('images', [B, ...imageShape(network.vit)]);
  const labels = ir.feed('labels', [B, ...imageSize], 'i32');
  const pixels = ir.feed('pixels', []);
  const keep = dropPath ? ir.feed('keep', [depth, 2, B]) : undefined;
  const statistics = statisticsOver(options.syncedRanks);
  const { logits, auxiliary, stops } = segmenterForward(p, images, network, { keep, statistics });
  const main = pixelLoss(logits, labels);
  const sum = auxiliary
    ? ir.add(main.sum, ir.mul(pixelLoss(auxiliary, labels).sum, options.auxiliaryWeight))
    : main.sum;
  const members = tensors.parameters.filter(({ name }) => trained.has(name));
  const loss = ir.div(sum, pixels);
  const { feeds, squaredNorm, gradients } = gradientOutputs(loss, members, p, options, stops);
  return entry('gradients', {
    feeds: { images, labels, pixels, keep, ...feeds },
    results: { loss, squaredNorm, right: main.right },
    state: [...pendingStatistics(tensors, statistics.next), ...gradients],
  });
}

/** Logits on the grid of the head, [B·rows·cols, classes]. */
function prediction({ network, batchSize }: SegmentModuleOptions, tensors: StatisticsOf) {
  const p = stateParameters(S.model, [...tensors.parameters, ...tensors.buffers]);
  const images = ir.feed('images', [batchSize, ...imageShape(network.vit)]);
  const { logits } = segmenterForward(p, images, network);
  return entry('predict', {
    feeds: { images },
    results: { logits: logits.value },
    inFloat32: ['logits'],
  });
}
