/**
 * A network as an ONNX graph of standard ops with a free batch size.
 *
 * This is a separate implementation, not a lowering of the tensor language, since there every size
 * is fixed, and the executor's lowering uses ops that only ONNX Runtime has. The file is run and
 * compared with the original before it is kept.
 *
 * @source ONNX operators, version 17; nn/vit.ts, nn/classifier.ts
 */

import type { OnnxModel, OnnxValue } from '../../formats/onnx/model.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { gridOf } from '../../nn/vit.ts';
import { writeObjects } from './onnx-detector.ts';
import { writePixelClasses } from './onnx-segmenter.ts';
import { type NamedOutput, NetworkWriter, type PickedNetwork } from './onnx-writer.ts';

/** The first version with a layer normalisation op, which all current runtimes support. */
const OPSET = 17;
const FORMAT_VERSION = 8;

/** @param metadata stored in the file, as text */
export function onnxNetwork(
  network: PickedNetwork,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const writer = new NetworkWriter(network);
  const outputs = writeOutputs(writer, network);
  const { emitter } = writer;
  return {
    name: 'conmim',
    opset: OPSET,
    formatVersion: FORMAT_VERSION,
    nodes: emitter.nodes,
    inputs: [batchOf('pixel_values', ...imageShape(network.vit))],
    outputs: outputs.map(([name, ...shape]) => batchOf(name, ...shape)),
    initializers: emitter.initializers,
    metadata,
  };
}

function batchOf(name: string, ...shape: number[]): OnnxValue {
  return { name, type: 'f32', shape: ['batch', ...shape] };
}

function writeOutputs(writer: NetworkWriter, network: PickedNetwork): NamedOutput[] {
  const { vit, segmenter, detector } = network;
  if (segmenter !== undefined) return writePixelClasses(writer, vit, segmenter);
  if (detector !== undefined) return writeObjects(writer, vit, detector);
  return writeImageOutputs(writer, network);
}

function writeImageOutputs(writer: NetworkWriter, { vit, head }: PickedNetwork): NamedOutput[] {
  const last = writer.trunk('pixel_values').at(-1)!;
  const pooling = head?.pooling ?? 'mean';
  const norm = head?.pooling === 'mean' ? 'fc_norm' : 'norm';
  const pooled = writer.layerNorm(writer.pool(last, pooling), norm);
  const { emitter } = writer;
  emitter.alias(norm === 'norm' ? writer.layerNorm(last, norm) : last, 'last_hidden_state');
  emitter.alias(pooled, 'pooler_output');
  const outputs: NamedOutput[] = [
    ['last_hidden_state', gridOf(vit).tokens, vit.embedDim],
    ['pooler_output', vit.embedDim],
  ];
  if (head === undefined) return outputs;
  emitter.alias(writer.linear(pooled, 'head.weight', 'head.bias'), 'logits');
  return [...outputs, ['logits', head.classes.length]];
}
