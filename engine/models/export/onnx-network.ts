/**
 * A network as an ONNX graph of standard ops with a free batch size.
 *
 * This is a separate implementation, not a lowering of the tensor language, since there every size
 * is fixed, and the executor's lowering uses ops that only ONNX Runtime has. The file is run and
 * compared with the original before it is kept.
 *
 * @source ONNX operators, version 17; nn/vit.ts, nn/classifier.ts
 */
import { Emitter } from '../../formats/onnx/emitter.ts';
import type { OnnxModel, OnnxValue } from '../../formats/onnx/model.ts';
import { relativePositionIndex } from '../../nn/relative-position.ts';
import { blockTable, gridOf, LAYER_NORM_EPS, SHARED_TABLE } from '../../nn/vit.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import type { Network } from './forward.ts';

/** The first version with a layer normalisation op, which all current runtimes support. */
const OPSET = 17;
const FORMAT_VERSION = 8;

/** A network with exactly the tensors of its module. */
type PickedNetwork = Omit<Network, 'tensors'> & { readonly tensors: NamedTensors<'f32'> };

/** @param metadata stored in the file, as text */
export function onnxNetwork(
  network: PickedNetwork,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const { vit, head } = network;
  const { tokens } = gridOf(vit);
  const writer = new NetworkWriter(network);
  const last = writer.trunk('pixel_values');
  const pooling = head?.pooling ?? 'mean';
  const norm = head?.pooling === 'mean' ? 'fc_norm' : 'norm';
  const pooled = writer.layerNorm(writer.pool(last, pooling), norm);
  const { emitter } = writer;
  emitter.alias(norm === 'norm' ? writer.layerNorm(last, norm) : last, 'last_hidden_state');
  emitter.alias(pooled, 'pooler_output');
  const output = (name: string, ...shape: number[]): OnnxValue => ({
    name,
    type: 'f32',
    shape: ['batch', ...shape],
  });
  const outputs = [
    output('last_hidden_state', tokens, vit.embedDim),
    output('pooler_output', vit.embedDim),
  ];
  if (head) {
    emitter.alias(writer.linear(pooled, 'head.weight', 'head.bias'), 'logits');
    outputs.push(output('logits', head.classes.length));
  }
  return {
    name: 'conmim',
    opset: OPSET,
    formatVersion: FORMAT_VERSION,
    nodes: emitter.nodes,
    inputs: [output('pixel_values', 3, ...vit.imageSize)],
    outputs,
    initializers: emitter.initializers,
    metadata,
  };
}

/** Emits a network's parts; values are [batch, T, E] unless said otherwise. */
class NetworkWriter {
  readonly emitter = new Emitter();
  readonly #network: PickedNetwork;
  /** [T·T], rows of a table for each pair of tokens; created for the first table */
  #pairs: string | undefined;

  constructor(network: PickedNetwork) {
    this.#network = network;
  }

  /** Images [batch, 3, H, W] to the tokens after the last block. */
  trunk(images: string): string {
    const { vit } = this.#network;
    let x = this.#embed(images);
    const shared = vit.relPos === 'shared' ? this.#bias(SHARED_TABLE) : undefined;
    for (let i = 0; i < vit.depth; i++) {
      const bias = vit.relPos === 'perBlock' ? this.#bias(blockTable(i)) : shared;
      x = this.#block(x, `blocks.${i}`, bias);
    }
    return x;
  }

  /** @returns [batch, E] */
  pool(x: string, pooling: 'mean' | 'cls'): string {
    const { emitter } = this;
    const [from, to] = pooling === 'mean' ? [1, gridOf(this.#network.vit).tokens] : [0, 1];
    const bounds = [[from], [to], [1]].map((values) => emitter.int64(values));
    const chosen = emitter.emit('Slice', [x, ...bounds]);
    return emitter.emit('ReduceMean', [chosen], { axes: [1], keepdims: 0 });
  }

  layerNorm(x: string, name: string): string {
    const operands = [x, this.#tensor(`${name}.weight`), this.#tensor(`${name}.bias`)];
    const attributes = { axis: -1, epsilon: { float: LAYER_NORM_EPS } };
    return this.emitter.emit('LayerNormalization', operands, attributes);
  }

  linear(x: string, weight: string, bias: string): string {
    return this.#product(x, this.#given(weight), this.#given(bias));
  }

  #embed(images: string): string {
    const { emitter } = this;
    const { patchSize: P, embedDim: E, absPos } = this.#network.vit;
    const kernel = [this.#tensor('patch_embed.proj.weight'), this.#tensor('patch_embed.proj.bias')];
    const strides = { kernel_shape: [P, P], strides: [P, P] };
    const map = emitter.emit('Conv', [images, ...kernel], strides);
    const flat = emitter.emit('Reshape', [map, emitter.int64([0, E, -1])]);
    const patches = emitter.emit('Transpose', [flat], { perm: [0, 2, 1] });
    const batch = emitter.emit('Shape', [images], { start: 0, end: 1 });
    const shape = emitter.emit('Concat', [batch, emitter.int64([1, E])], { axis: 0 });
    const token = emitter.emit('Expand', [this.#tensor('cls_token'), shape]);
    const tokens = emitter.emit('Concat', [token, patches], { axis: 1 });
    return absPos ? emitter.emit('Add', [tokens, this.#tensor('pos_embed')]) : tokens;
  }

  #block(x: string, name: string, bias: string | undefined): string {
    const { emitter } = this;
    const add = (to: string, branch: string, gamma: string) => {
      const scale = this.#network.vit.layerScale > 0 && this.#tensor(`${name}.${gamma}`);
      return emitter.emit('Add', [to, scale ? emitter.emit('Mul', [branch, scale]) : branch]);
    };
    const attended = this.#attention(this.layerNorm(x, `${name}.norm1`), `${name}.attn`, bias);
    const middle = add(x, attended, 'gamma_1');
    const at = `${name}.mlp`;
    const normed = this.layerNorm(middle, `${name}.norm2`);
    const hidden = this.#gelu(this.linear(normed, `${at}.fc1.weight`, `${at}.fc1.bias`));
    return add(middle, this.linear(hidden, `${at}.fc2.weight`, `${at}.fc2.bias`), 'gamma_2');
  }

  /** @param bias [1, H, T, T] */
  #attention(x: string, name: string, bias: string | undefined): string {
    const { emitter } = this;
    const { heads: H, embedDim: E } = this.#network.vit;
    const D = E / H;
    const qkv = this.#given(`${name}.qkv.weight`);
    const part = (i: number, perm: number[], partBias?: string) => {
      const data = qkv.data.subarray(i * E * E, (i + 1) * E * E);
      const rows = { ...qkv, shape: [E, E], data };
      const value = this.#product(x, rows, partBias ? this.#given(partBias) : undefined);
      const split = emitter.emit('Reshape', [value, emitter.int64([0, 0, H, D])]);
      return emitter.emit('Transpose', [split], { perm });
    };
    const q = part(0, [0, 2, 1, 3], `${name}.q_bias`);
    const k = part(1, [0, 2, 3, 1]);
    const v = part(2, [0, 2, 1, 3], `${name}.v_bias`);
    const products = emitter.emit('MatMul', [q, k]);
    const scores = emitter.emit('Mul', [products, this.#number(1 / Math.sqrt(D))]);
    const biased = bias ? emitter.emit('Add', [scores, bias]) : scores;
    const shares = emitter.emit('Softmax', [biased], { axis: -1 });
    const context = emitter.emit('MatMul', [shares, v]);
    const merged = emitter.emit('Transpose', [context], { perm: [0, 2, 1, 3] });
    const flat = emitter.emit('Reshape', [merged, emitter.int64([0, 0, E])]);
    return this.linear(flat, `${name}.proj.weight`, `${name}.proj.bias`);
  }

  /** Exact GELU, with the error function. */
  #gelu(x: string): string {
    const { emitter } = this;
    const error = emitter.emit('Erf', [emitter.emit('Mul', [x, this.#number(Math.SQRT1_2)])]);
    const share = emitter.emit('Add', [error, this.#number(1)]);
    return emitter.emit('Mul', [emitter.emit('Mul', [x, this.#number(0.5)]), share]);
  }

  /** The bias of a table on the attention scores, [1, H, T, T]. */
  #bias(table: string): string {
    const { emitter } = this;
    const { vit } = this.#network;
    const { rows, cols, tokens: T } = gridOf(vit);
    if (this.#pairs === undefined) {
      const index = BigInt64Array.from(relativePositionIndex(rows, cols), BigInt);
      this.#pairs = emitter.tensor('i64', [index.length], index);
    }
    const pairs = emitter.emit('Gather', [this.#tensor(table), this.#pairs], { axis: 0 });
    const byHead = emitter.emit('Transpose', [pairs], { perm: [1, 0] });
    return emitter.emit('Reshape', [byHead, emitter.int64([1, vit.heads, T, T])]);
  }

  /** @param weight [out, in]; stored transposed, as MatMul takes it */
  #product(x: string, weight: HostTensor<'f32'>, bias: HostTensor<'f32'> | undefined): string {
    const { emitter } = this;
    const [rows, columns] = weight.shape as [number, number];
    const turned = transposed(weight.data, rows, columns);
    const product = emitter.emit('MatMul', [x, emitter.tensor('f32', [columns, rows], turned)]);
    if (bias === undefined) return product;
    const added = emitter.tensor('f32', bias.shape, bias.data);
    return emitter.emit('Add', [product, added]);
  }

  #number(value: number): string {
    return this.emitter.tensor('f32', [], Float32Array.of(value));
  }

  #tensor(name: string): string {
    const { shape, data } = this.#given(name);
    return this.emitter.tensor('f32', shape, data);
  }

  #given(name: string): HostTensor<'f32'> {
    return this.#network.tensors.get(name)!;
  }
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column]!;
  return turned;
}
