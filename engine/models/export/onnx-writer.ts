/** The parts of a network as ONNX ops. */
import { Emitter } from '../../formats/onnx/emitter.ts';
import { relativePositionIndex } from '../../nn/relative-position.ts';
import { blockTable, gridOf, LAYER_NORM_EPS, SHARED_TABLE } from '../../nn/vit.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import type { Network } from './forward.ts';

/** A network with exactly the tensors of its module. */
export type PickedNetwork = Omit<Network, 'tensors'> & { readonly tensors: NamedTensors<'f32'> };

/** An output of the graph and its sizes after that of the batch. */
export type NamedOutput = readonly [name: string, ...shape: number[]];

/** Emits a network's parts; values are [batch, T, E] unless said otherwise. */
export class NetworkWriter {
  readonly emitter = new Emitter();
  readonly #network: PickedNetwork;
  /** [T·T], rows of a table for each pair of tokens; created for the first table */
  #pairs: string | undefined;
  #shared: string | undefined;

  constructor(network: PickedNetwork) {
    this.#network = network;
  }

  /** Images [batch, C, H, W] to the tokens after each block. */
  trunk(images: string): string[] {
    const outputs: string[] = [];
    let x = this.embed(images);
    for (let i = 0; i < this.#network.vit.depth; i++) {
      x = this.block(x, i, this.blockBias(i));
      outputs.push(x);
    }
    return outputs;
  }

  /** The patch tokens as a map, [batch, E, rows, cols]. */
  patchMap(tokens: string): string {
    const { tokens: T, patches, rows, cols } = gridOf(this.#network.vit);
    return this.channelsFirst(this.tokens(tokens, T - patches, T), rows, cols);
  }

  /** @param x [batch, rows·cols, C] @returns [batch, C, rows, cols] */
  channelsFirst(x: string, rows: number, cols: number): string {
    const { emitter } = this;
    const turned = emitter.emit('Transpose', [x], { perm: [0, 2, 1] });
    return emitter.emit('Reshape', [turned, emitter.int64([0, 0, rows, cols])]);
  }

  /** The bias of a block on its attention scores, [1, H, T, T]; undefined without one. */
  blockBias(i: number): string | undefined {
    const { relPos } = this.#network.vit;
    if (relPos === 'perBlock') return this.#bias(blockTable(i));
    if (relPos === 'shared') this.#shared ??= this.#bias(SHARED_TABLE);
    return this.#shared;
  }

  /** Tokens `from` to `to`. */
  tokens(x: string, from: number, to: number): string {
    const bounds = [[from], [to], [1]].map((values) => this.emitter.int64(values));
    return this.emitter.emit('Slice', [x, ...bounds]);
  }

  /** A parameter [1, n, E], or [n, E], for each image. @returns [batch, n, E] */
  perImage(parameter: string, images: string): string {
    const { emitter } = this;
    const [n, E] = this.#given(parameter).shape.slice(-2) as [number, number];
    const batch = emitter.emit('Shape', [images], { start: 0, end: 1 });
    const shape = emitter.emit('Concat', [batch, emitter.int64([n, E])], { axis: 0 });
    return emitter.emit('Expand', [this.tensor(parameter), shape]);
  }

  /** @returns [batch, E] */
  pool(x: string, pooling: 'mean' | 'cls'): string {
    const [from, to] =
      pooling === 'mean' ? ([1, gridOf(this.#network.vit).tokens] as const) : ([0, 1] as const);
    const chosen = this.tokens(x, from, to);
    return this.emitter.emit('ReduceMean', [chosen], { axes: [1], keepdims: 0 });
  }

  layerNorm(x: string, name: string): string {
    const operands = [x, this.tensor(`${name}.weight`), this.tensor(`${name}.bias`)];
    const attributes = { axis: -1, epsilon: { float: LAYER_NORM_EPS } };
    return this.emitter.emit('LayerNormalization', operands, attributes);
  }

  linear(x: string, weight: string, bias: string): string {
    return this.#product(x, this.#given(weight), this.#given(bias));
  }

  embed(images: string): string {
    const { emitter } = this;
    const { patchSize: P, embedDim: E, absPos } = this.#network.vit;
    const kernel = [this.tensor('patch_embed.proj.weight'), this.tensor('patch_embed.proj.bias')];
    const strides = { kernel_shape: [P, P], strides: [P, P] };
    const map = emitter.emit('Conv', [images, ...kernel], strides);
    const flat = emitter.emit('Reshape', [map, emitter.int64([0, E, -1])]);
    const patches = emitter.emit('Transpose', [flat], { perm: [0, 2, 1] });
    const token = this.perImage('cls_token', images);
    const tokens = emitter.emit('Concat', [token, patches], { axis: 1 });
    return absPos ? emitter.emit('Add', [tokens, this.tensor('pos_embed')]) : tokens;
  }

  /** @param bias [1, H, T, T] */
  block(x: string, i: number, bias: string | undefined): string {
    const { emitter } = this;
    const name = `blocks.${i}`;
    const add = (to: string, branch: string, gamma: string) => {
      const scale = this.#network.vit.layerScale > 0 && this.tensor(`${name}.${gamma}`);
      return emitter.emit('Add', [to, scale ? emitter.emit('Mul', [branch, scale]) : branch]);
    };
    const attended = this.#attention(this.layerNorm(x, `${name}.norm1`), `${name}.attn`, bias);
    const middle = add(x, attended, 'gamma_1');
    const at = `${name}.mlp`;
    const normed = this.layerNorm(middle, `${name}.norm2`);
    const hidden = this.gelu(this.linear(normed, `${at}.fc1.weight`, `${at}.fc1.bias`));
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
  gelu(x: string): string {
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
    const pairs = emitter.emit('Gather', [this.tensor(table), this.#pairs], { axis: 0 });
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

  tensor(name: string): string {
    const { shape, data } = this.#given(name);
    return this.emitter.tensor('f32', shape, data);
  }

  shapeOf(name: string): readonly number[] {
    return this.#given(name).shape;
  }

  #given(name: string): HostTensor<'f32'> {
    return this.#network.tensors.get(name)!;
  }
}

export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column]!;
  return turned;
}
