/**
 * Types of the tensor language: typed nodes with static shapes in an acyclic graph.
 *
 * A node is plain data whose inputs are other nodes. A graph is the set of nodes that its outputs
 * reach.
 */

import type { HostTensor } from '../tensor/host-tensor.ts';
import type { NarrowFloat } from '../tensor/narrow-floats.ts';

/**
 * Element types. Arithmetic is written in `f32` (the reference executor computes it in float64).
 * `f16` and `bf16` are introduced by the mixed-precision pass alone and are never types of inputs or
 * outputs.
 */
export type DType = 'f32' | NarrowFloat | 'i32' | 'bool';
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

type None = Readonly<Record<never, never>>;
type Reduction = { readonly axes: readonly number[]; readonly keepDims: boolean };

/** The typed catalogue: operation name → attributes. Other tables are keyed by it. */
export interface OpAttributes {
  // leaves
  /** A value given at each run (`feed`) or kept on the device between runs (`state`). */
  input: { readonly name: string; readonly role: 'feed' | 'state' };
  /** f32 data may be given in float64: executors round it, the reference does not. */
  constant: { readonly data: Float32Array | Float64Array | Int32Array | Uint8Array };

  // elementwise, one operand
  neg: None;
  abs: None;
  sign: None;
  exp: None;
  log: None;
  sqrt: None;
  erf: None;
  relu: None;
  cast: { readonly to: DType };

  // elementwise, operands broadcast against each other
  add: None;
  sub: None;
  mul: None;
  div: None;
  max: None;
  min: None;
  greater: None;
  equal: None;
  where: None;

  // reductions
  sum: Reduction;
  reduceMax: Reduction;
  /** Index of the first maximum along the last axis, i32. */
  argmax: None;

  // contraction: alpha * A·B on the last two axes, leading axes batched; either operand may be
  // transposed
  matmul: { readonly transA: boolean; readonly transB: boolean; readonly alpha: number };

  // movement
  reshape: { readonly shape: Shape };
  broadcast: { readonly shape: Shape };
  transpose: { readonly perm: readonly number[] };
  slice: { readonly starts: readonly number[]; readonly ends: readonly number[] };
  /** Padding with zeros: the adjoint of `slice`. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  concat: { readonly axis: number };
  /** Rows of the first axis by constant indices. */
  gather: { readonly indices: Int32Array };
  /** Sum of rows into `rows` rows by constant indices: the adjoint of `gather`. */
  scatterAdd: { readonly indices: Int32Array; readonly rows: number };

  // composites, with decompositions in engine/ir/decompositions.ts
  /** x [T, in], weight [out, in], bias [out] → x·weightᵀ + bias */
  linear: None;
  /** x [T, C], scale [C], bias [C]: over the last axis */
  layerNorm: { readonly eps: number };
  /** mean over the last axis, kept as size 1 */
  rowMean: None;
  /** 1/sqrt(variance + eps) over the last axis, kept as size 1 */
  rowInvStd: { readonly eps: number };
  /** over the last axis */
  softmax: None;
  /** over the last axis */
  logSoftmax: None;
  /** exact: x·Φ(x) with the error function */
  gelu: None;
  geluSlope: None;
  /** x, cotangent g → cotangent of x for `gelu` */
  geluGrad: None;
  /** y = softmax(x), cotangent g → cotangent of x for `softmax` */
  softmaxGrad: None;
  /** x, scale, cotangent g → cotangent of x for `layerNorm` */
  layerNormGrad: { readonly eps: number };
  /** x, cotangent g → cotangent [C] of the scale for `layerNorm` */
  layerNormScaleGrad: { readonly eps: number };
  /** x, cotangent g, scale or none → cotangent of x for `batchNorm` */
  batchNormGrad: { readonly eps: number };
  /** x, cotangent g → cotangent [C] of the scale for `batchNorm` */
  batchNormScaleGrad: { readonly eps: number };
  /**
   * q [B, H, T, D], k and v [B, H, S, D], additive bias [1|B, H, T, S] or none →
   * softmax(alpha·q·kᵀ + bias)·v
   */
  attention: { readonly alpha: number };
  /** the probabilities of `attention`: q, k, bias or none → [B, H, T, S] */
  attentionProbs: { readonly alpha: number };
  /**
   * (x − mean)/sqrt(var + eps) over the first axis of [T, C], biased variance of this batch; times
   * scale [C] plus bias [C] where they are given
   */
  batchNorm: { readonly eps: number };
  /** biased variance over the first axis, [1, C] */
  columnVariance: None;
  /** over all elements, scalar */
  sumSquares: None;
  /**
   * The sum of x over the ranks that share a batch; over the only one, x. On several a graph is cut
   * before it runs (passes/cut-at-rank-sums.ts).
   */
  rankSum: None;
}

export type OpName = keyof OpAttributes;

interface NodeOf<K extends OpName> extends TensorType {
  readonly id: number;
  readonly op: K;
  readonly attrs: OpAttributes[K];
  readonly inputs: readonly Node[];
}
/** An operation and the value that it computes. */
export type Node<K extends OpName = OpName> = { [P in K]: NodeOf<P> }[K];

/** An output of a graph: a result that is returned, or the next value of a state tensor. */
export interface GraphOutput {
  readonly name: string;
  readonly role: 'result' | 'state';
  readonly node: Node;
  /** Whether the product that it comes from is computed in float32 in every precision, as logits are. */
  readonly isFloat32?: true;
}

/** float32, int32, or bytes for bool */
export type FeedData = Float32Array | Int32Array | Uint8Array;
/** Values for `feed` inputs by name; undefined values are not fed. */
export type Feeds = Readonly<Record<string, FeedData | undefined>>;

/** Numbers are float32; those of the reference executor are float64. */
export type Result = HostTensor<'f32' | 'f64' | 'i32' | 'bool'>;

/** Results by name; the names in `R` are always present. */
export interface Results<R extends string = never> extends ReadonlyMap<string, Result> {
  get(name: R): Result;
  get(name: string): Result | undefined;
}

declare const RUN: unique symbol;

/** `F` and `R` are the feeds and results of a run, where their names are known (entry.ts). */
export interface Graph<F extends Feeds = Feeds, R extends string = never> {
  readonly name: string;
  readonly outputs: readonly GraphOutput[];
  /** This field exists in the type alone. */
  readonly [RUN]?: { readonly feeds: F; readonly results: Results<R> };
}

type RunOf<G extends Graph | undefined> = NonNullable<NonNullable<G>[typeof RUN]>;
export type FeedsOf<G extends Graph | undefined> = RunOf<G>['feeds'];
export type ResultsOf<G extends Graph | undefined> = RunOf<G>['results'];

export type Entries = Readonly<Record<string, Graph>>;

/** Graphs that share one set of state tensors; each can be run as an entry. */
export interface Module<E extends Entries = Entries> {
  readonly state: ReadonlyMap<string, TensorType>;
  /**
   * State tensors that lie one after the other in memory, so that a graph can treat them as one
   * vector. A graph uses a pack or its members, never both.
   */
  readonly packs?: ReadonlyMap<string, readonly string[]>;
  readonly entries: E;
}
