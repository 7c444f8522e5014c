/**
 * One gradient rule per op: from the cotangent of its value to the cotangents of its operands.
 *
 * Rules are written in the tensor language, so a gradient is a graph like any other. Composites
 * have their own rules where these can reuse values of the forward pass, which common subexpression
 * elimination then shares.
 */
import * as ir from '../ir/builder.ts';
import { makeNode } from '../ir/builder.ts';
import { type CompositeName, DECOMPOSITIONS, lastAxis, leadingAxes } from '../ir/decompositions.ts';
import type { Node, OpName } from '../ir/types.ts';
import { walkBack } from './walk-back.ts';

/** Cotangents of the operands, in order; undefined where there is none. */
type Rule<K extends OpName> = (node: Node<K>, cotangent: Node) => (Node | undefined)[];

const none: Rule<OpName> = (node) => node.inputs.map(() => undefined);

/** Cotangents of a broadcasting binary op, summed to the operands' shapes. */
function binary(rule: (a: Node, b: Node, g: Node, y: Node) => [Node, Node]): Rule<OpName> {
  return (node, g) => {
    const [a, b] = node.inputs as [Node, Node];
    const [da, db] = rule(a, b, g, node);
    return [ir.sumTo(da, a.shape), ir.sumTo(db, b.shape)];
  };
}

function unary(rule: (x: Node, g: Node, y: Node) => Node): Rule<OpName> {
  return (node, g) => [rule(node.inputs[0]!, g, node)];
}

/** max and min: the selected operand gets the cotangent; the first one at ties. */
function selecting(firstWins: (a: Node, b: Node) => Node): Rule<OpName> {
  return binary((a, b, g) => {
    const first = firstWins(a, b);
    return [ir.where(first, g, 0), ir.where(first, 0, g)];
  });
}

const isNot = (condition: Node) =>
  ir.equal(ir.cast(condition, 'i32'), ir.constant(Int32Array.of(0), []));

export const GRADIENT_RULES: { readonly [K in OpName]: Rule<K> } = {
  input: none,
  constant: none,

  neg: unary((_, g) => ir.neg(g)),
  abs: unary((x, g) => ir.mul(g, ir.sign(x))),
  sign: none,
  exp: unary((_, g, y) => ir.mul(g, y)),
  log: unary((x, g) => ir.div(g, x)),
  sqrt: unary((_, g, y) => ir.div(ir.mul(g, 0.5), y)),
  erf: unary((x, g) => ir.mul(g, ir.mul(ir.exp(ir.neg(ir.mul(x, x))), 2 / Math.sqrt(Math.PI)))),
  relu: unary((_, g, y) => ir.mul(g, ir.sign(y))),
  cast: (node, g) => [node.inputs[0]!.dtype === 'f32' && node.dtype === 'f32' ? g : undefined],

  add: binary((_a, _b, g) => [g, g]),
  sub: binary((_a, _b, g) => [g, ir.neg(g)]),
  mul: binary((a, b, g) => [ir.mul(g, b), ir.mul(g, a)]),
  div: binary((_, b, g, y) => [ir.div(g, b), ir.neg(ir.div(ir.mul(g, y), b))]),
  max: selecting((a, b) => isNot(ir.greater(b, a))),
  min: selecting((a, b) => isNot(ir.greater(a, b))),
  greater: none,
  equal: none,
  where: (node, g) => {
    const [condition, a, b] = node.inputs as [Node, Node, Node];
    return [
      undefined,
      ir.sumTo(ir.where(condition, g, 0), a.shape),
      ir.sumTo(ir.where(condition, 0, g), b.shape),
    ];
  },

  sum: (node, g) => [ir.broadcast(keepReduced(node, g), node.inputs[0]!.shape)],
  reduceMax: (node, g) => {
    const x = node.inputs[0]!;
    const winners = ir.cast(ir.equal(x, keepReduced(node, node)), 'f32');
    const count = ir.sum(winners, [...node.attrs.axes], true);
    return [ir.mul(ir.div(winners, count), keepReduced(node, g))];
  },
  argmax: none,

  matmul: (node, g) => {
    const [a, b] = node.inputs as [Node, Node];
    const { transA, transB, alpha } = node.attrs;
    const da = transA
      ? ir.matmul(b, g, { transA: transB, transB: true, alpha })
      : ir.matmul(g, b, { transB: !transB, alpha });
    const db = transB
      ? ir.matmul(g, a, { transA: true, transB: transA, alpha })
      : ir.matmul(a, g, { transA: !transA, alpha });
    return [da, db];
  },

  reshape: (node, g) => [ir.reshape(g, node.inputs[0]!.shape)],
  broadcast: (node, g) => [ir.sumTo(g, node.inputs[0]!.shape)],
  transpose: (node, g) => {
    const { perm } = node.attrs;
    return [
      ir.transpose(
        g,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
    ];
  },
  slice: (node, g) => {
    const { starts, ends } = node.attrs;
    const after = node.inputs[0]!.shape.map((size, axis) => size - ends[axis]!);
    return [ir.pad(g, starts, after)];
  },
  pad: (node, g) => {
    const { before } = node.attrs;
    const ends = node.inputs[0]!.shape.map((size, axis) => size + before[axis]!);
    return [ir.sliceAll(g, before, ends)];
  },
  concat: (node, g) => {
    let start = 0;
    return node.inputs.map((part) => {
      const end = start + part.shape[node.attrs.axis]!;
      const piece = ir.slice(g, node.attrs.axis, start, end);
      start = end;
      return piece;
    });
  },
  gather: (node, g) => [ir.scatterAdd(g, node.attrs.indices, node.inputs[0]!.shape[0]!)],
  scatterAdd: (node, g) => [ir.gather(g, node.attrs.indices)],

  linear: (node, g) => {
    const [x, weight, bias] = node.inputs as [Node, Node, Node | undefined];
    const dx = ir.matmul(g, weight);
    const dWeight = ir.matmul(g, x, { transA: true });
    return bias ? [dx, dWeight, ir.sum(g, [0])] : [dx, dWeight];
  },
  layerNorm: (node, g) => {
    const [x, scale] = node.inputs as [Node, Node];
    const { eps } = node.attrs;
    return [
      ir.layerNormGrad(x, scale, g, eps),
      ir.layerNormScaleGrad(x, g, eps),
      ir.sum(g, leadingAxes(x)),
    ];
  },
  rowMean: (node, g) => {
    const x = node.inputs[0]!;
    return [ir.broadcast(ir.mul(g, 1 / x.shape.at(-1)!), x.shape)];
  },
  rowInvStd: (node, g) => {
    const x = node.inputs[0]!;
    const cubed = ir.mul(node, ir.mul(node, node));
    const factor = ir.mul(ir.mul(g, cubed), -1 / x.shape.at(-1)!);
    return [ir.mul(ir.sub(x, ir.rowMean(x)), factor)];
  },
  softmax: unary((_, g, y) => ir.softmaxGrad(y, g)),
  logSoftmax: unary((x, g) => ir.sub(g, ir.mul(ir.softmax(x), ir.sum(g, lastAxis(x), true)))),
  gelu: unary((x, g) => ir.geluGrad(x, g)),
  // The derivative is φ(x)·(2 − x²). This rule is used by second derivatives only.
  geluSlope: unary((x, g) => {
    const square = ir.mul(x, x);
    const density = ir.mul(ir.exp(ir.mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return ir.mul(g, ir.mul(density, ir.sub(2, square)));
  }),
  attention: (node, g) => {
    const [q, k, v, bias] = node.inputs as [Node, Node, Node, Node | undefined];
    const { alpha } = node.attrs;
    const probs = ir.attentionProbs(q, k, bias, alpha);
    const dScores = ir.softmaxGrad(probs, ir.matmul(g, v, { transB: true }));
    return [
      ir.matmul(dScores, k, { alpha }),
      ir.matmul(dScores, q, { transA: true, alpha }),
      ir.matmul(probs, g, { transA: true }),
      ...(bias ? [ir.sumTo(dScores, bias.shape)] : []),
    ];
  },
  attentionProbs: (node, g) => {
    const [q, k, bias] = node.inputs as [Node, Node, Node | undefined];
    const { alpha } = node.attrs;
    const dScores = ir.softmaxGrad(node, g);
    return [
      ir.matmul(dScores, k, { alpha }),
      ir.matmul(dScores, q, { transA: true, alpha }),
      ...(bias ? [ir.sumTo(dScores, bias.shape)] : []),
    ];
  },
  batchNorm: (node, g) => {
    const [x, scale] = node.inputs as [Node, Node | undefined];
    const { eps } = node.attrs;
    const dx = ir.batchNormGrad(x, g, scale, eps);
    if (!scale) return [dx];
    const total = ir.reshape(ir.sum(g, [0], true), scale.shape);
    return [dx, ir.batchNormScaleGrad(x, g, eps), total];
  },
  // For second derivatives only.
  geluGrad: throughDecomposition,
  softmaxGrad: throughDecomposition,
  layerNormGrad: throughDecomposition,
  layerNormScaleGrad: throughDecomposition,
  batchNormGrad: throughDecomposition,
  batchNormScaleGrad: throughDecomposition,
  // The loss of every rank depends on the sum.
  rankSum: unary((_, g) => ir.rankSum(g)),
  sumSquares: unary((x, g) => ir.mul(ir.mul(x, 2), g)),
  columnVariance: (node, g) => {
    const x = node.inputs[0]!;
    const centred = ir.sub(x, ir.mean(x, [0], true));
    return [ir.mul(centred, ir.mul(g, 2 / x.shape[0]!))];
  },
};

/** The cotangents of a composite's decomposition. */
function throughDecomposition(node: Node<CompositeName>, g: Node): Node[] {
  // An operand that occurs twice gets a cotangent for each place.
  const places = node.inputs.map((input) => {
    const { shape } = input;
    return makeNode('reshape', [input], { shape });
  });
  const rule = DECOMPOSITIONS[node.op] as (inputs: readonly Node[], attrs: unknown) => Node;
  return walkBack(rule(places, node.attrs), places, g, GRADIENT_RULES);
}

/** A reduction's value or cotangent with the reduced axes kept as size 1. */
function keepReduced(node: Node<'sum'> | Node<'reduceMax'>, value: Node): Node {
  const { axes } = node.attrs;
  const kept = node.inputs[0]!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return ir.reshape(value, kept);
}
