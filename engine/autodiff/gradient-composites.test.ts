import { expect, it } from 'vitest';
import * as ir from '../ir/builder.ts';
import { printGraph } from '../ir/print.ts';
import type { Node } from '../ir/types.ts';
import { prepareGraph } from '../passes/prepare-graph.ts';
import { GRADIENT_RULES } from './gradient-rules.ts';
import { gradients } from './gradients.ts';

/** What the gradient composites stand for, written out. */
const WRITTEN_OUT: Partial<Record<Node['op'], (node: Node, g: Node) => Node[]>> = {
  softmax: (node, g) => [softmaxCotangent(node, g)],
  gelu: ({ inputs: [x] }, g) => [ir.mul(g, ir.geluSlope(x!))],
  attentionProbs: (node, g) => {
    const [q, k] = node.inputs as [Node, Node];
    const { alpha } = (node as Node<'attentionProbs'>).attrs;
    const dScores = softmaxCotangent(node, g);
    return [ir.matmul(dScores, k, { alpha }), ir.matmul(dScores, q, { transA: true, alpha })];
  },
  layerNorm: (node, g) => {
    const [x, scale] = node.inputs as [Node, Node];
    const invStd = ir.rowInvStd(x, (node as Node<'layerNorm'>).attrs.eps);
    const normal = ir.mul(ir.sub(x, ir.rowMean(x)), invStd);
    const dNormal = ir.mul(g, scale);
    const centred = ir.sub(
      ir.sub(dNormal, ir.rowMean(dNormal)),
      ir.mul(normal, ir.rowMean(ir.mul(dNormal, normal))),
    );
    return [ir.mul(centred, invStd), ir.sum(ir.mul(g, normal), [0]), ir.sum(g, [0])];
  },
  batchNorm: (node, g) => {
    const [x, scale] = node.inputs as [Node, Node];
    const centred = ir.sub(x, ir.mean(x, [0], true));
    const { eps } = (node as Node<'batchNorm'>).attrs;
    const invStd = ir.div(1, ir.sqrt(ir.add(ir.columnVariance(x), eps)));
    const factor = ir.mul(invStd, scale);
    const total = ir.sum(g, [0], true);
    const along = ir.sum(ir.mul(g, centred), [0], true);
    const perRow = ir.mul(factor, 1 / x.shape[0]!);
    const slope = ir.mul(perRow, ir.mul(along, ir.mul(invStd, invStd)));
    const dx = ir.sub(ir.sub(ir.mul(g, factor), ir.mul(centred, slope)), ir.mul(perRow, total));
    return [dx, ir.reshape(ir.mul(along, invStd), scale.shape), ir.reshape(total, scale.shape)];
  },
};

function softmaxCotangent(probs: Node, g: Node): Node {
  return ir.mul(probs, ir.sub(g, ir.sum(ir.mul(g, probs), [probs.shape.length - 1], true)));
}

it('give executors without kernels for them the graph that they had before', () => {
  const x = ir.feed('x', [6, 4]);
  const weights = ['a', 'b', 'c', 'd'].map((name) => ir.state(name, [4]));
  const [a, b, c, d] = weights as [Node, Node, Node, Node];
  const normal = ir.layerNorm(x, a, b, 1e-6);
  const heads = ir.reshape(normal, [1, 2, 3, 4]);
  const probs = ir.attentionProbs(heads, ir.gelu(heads), undefined, 0.5);
  const rows = ir.reshape(ir.matmul(probs, ir.softmax(heads)), [6, 4]);
  const loss = ir.sum(ir.batchNorm(ir.mul(rows, normal), { scale: c, bias: d }, 1e-5));
  const prints = [GRADIENT_RULES, { ...GRADIENT_RULES, ...WRITTEN_OUT }].map((rules) => {
    const slopes = gradients(loss, [x, ...weights], undefined, rules as typeof GRADIENT_RULES);
    const outputs = slopes.map((node, i) => ({ name: `g${i}`, role: 'result', node }) as const);
    const kept = ['layerNorm', 'rowMean', 'rowInvStd', 'softmax'];
    return printGraph(prepareGraph({ name: 'test', outputs }, (op) => kept.includes(op)));
  });
  expect(prints[0]).toBe(prints[1]);
});
