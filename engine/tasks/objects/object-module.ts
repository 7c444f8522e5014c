/**
 * The step of networks that find objects as graphs over one state: `forward` (predictions of all
 * depths), `gradients` (backward from kept activations, or forward and backward), `update` (clipping,
 * AdamW), `predict` (forward, the last depth alone).
 *
 * Queries are assigned to objects on the host, which also computes the loss between `forward` and
 * `gradients` and feeds its slopes with respect to the predictions. The loss of `gradients` is that of
 * the host as a linear function of the predictions: it has the same value and the same gradients.
 */

import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Graph, GraphOutput, Module, Node, TensorType } from '../../ir/types.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { type ParameterSpec, stateParameters } from '../../nn/parameters.ts';
import {
  type DetectorConfig,
  detectorForward,
  detectorParameters,
  type QueryPredictions,
} from '../../nn/query-detector.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { updateOutputs } from '../../optim/adamw.ts';
import { keepActivations } from '../../passes/keep-activations.ts';
import {
  CLASSIFIER_STATE,
  type HeadStepOptions,
  trainedState,
} from '../shared/classifier-module.ts';
import { accumulates, gradientOutputs, zeroGradients } from '../shared/optimised-module.ts';

export interface ObjectModuleOptions extends HeadStepOptions {
  readonly network: DetectorConfig;
  /** Whether `forward` keeps as state what `gradients` needs of it; else that is computed again. */
  readonly keepActivations: boolean;
}

const S = CLASSIFIER_STATE;

export type ObjectEntries = ReturnType<typeof buildObjectModule>['entries'];

export function buildObjectModule(options: ObjectModuleOptions) {
  const parameters = detectorParameters(options.network);
  const { groups, trained, state, packs } = trainedState(parameters, options.groupOf);
  const step = trainingGraphs(options, parameters, trained);
  for (const [name, type] of step.kept) state.set(name, type);
  return {
    state,
    packs,
    entries: {
      ...(accumulates(options) ? { clear: entry('clear', { state: zeroGradients(groups) }) } : {}),
      forward: step.forward,
      gradients: step.gradients,
      update: entry('update', { state: updateOutputs(groups, options.adamw) }),
      predict: prediction(options, parameters),
    },
  } satisfies Module;
}

/** Both halves of a pass, and the state between them. */
function trainingGraphs(
  options: ObjectModuleOptions,
  parameters: readonly ParameterSpec[],
  trained: ReadonlySet<string>,
) {
  const { network, batchSize: B, dropPath } = options;
  const { queryBlocks, queries, vit } = network;
  const p = stateParameters(S.model, parameters);
  const feeds = {
    images: ir.feed('images', [B, ...imageShape(vit)]),
    attend: network.masks ? ir.feed('attend', [queryBlocks, B, queries]) : undefined,
    keep: dropPath ? ir.feed('keep', [vit.depth, 2, B]) : undefined,
  };
  const { images, ...draws } = feeds;
  const found = detectorForward(p, images, network, { ...draws, training: true });
  const predictions = ofAllDepths(found.predictions);
  const { masks, ...results } = predictions;
  const { slopes, loss } = linearLoss(predictions);
  const members = parameters.filter(({ name }) => trained.has(name));
  const own = gradientOutputs(loss, members, p, options, found.stops);
  const forward = { feeds, results, taps: maskResults(masks) };
  const backward = {
    feeds: { ...feeds, ...slopes, ...own.feeds },
    results: { loss, squaredNorm: own.squaredNorm },
    state: own.gradients,
  };
  const [first, second] = [entry('forward', forward), entry('gradients', backward)];
  if (!options.keepActivations)
    return { forward: first, gradients: second, kept: new Map<string, TensorType>() };
  const { written, outputs, state: kept } = keepActivations(first, second, STATE_PREFIXES.kept);
  return {
    forward: withOutputs(first, [...first.outputs, ...written]),
    gradients: withOutputs(second, outputs),
    kept,
  };
}

function withOutputs<G extends Graph>(graph: G, outputs: readonly GraphOutput[]): G {
  return { ...graph, outputs };
}

/** Predictions of all depths, one after the other. */
function ofAllDepths(predictions: readonly QueryPredictions[]) {
  const all = (part: (one: QueryPredictions) => Node) =>
    ir.concat(
      predictions.map((one) => ir.reshape(part(one), [1, ...part(one).shape])),
      0,
    );
  return {
    classes: all(({ classes }) => classes),
    boxes: all(({ boxes }) => boxes),
    masks: predictions[0]!.masks && all(({ masks }) => masks!.value),
  };
}

/** The loss of the host, as a linear function of the predictions. */
function linearLoss({ classes, boxes, masks }: ReturnType<typeof ofAllDepths>) {
  const slopes = {
    classSlopes: ir.feed('classSlopes', classes.shape),
    boxSlopes: ir.feed('boxSlopes', boxes.shape),
    maskSlopes: masks && ir.feed('maskSlopes', masks.shape),
    constantPart: ir.feed('constantPart', []),
  };
  const along = (value: Node, slope: Node): Node => ir.sum(ir.mul(value, slope));
  const terms = [
    slopes.constantPart,
    along(classes, slopes.classSlopes),
    along(boxes, slopes.boxSlopes),
    ...(masks && slopes.maskSlopes ? [along(masks, slopes.maskSlopes)] : []),
  ];
  return { slopes, loss: terms.reduce((sum, term): Node => ir.add(sum, term)) };
}

function prediction(
  { network, batchSize }: ObjectModuleOptions,
  parameters: readonly ParameterSpec[],
) {
  const p = stateParameters(S.model, parameters);
  return predictionEntry('predict', network, batchSize, p);
}

/** Logits of classes, boxes and masks of the last depth. */
export function predictionEntry(
  name: string,
  network: DetectorConfig,
  batchSize: number,
  p: ReturnType<typeof stateParameters>,
) {
  const { vit, queries, classes: C } = network;
  const images = ir.feed('images', [batchSize, ...imageShape(vit)]);
  const { classes, boxes, masks } = detectorForward(p, images, network).predictions[0]!;
  return entry(name, {
    feeds: { images },
    results: {
      classes: ir.reshape(classes, [batchSize, queries, C + 1]),
      boxes: ir.reshape(boxes, [batchSize, queries, 4]),
    },
    inFloat32: ['classes', 'boxes'],
    taps: maskResults(masks?.value),
  });
}

function maskResults(masks: Node | undefined): GraphOutput[] {
  return masks === undefined ? [] : [{ name: 'masks', role: 'result', node: masks }];
}
