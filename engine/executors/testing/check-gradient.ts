/** Comparison of gradients with finite differences, in the reference executor's float64. */
import type { GRADIENT_RULES } from '../../autodiff/gradient-rules.ts';
import { gradients } from '../../autodiff/gradients.ts';
import * as ir from '../../ir/builder.ts';
import type { Graph, Module, Node } from '../../ir/types.ts';
import type { RandomStream } from '../../random/philox.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import type { ConformanceCase } from './cases.ts';

const STEP = 1e-6;

/** `sum(weights * case)`, so that each element of the value has another gradient. */
export function weightedLoss(
  { inputs, build }: ConformanceCase,
  random: RandomStream,
): {
  loss: Node;
  value: Node;
  weights: Node;
  feeds: Node[];
  values: Record<string, Float32Array>;
} {
  const feeds = inputs.map(({ shape }, i) => ir.feed(`x${i}`, shape));
  const value = build(feeds);
  const count = elementCount(value.shape);
  const weights = ir.constant(
    Float32Array.from({ length: count }, () => random.normal()),
    value.shape,
  );
  const loss = ir.sum(ir.mul(value, weights));
  const values = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input.values]));
  return { loss, value, weights, feeds, values };
}

export function moduleOf(outputs: Readonly<Record<string, Node>>): Module {
  const graph: Graph = {
    name: 'case',
    outputs: Object.entries(outputs).map(([name, node]) => ({ name, role: 'result', node })),
  };
  return { state: new Map(), entries: { main: graph } };
}

/** A case's value, its weighted loss and the loss's gradients `g0`, `g1`, … as the results of one module. */
export function moduleWithGradients(example: ConformanceCase, random: RandomStream) {
  const { loss, value, feeds, values } = weightedLoss(example, random);
  const slopes = gradients(loss, feeds).map((slope, i) => [`g${i}`, slope]);
  return { module: moduleOf({ value, loss, ...Object.fromEntries(slopes) }), values };
}

/**
 * The largest difference between the gradient and central differences, relative to 1 + |difference|.
 * Each input is moved along a few random directions.
 */
export async function gradientError(
  example: ConformanceCase,
  random: RandomStream,
  rules?: typeof GRADIENT_RULES,
): Promise<number> {
  const { loss, weights, feeds, values } = weightedLoss(example, random);
  const slopes = gradients(loss, feeds, undefined, rules);
  const gradientProgram = await referenceExecutor.compile(
    moduleOf(Object.fromEntries(slopes.map((slope, i) => [`g${i}`, slope]))),
  );
  const results = await gradientProgram.run('main', values);
  // Moving the point takes float64, which feeds cannot hold, so the graph itself moves it.
  const step = ir.feed('h', []);
  const moved = feeds.map((x, i) => ir.add(x, ir.mul(ir.feed(`d${i}`, x.shape), step)));
  const movedLoss = ir.sum(ir.mul(example.build(moved), weights));
  const lossProgram = await referenceExecutor.compile(moduleOf({ loss: movedLoss }));
  let worst = 0;
  for (let i = 0; i < feeds.length; i++) {
    const directions = Object.fromEntries(
      feeds.map((_, k) => [
        `d${k}`,
        Float32Array.from({ length: values[`x${k}`]!.length }, () =>
          k === i ? random.normal() : 0,
        ),
      ]),
    );
    const lossAt = async (h: number) => {
      const all = { ...values, ...directions, h: Float32Array.of(h) };
      return (await lossProgram.run('main', all)).get('loss')!.data[0]!;
    };
    const h = Math.fround(STEP);
    const difference = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
    const slope = Array.from(results.get(`g${i}`)!.data);
    const along = slope.reduce((sum, g, k) => sum + g * directions[`d${i}`]![k]!, 0);
    worst = Math.max(worst, Math.abs(along - difference) / (1 + Math.abs(difference)));
    if (!Number.isFinite(along)) return Number.POSITIVE_INFINITY;
  }
  return worst;
}
