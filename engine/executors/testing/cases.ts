/**
 * The cases of the conformance suite: a random example per op. The table is total, so an op without
 * a case does not compile.
 */
import * as ir from '../../ir/builder.ts';
import type { Node, OpName, Shape } from '../../ir/types.ts';
import type { RandomStream } from '../../random/philox.ts';
import { elementCount } from '../../tensor/host-tensor.ts';

export interface ConformanceCase {
  readonly inputs: readonly { readonly shape: Shape; readonly values: Float32Array }[];
  readonly build: (inputs: readonly Node[]) => Node;
  /** false where the op has no useful gradient (comparisons, integer results) */
  readonly differentiable: boolean;
}

type CaseMaker = (random: RandomStream) => ConformanceCase;
type Draw = (random: RandomStream) => number;

const normal: Draw = (random) => random.normal();
const positive: Draw = (random) => random.between(0.3, 3);
/** Values away from the kink at zero, where finite differences are meaningless. */
const kinkFree: Draw = (random) => (random.uniform() < 0.5 ? -1 : 1) * random.between(0.1, 2);

const size = (random: RandomStream) => 1 + random.integer(5);

function make(
  random: RandomStream,
  shapes: readonly Shape[],
  build: (inputs: readonly Node[]) => Node,
  { draw = normal, differentiable = true }: { draw?: Draw; differentiable?: boolean } = {},
): ConformanceCase {
  const inputs = shapes.map((shape) => {
    const count = elementCount(shape);
    return { shape, values: Float32Array.from({ length: count }, () => draw(random)) };
  });
  return { inputs, build, differentiable };
}

function unary(op: (x: Node) => Node, options: Parameters<typeof make>[3] = {}): CaseMaker {
  return (random) => make(random, [randomShape(random)], ([x]) => op(x!), options);
}

function binary(
  op: (a: Node, b: Node) => Node,
  options: Parameters<typeof make>[3] = {},
): CaseMaker {
  return (random) => make(random, broadcastPair(random), ([a, b]) => op(a!, b!), options);
}

function randomShape(random: RandomStream, rank = 1 + random.integer(3)): number[] {
  return Array.from({ length: rank }, () => size(random));
}

/** Two shapes that broadcast against each other, with axes of size one and missing axes. */
function broadcastPair(random: RandomStream): [Shape, Shape] {
  const whole = randomShape(random, 3);
  const thin = () => whole.map((n) => (random.uniform() < 0.3 ? 1 : n));
  const [a, b] = [thin(), thin()];
  return [a, random.uniform() < 0.3 ? b.slice(1) : b];
}

function matrix(random: RandomStream, op: (x: Node) => Node): ConformanceCase {
  return make(random, [[2 + size(random), size(random)]], ([x]) => op(x!));
}

function reduceCase(random: RandomStream, op: (x: Node, axes: number[], keep: boolean) => Node) {
  const shape = randomShape(random, 3);
  const axes = [0, 1, 2].filter(() => random.uniform() < 0.5);
  const keep = random.uniform() < 0.5;
  return make(random, [shape], ([x]) => op(x!, axes.length === 0 ? [2] : axes, keep));
}

function attentionCase(random: RandomStream, withValues: boolean): ConformanceCase {
  const [B, H, T, D] = [size(random), size(random), 1 + size(random), size(random)];
  // As many queries as keys, or others.
  const queries = random.uniform() < 0.5 ? T : 1 + size(random);
  const [q, kv] = [
    [B, H, queries, D],
    [B, H, T, D],
  ];
  const bias = random.uniform() < 0.3 ? [] : [[random.uniform() < 0.5 ? 1 : B, H, queries, T]];
  return withValues
    ? make(random, [q, kv, kv, ...bias], ([q, k, v, b]) => ir.attention(q!, k!, v!, b, 0.7))
    : make(random, [q, kv, ...bias], ([q, k, b]) => ir.attentionProbs(q!, k!, b, 0.7));
}

/** A gradient of a value of any shape, with the cotangent. */
function withCotangent(build: (x: Node, g: Node) => Node): CaseMaker {
  return (random) => {
    const shape = randomShape(random);
    return make(random, [shape, shape], ([x, g]) => build(x!, g!));
  };
}

function rowIndices(random: RandomStream, count: number, rows: number): Int32Array {
  return Int32Array.from({ length: count }, () => random.integer(rows));
}

export const CASES: { readonly [K in Exclude<OpName, 'input' | 'constant'>]: CaseMaker } = {
  neg: unary(ir.neg),
  abs: unary(ir.abs, { draw: kinkFree }),
  sign: unary(ir.sign, { draw: kinkFree, differentiable: false }),
  exp: unary(ir.exp),
  log: unary(ir.log, { draw: positive }),
  sqrt: unary(ir.sqrt, { draw: positive }),
  erf: unary(ir.erf),
  relu: unary(ir.relu, { draw: kinkFree }),
  cast: unary((x) => ir.cast(ir.cast(ir.mul(x, 3), 'i32'), 'f32'), { differentiable: false }),
  add: binary(ir.add),
  sub: binary(ir.sub),
  mul: binary(ir.mul),
  div: binary(ir.div, { draw: positive }),
  max: binary(ir.max),
  min: binary(ir.min),
  greater: binary((a, b) => ir.cast(ir.greater(a, b), 'f32'), { differentiable: false }),
  equal: binary((a, b) => ir.cast(ir.equal(ir.cast(a, 'i32'), ir.cast(b, 'i32')), 'f32'), {
    differentiable: false,
  }),
  where: (random) => {
    const [a, b] = broadcastPair(random);
    return make(random, [a, b, b], ([x, y, z]) => ir.where(ir.greater(x!, 0), y!, z!));
  },
  sum: (random) => reduceCase(random, ir.sum),
  reduceMax: (random) => reduceCase(random, ir.reduceMax),
  argmax: unary((x) => ir.cast(ir.argmax(x), 'f32'), { differentiable: false }),
  matmul: (random) => {
    const [M, K, N] = [size(random), size(random), size(random)];
    const batch = randomShape(random, random.integer(3));
    const [transA, transB] = [random.uniform() < 0.5, random.uniform() < 0.5];
    const alpha = random.uniform() < 0.5 ? 1 : random.between(0.2, 2);
    const a = [...batch, ...(transA ? [K, M] : [M, K])];
    const b = [...batch, ...(transB ? [N, K] : [K, N])];
    return make(random, [a, b], ([x, y]) => ir.matmul(x!, y!, { transA, transB, alpha }));
  },
  reshape: (random) => {
    const shape = randomShape(random, 3);
    return make(random, [shape], ([x]) => ir.reshape(x!, [shape[2]!, shape[0]! * shape[1]!]));
  },
  broadcast: (random) => {
    const shape = randomShape(random, 3);
    return make(random, [[1, shape[1]!, 1]], ([x]) => ir.broadcast(x!, shape));
  },
  transpose: (random) => {
    const perm = random.shuffle([0, 1, 2, 3]);
    return make(random, [randomShape(random, 4)], ([x]) => ir.transpose(x!, perm));
  },
  slice: (random) => {
    const shape = randomShape(random, 3);
    const starts = shape.map((n) => random.integer(n));
    const ends = shape.map((n, axis) => starts[axis]! + 1 + random.integer(n - starts[axis]!));
    return make(random, [shape], ([x]) => ir.sliceAll(x!, starts, ends));
  },
  pad: (random) => {
    const before = [0, 1, 2].map(() => random.integer(3));
    const after = [0, 1, 2].map(() => random.integer(3));
    return make(random, [randomShape(random, 3)], ([x]) => ir.pad(x!, before, after));
  },
  concat: (random) => {
    const axis = random.integer(3);
    const shape = randomShape(random, 3);
    const part = () => shape.map((n, a) => (a === axis ? size(random) : n));
    return make(random, [part(), part(), part()], (parts) => ir.concat(parts, axis));
  },
  gather: (random) => {
    const shape = randomShape(random);
    const indices = rowIndices(random, 6, shape[0]!);
    return make(random, [shape], ([x]) => ir.gather(x!, indices));
  },
  scatterAdd: (random) => {
    const shape = randomShape(random);
    const rows = size(random);
    const indices = rowIndices(random, shape[0]!, rows);
    return make(random, [shape], ([x]) => ir.scatterAdd(x!, indices, rows));
  },
  linear: (random) => {
    const [T, C, O] = [size(random), size(random), size(random)];
    const shapes = [[T, C], [O, C], ...(random.uniform() < 0.5 ? [[O]] : [])];
    return make(random, shapes, ([x, w, b]) => ir.linear(x!, w!, b));
  },
  layerNorm: (random) => {
    const [T, C] = [size(random), 2 + size(random)];
    return make(random, [[T, C], [C], [C]], ([x, s, b]) => ir.layerNorm(x!, s!, b!, 1e-3));
  },
  rowMean: unary(ir.rowMean),
  rowInvStd: (random) => matrix(random, (x) => ir.rowInvStd(x, 1e-2)),
  softmax: unary(ir.softmax),
  logSoftmax: unary(ir.logSoftmax),
  gelu: unary(ir.gelu),
  geluSlope: unary(ir.geluSlope),
  geluGrad: withCotangent(ir.geluGrad),
  softmaxGrad: withCotangent(ir.softmaxGrad),
  layerNormGrad: (random) => {
    const [T, C] = [size(random), 2 + size(random)];
    return make(random, [[T, C], [C], [T, C]], ([x, s, g]) => ir.layerNormGrad(x!, s!, g!, 0.1));
  },
  layerNormScaleGrad: withCotangent((x, g) => ir.layerNormScaleGrad(x, g, 0.1)),
  batchNormGrad: (random) => {
    const [T, C] = [2 + size(random), size(random)];
    const scale = random.uniform() < 0.5 ? [[C]] : [];
    return make(random, [[T, C], [T, C], ...scale], ([x, g, s]) =>
      ir.batchNormGrad(x!, g!, s, 0.1),
    );
  },
  batchNormScaleGrad: (random) => {
    const shape = [2 + size(random), size(random)];
    return make(random, [shape, shape], ([x, g]) => ir.batchNormScaleGrad(x!, g!, 0.1));
  },
  attention: (random) => attentionCase(random, true),
  attentionProbs: (random) => attentionCase(random, false),
  batchNorm: (random) => {
    const [T, C] = [2 + size(random), size(random)];
    if (random.uniform() < 0.4)
      return make(random, [[T, C]], ([x]) => ir.batchNorm(x!, undefined, 1e-2));
    return make(random, [[T, C], [C], [C]], ([x, scale, bias]) =>
      ir.batchNorm(x!, { scale: scale!, bias: bias! }, 1e-2),
    );
  },
  sumSquares: unary(ir.sumSquares),
  rankSum: unary(ir.rankSum),
  columnVariance: (random) => matrix(random, ir.columnVariance),
};
