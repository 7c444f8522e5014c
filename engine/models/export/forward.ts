/**
 * The outputs that every export has to reproduce, by Hugging Face's names.
 *
 * `last_hidden_state` [B, T, E]: the tokens after the norm for a pre-trained network or a
 * classifier with class token, those of the last block for a classifier with mean pooling.
 * `pooler_output` [B, E]: the input of the head; for a pre-trained network the norm of the mean of
 * the patch tokens. `logits`: for classifiers; of a segmenter alone, [B, classes, rows, cols].
 * Networks that find objects have the outputs of onnx-detector.ts alone.
 */

import { StudioError } from '../../contract/errors.ts';
import { compileOn } from '../../executors/compile-on.ts';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module, Node } from '../../ir/types.ts';
import { classifierParameters, poolTokens } from '../../nn/classifier.ts';
import { imageElements, imageShape } from '../../nn/image-shape.ts';
import {
  float32State,
  type ParameterSpec,
  type Parameters,
  stateParameters,
} from '../../nn/parameters.ts';
import { pickTensors } from '../../nn/pick-tensors.ts';
import {
  type DetectorConfig,
  detectorForward,
  detectorParameters,
} from '../../nn/query-detector.ts';
import {
  type SegmenterConfig,
  segmenterBuffers,
  segmenterForward,
  segmenterParameters,
} from '../../nn/segmenter.ts';
import { gridOf, namedLayerNorm, trunkForward, vitParameters } from '../../nn/vit.ts';
import { RandomStream } from '../../random/philox.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { detectorConfigOf, type Model, segmenterConfigOf } from '../model.ts';

export type Network = Pick<Model, 'vit' | 'head' | 'segmenter' | 'detector' | 'tensors'>;

export const COMPARED_IMAGES = 3;

/** The tensors of a network without those that only pre-training needs. */
export function networkSpecs({ vit, head, segmenter, detector }: Network): ParameterSpec[] {
  if (detector !== undefined) return detectorParameters(detectorConfigOf(vit, detector));
  if (segmenter !== undefined) {
    const config = segmenterConfigOf(vit, segmenter);
    return [...segmenterParameters(config), ...segmenterBuffers(config)];
  }
  if (head === undefined) return vitParameters(vit, { maskToken: false, norm: true });
  const { classes, pooling } = head;
  return classifierParameters({ vit, classes: classes.length, pooling, headScale: 1 });
}

/**
 * The tensors of a network and no others.
 * @throws StudioError `weights-mismatch` when one is missing or has another shape
 */
export function networkTensors(network: Network): NamedTensors<'f32'> {
  return pickTensors(networkModule(network, 1).state, network.tensors);
}

/**
 * @param images [batch, C, H, W], normalised
 * @returns the outputs by name
 * @throws StudioError `weights-mismatch`
 */
export async function runNetwork(
  network: Network,
  images: Float32Array,
  batch: number,
): Promise<NamedTensors> {
  const module = networkModule(network, batch);
  const state = pickTensors(module.state, network.tensors);
  const program = await compileOn(module, { precision: 'float32', state });
  try {
    return await program.run('main', { images });
  } finally {
    await program.dispose();
  }
}

/** Deterministic numbers with the spread of normalised pixels. */
export function randomImages({ vit }: Network, count: number): Float32Array {
  const stream = new RandomStream(0, 'init', 0);
  const images = new Float32Array(count * imageElements(vit));
  for (let i = 0; i < images.length; i++) images[i] = stream.normal();
  return images;
}

/**
 * Compare a network with its exported copy.
 *
 * @returns the largest difference between their outputs
 * @throws StudioError `export-failed`
 */
export async function compareNetworks(before: Network, after: Network): Promise<number> {
  const images = randomImages(before, COMPARED_IMAGES);
  const expected = await runNetwork(before, images, COMPARED_IMAGES);
  return largestDifference(expected, await runNetwork(after, images, COMPARED_IMAGES), 1e-5);
}

/**
 * @param tolerance largest allowed difference, relative to an output's largest number or 1
 * @throws StudioError `export-failed` when an output is missing, has another size, or differs too
 *   much
 */
export function largestDifference(
  expected: NamedTensors,
  found: NamedTensors,
  tolerance: number,
): number {
  let largest = 0;
  for (const [name, { data }] of expected) {
    const other = found.get(name)?.data;
    if (other?.length !== data.length) throw unlike(name, `has ${other?.length ?? 'no'} numbers`);
    let [difference, scale] = [0, 1];
    for (let i = 0; i < data.length; i++) {
      const [a, b] = [Number(data[i]), Number(other[i])];
      // NaN counts as infinitely different, since a maximum would drop it.
      const apart = Math.abs(a - b);
      if (Number.isNaN(apart)) throw unlike(name, 'is not a number');
      difference = Math.max(difference, apart);
      scale = Math.max(scale, Math.abs(a));
    }
    if (difference > tolerance * scale) throw unlike(name, `is off by ${difference}`);
    largest = Math.max(largest, difference);
  }
  return largest;
}

function unlike(output: string, how: string): StudioError {
  return new StudioError(
    'export-failed',
    `The exported network does not answer as the original does: ${output} ${how}.`,
    { advice: 'Nothing was written. Check this machine with: conmim selftest' },
  );
}

function networkModule(network: Network, batch: number) {
  const specs = networkSpecs(network);
  const p = stateParameters('', specs);
  const images = ir.feed('images', [batch, ...imageShape(network.vit)]);
  const results = networkResults(p, images, network);
  return {
    state: float32State(specs),
    entries: { main: entry('exported', { feeds: { images }, results }) },
  } satisfies Module;
}

function networkResults(p: Parameters, images: Node, network: Network): Record<string, Node> {
  const { vit, segmenter, detector } = network;
  if (detector !== undefined) return objectResults(p, images, detectorConfigOf(vit, detector));
  if (segmenter !== undefined)
    return { logits: pixelLogits(p, images, segmenterConfigOf(vit, segmenter)) };
  return imageResults(p, images, network);
}

function objectResults(p: Parameters, images: Node, config: DetectorConfig): Record<string, Node> {
  const B = images.shape[0]!;
  const { queries: Q, classes: count } = config;
  const { classes, boxes, masks } = detectorForward(p, images, config).predictions.at(-1)!;
  const results: Record<string, Node> = {
    logits: ir.reshape(classes, [B, Q, count + 1]),
    pred_boxes: ir.reshape(ir.div(1, ir.add(ir.exp(ir.neg(boxes)), 1)), [B, Q, 4]),
  };
  if (masks === undefined) return results;
  const { value, rows, cols } = masks;
  const byQuery = ir.transpose(ir.reshape(value, [B, rows * cols, Q]), [0, 2, 1]);
  return { ...results, pred_masks: ir.reshape(byQuery, [B, Q, rows, cols]) };
}

/** [batch, classes, rows, cols] */
function pixelLogits(p: Parameters, images: Node, config: SegmenterConfig): Node {
  const { value, rows, cols } = segmenterForward(p, images, config).logits;
  const grid = ir.reshape(value, [images.shape[0]!, rows, cols, config.classes]);
  return ir.transpose(grid, [0, 3, 1, 2]);
}

function imageResults(p: Parameters, images: Node, { vit, head }: Network): Record<string, Node> {
  const batch = images.shape[0]!;
  const tokens = trunkForward(p, images, vit).at(-1)!;
  const pooling = head?.pooling ?? 'mean';
  const norm = head?.pooling === 'mean' ? 'fc_norm' : 'norm';
  const pooled = poolTokens(p, tokens, vit, { pooling, norm });
  const last = norm === 'norm' ? namedLayerNorm(p, norm, tokens) : tokens;
  const results: Record<string, Node> = {
    last_hidden_state: ir.reshape(last, [batch, gridOf(vit).tokens, vit.embedDim]),
    pooler_output: pooled,
  };
  if (head) results['logits'] = ir.linear(pooled, p('head.weight'), p('head.bias'));
  return results;
}
