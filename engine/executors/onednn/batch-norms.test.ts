import { describe, expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import { RandomStream } from '../../random/philox.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { openOneDnn } from './library.ts';
import { OnednnProgram } from './program.ts';
import { takeTestLibrary } from './testing/test-library.ts';

const EPS = 1e-5;

/** Calls of a graph with these results, whose numbers are compared with those of the reference. */
async function callsOf(
  results: Readonly<Record<string, Node>>,
  [rows, columns]: readonly [number, number],
  normalisesColumns = true,
): Promise<string[]> {
  const random = new RandomStream(columns, 'test');
  const draw = (length: number, shift: number) =>
    Float32Array.from({ length }, () => shift + random.normal());
  const feeds = {
    x: draw(rows * columns, 3),
    g: draw(rows * columns, 0),
    scale: draw(columns, 1),
    bias: draw(columns, 0),
  };
  const module = moduleOf(results);
  const library = { ...openOneDnn(ONEDNN_DEVICE), normalisesColumns };
  const program = OnednnProgram.create(module, { library, device: ONEDNN_DEVICE, threads: 2 });
  const truth = await (await referenceExecutor.compile(module)).run('main', feeds);
  const found = await program.run('main', feeds);
  for (const [name, { data }] of truth)
    expect(worst(found.get(name)!.data, data), name).toBeLessThan(2e-4);
  const names = program.calls
    .get('main')!
    .flatMap((call) => ('run' in call ? call.what : program.primitives.nameOf(call.primitive)));
  await program.dispose();
  return names.map((name) => name.split(' ')[0]!);
}

function worst(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  let error = 0;
  for (let i = 0; i < truth.length; i++)
    error = Math.max(error, Math.abs(found[i]! - truth[i]!) / (1 + Math.abs(truth[i]!)));
  return error;
}

const SIZES = [
  [40, 64],
  [7, 100],
  [1, 16],
  [130, 1025],
] as const;

describe.runIf(takeTestLibrary())('batch norm on oneDNN', () => {
  const operands = ([rows, columns]: readonly [number, number]) => ({
    x: ir.feed('x', [rows, columns]),
    g: ir.feed('g', [rows, columns]),
    scale: ir.feed('scale', [columns]),
    bias: ir.feed('bias', [columns]),
  });

  it.each(SIZES)('of %i rows of %i numbers, with its statistics, is one call', async (...size) => {
    const { x, scale, bias } = operands(size);
    const calls = await callsOf(
      {
        mean: ir.mean(x, [0], true),
        variance: ir.columnVariance(x),
        y: ir.relu(ir.batchNorm(x, { scale, bias }, EPS)),
      },
      size,
    );
    expect(calls.filter((name) => /batchNorm|matmul|host/.test(name))).toEqual(['batchNorm']);
  });

  it.each(SIZES)('of %i rows of %i numbers has gradients of one call', async (...size) => {
    const { x, g, scale } = operands(size);
    const toScale = ir.batchNormScaleGrad(x, g, EPS);
    const calls = await callsOf(
      {
        shift: ir.sum(g, [0]),
        // What reads a gradient stands between it and the next one.
        squares: ir.sumSquares(toScale),
        toScale,
        x: ir.batchNormGrad(x, g, scale, EPS),
      },
      size,
    );
    expect(calls).toEqual(['batchNorm', 'batchNormBackward', 'sumSquares']);
  });

  it('has a gradient without scale, and statistics without a norm', async () => {
    const size = [40, 64] as const;
    const { x, g } = operands(size);
    const results = {
      variance: ir.columnVariance(x),
      x: ir.batchNormGrad(x, g, undefined, EPS),
    };
    expect(await callsOf(results, size)).toEqual(['batchNorm', 'batchNormBackward', 'reorder']);
  });

  it('reads the value before the norm where something else than the ReLU does', async () => {
    const size = [40, 64] as const;
    const { x, scale, bias } = operands(size);
    const y = ir.batchNorm(x, { scale, bias }, EPS);
    const calls = await callsOf({ y, z: ir.relu(y) }, size);
    expect(calls.filter((name) => name === 'batchNorm')).toHaveLength(1);
  });

  it('is sums and chains where the library is slow at it', async () => {
    const size = [40, 64] as const;
    const { x, g, scale, bias } = operands(size);
    const results = {
      y: ir.relu(ir.batchNorm(x, { scale, bias }, EPS)),
      x: ir.batchNormGrad(x, g, scale, EPS),
    };
    expect((await callsOf(results, size, false)).join(' ')).not.toContain('batchNorm');
  });
});
