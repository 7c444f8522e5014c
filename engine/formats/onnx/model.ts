/**
 * ONNX models as data, and their encoding.
 * @source https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { ProtobufWriter } from './protobuf.ts';

/** TensorProto.DataType */
export const ONNX_TYPES = { f32: 1, i32: 6, i64: 7, bool: 9, f16: 10, bf16: 16 } as const;
export type OnnxType = keyof typeof ONNX_TYPES;

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** a string names a size that is known at run time only */
  readonly shape: readonly (number | string)[];
}

export interface OnnxInitializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface OnnxModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxInitializer[];
  /** version of the file format; older programs reject newer ones */
  readonly formatVersion?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

const FORMAT_VERSION = 10;

export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new ProtobufWriter();
  writer.int(1, model.formatVersion ?? FORMAT_VERSION).string(2, 'conmim-studio');
  writer.message(7, (graph) => {
    for (const node of model.nodes) graph.message(1, (inner) => writeNode(inner, node));
    graph.string(2, model.name);
    for (const initializer of model.initializers)
      graph.message(5, (inner) => writeTensor(inner, initializer));
    for (const input of model.inputs) graph.message(11, (inner) => writeValue(inner, input));
    for (const output of model.outputs) graph.message(12, (inner) => writeValue(inner, output));
  });
  const domains = new Set(['', ...model.nodes.map((node) => node.domain ?? '')]);
  for (const domain of domains)
    writer.message(8, (opset) => opset.string(1, domain).int(2, domain === '' ? model.opset : 1));
  for (const [key, value] of Object.entries(model.metadata ?? {}))
    writer.message(14, (entry) => entry.string(1, key).string(2, value));
  return writer.finish();
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(3, node.outputs.find((output) => output !== '') ?? '').string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {}))
    writer.message(5, (attribute) => writeAttribute(attribute.string(1, name), value));
  if (node.domain) writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, value: OnnxAttribute): void {
  if (typeof value === 'number') writer.int(3, value).int(20, 2);
  else if (typeof value === 'string') writer.string(4, value).int(20, 3);
  else if ('float' in value) writer.float(2, value.float).int(20, 1);
  else {
    for (const item of value) writer.int(8, item);
    writer.int(20, 7);
  }
}

function writeTensor(writer: ProtobufWriter, tensor: OnnxInitializer): void {
  for (const size of tensor.shape) writer.int(1, size);
  writer.int(2, ONNX_TYPES[tensor.type]).string(8, tensor.name).bytes(9, tensor.data);
}

function writeValue(writer: ProtobufWriter, value: OnnxValue): void {
  writer.string(1, value.name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.int(1, ONNX_TYPES[value.type]).message(2, (shape) => {
        for (const size of value.shape)
          shape.message(1, (dim) =>
            typeof size === 'number' ? dim.int(1, size) : dim.string(2, size),
          );
      }),
    ),
  );
}
