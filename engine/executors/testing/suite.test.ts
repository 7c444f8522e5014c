import { describe, expect, it } from 'vitest';
import { GRADIENT_RULES } from '../../autodiff/gradient-rules.ts';
import { gradients } from '../../autodiff/gradients.ts';
import * as ir from '../../ir/builder.ts';
import { isCompositeName } from '../../ir/decompositions.ts';
import type { Node, OpName } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import { decomposeOnce } from '../../passes/decompose.ts';
import { RandomStream } from '../../random/philox.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import type { Executor } from '../executor.ts';
import { ONEDNN_DEVICE } from '../onednn/devices.ts';
import { onednnExecutor } from '../onednn/onednn.ts';
import { takeTestLibrary } from '../onednn/testing/test-library.ts';
import { onnxruntimeExecutor } from '../onnxruntime/onnxruntime.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { tfjsExecutor } from '../tfjs/tfjs.ts';
import { CASES, type ConformanceCase } from './cases.ts';
import { gradientError, moduleOf, moduleWithGradients, weightedLoss } from './check-gradient.ts';

const ops = Object.keys(CASES) as (keyof typeof CASES)[];
const SEEDS = [1, 2, 3, 4, 5];
const targets: { executor: Executor; device: string }[] = [
  { executor: onnxruntimeExecutor, device: 'cpu' },
  ...(takeTestLibrary() ? [{ executor: onednnExecutor, device: ONEDNN_DEVICE }] : []),
  ...[await nativeTensorFlow(), 'tfjs-wasm', 'tfjs-cpu'].flat().map((device) => ({
    executor: tfjsExecutor,
    device,
  })),
];

/** Where it is installed; a process can load one of its packages only. */
async function nativeTensorFlow(): Promise<string[]> {
  const devices = [
    ...(await tfjsExecutor.devices['tfjs-gpu']!()),
    ...(await tfjsExecutor.devices['tfjs-node']!()),
  ];
  return devices.flatMap(({ id, available }) => (available ? id : [])).slice(0, 1);
}

function exampleOf(op: keyof typeof CASES, seed: number): [ConformanceCase, RandomStream] {
  const random = new RandomStream(seed, 'test', ops.indexOf(op));
  return [CASES[op](random), random];
}

function difference(got: HostTensor, want: HostTensor): number {
  expect(got.shape).toEqual(want.shape);
  let worst = 0;
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [Number(got.data[i]), Number(want.data[i])];
    worst = Math.max(worst, Math.abs(a - b) / (1 + Math.abs(b)));
    if (Number.isNaN(a)) return Number.POSITIVE_INFINITY;
  }
  return worst;
}

describe.each(ops)('%s', (op) => {
  it.each(SEEDS)('has the gradient of finite differences, seed %i', async (seed) => {
    const [example, random] = exampleOf(op, seed);
    if (!example.differentiable) {
      const { loss, feeds } = weightedLoss(example, random);
      for (const slope of gradients(loss, feeds)) expect(slope.op).toBe('broadcast');
      return;
    }
    expect(await gradientError(example, random)).toBeLessThan(2e-7);
  });

  it.each(SEEDS)('is the same on every executor, value and gradient, seed %i', async (seed) => {
    const [example, random] = exampleOf(op, seed);
    const { module, values } = moduleWithGradients(example, random);
    verifyModule(module);
    const truth = await (await referenceExecutor.compile(module)).run('main', values);
    for (const { executor, device } of targets) {
      const program = await executor.compile(module, { device, threads: 1 });
      const results = await program.run('main', values);
      for (const [name, want] of truth)
        expect(difference(results.get(name)!, want), `${device} ${name}`).toBeLessThan(2e-5);
      await program.dispose();
    }
  });
});

describe.each(ops.filter((op) => isCompositeName(op)))('%s, a composite,', (op) => {
  it.each(SEEDS)('has the value and gradient of its decomposition, seed %i', async (seed) => {
    const [example, random] = exampleOf(op, seed);
    const { value: composite, weights, feeds, values } = weightedLoss(example, random);
    const expanded = decomposeOnce(composite);
    const direct = gradients(composite, feeds, weights);
    const through = gradients(expanded, feeds, weights);
    const named = (prefix: string, nodes: Node[]) =>
      Object.fromEntries(nodes.map((node, i) => [`${prefix}${i}`, node]));
    const module = moduleOf({ composite, expanded, ...named('a', direct), ...named('b', through) });
    const reference = { executor: referenceExecutor, device: 'reference' };
    for (const { executor, device } of [reference, ...targets]) {
      const program = await executor.compile(module, { device, threads: 1 });
      const results = await program.run('main', values);
      const limit = executor === referenceExecutor ? 1e-11 : 2e-5;
      const pairs = [['composite', 'expanded'], ...feeds.map((_, i) => [`a${i}`, `b${i}`])];
      for (const [a, b] of pairs)
        expect(difference(results.get(a!)!, results.get(b!)!), `${device} ${a}`).toBeLessThan(
          limit,
        );
      await program.dispose();
    }
  });
});

describe('a wrong gradient rule is noticed', () => {
  const broken: Partial<Record<OpName, (typeof GRADIENT_RULES)['mul']>> = {
    mul: (node, g) => (GRADIENT_RULES.mul as unknown as Rule)(node, g).toReversed(),
    erf: (node, g) => (GRADIENT_RULES.exp as unknown as Rule)(node, g),
    layerNorm: (node, g) => {
      const [dx, dScale, dBias] = (GRADIENT_RULES.layerNorm as unknown as Rule)(node, g);
      return [dx, dBias, dScale];
    },
    softmax: (_, g) => [g],
    matmul: (node, g) => {
      const [da, db] = (GRADIENT_RULES.matmul as unknown as Rule)(node, g);
      return [da, db && decomposeSign(db)];
    },
    batchNorm: (node, g) => [ir.mul(g, 0.5), ...node.inputs.slice(1).map(() => ir.sum(g, [0]))],
    gather: (node, g) => [(GRADIENT_RULES.gather as unknown as Rule)(node, decomposeSign(g))[0]],
  };
  type Rule = (node: Node, g: Node) => (Node | undefined)[];

  it.each(Object.keys(broken) as (keyof typeof CASES)[])('%s', async (op) => {
    const errors: number[] = [];
    for (const seed of SEEDS) {
      const [example, random] = exampleOf(op, seed);
      const rules = { ...GRADIENT_RULES, [op]: broken[op] };
      errors.push(
        await gradientError(example, random, rules).catch(() => Number.POSITIVE_INFINITY),
      );
    }
    expect(Math.max(...errors)).toBeGreaterThan(1e-3);
  });
});

function decomposeSign(node: Node): Node {
  return { ...node, op: 'neg', attrs: {}, inputs: [node], id: -node.id } as Node;
}
