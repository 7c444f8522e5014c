import { describe, expect, it } from 'vitest';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import type { Node } from '../ir/types.ts';
import { RandomStream } from '../random/philox.ts';
import { initialise } from './initialise.ts';
import { float32State, stateParameters } from './parameters.ts';
import { Taps } from './taps.ts';
import { gridOf, trunkForward, type VitConfig, vitParameters } from './vit.ts';

const vit: VitConfig = {
  channels: 3,
  imageSize: [8, 16],
  patchSize: 4,
  embedDim: 8,
  depth: 2,
  heads: 2,
  mlpRatio: 2,
  layerScale: 1,
  relPos: 'none',
  absPos: false,
};
const B = 2;
const specs = vitParameters(vit);
const p = stateParameters('', specs);
const build = (taps: Taps) => trunkForward(p, ir.feed('images', [B, 3, 8, 16]), vit, { taps });

/** Values of the taps, by name. */
async function valuesOf(names: readonly string[]) {
  const taps = Taps.of(names);
  const output = build(taps).at(-1)!;
  const { executor, id } = await openDevice('reference');
  const program = await executor.compile(
    {
      state: float32State(specs),
      entries: { main: entry('taps', { results: { output }, taps: taps.results() }) },
    },
    { device: id },
  );
  const random = new RandomStream(5, 'test', 0);
  await program.writeState(
    initialise(specs, { seed: 3, std: 0.3, grid: gridOf(vit), relPosInit: 'zero' }),
  );
  const images = Float32Array.from({ length: B * 3 * 8 * 16 }, () => random.normal());
  const results = await program.run('main', { images });
  const copies = new Map(
    [...results].map(([name, { shape, data }]) => [name, { shape, data: [...data].map(Number) }]),
  );
  await program.dispose();
  return copies;
}

describe('taps of a trunk', () => {
  it('give the output of each block and its attention probabilities', async () => {
    const values = await valuesOf(['blocks.0', 'blocks.1', 'blocks.1.attn.probs']);
    const T = gridOf(vit).tokens;
    expect(values.get('blocks.1')).toEqual(values.get('output'));
    expect(values.get('blocks.0')!.data).not.toEqual(values.get('output')!.data);
    const { shape, data } = values.get('blocks.1.attn.probs')!;
    expect(shape).toEqual([B, vit.heads, T, T]);
    for (let row = 0; row < B * vit.heads * T; row++) {
      const sum = data.slice(row * T, (row + 1) * T).reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(1, 6);
    }
    // Equal probabilities would not test anything.
    expect(new Set(data.map((value) => value.toFixed(6))).size).toBeGreaterThan(T);
  });

  it('of which nothing is wanted, add no result', () => {
    const taps = Taps.of();
    build(taps);
    expect(taps.results()).toEqual([]);
  });

  it('name what there is where a name is unknown', () => {
    const taps = Taps.of(['blocks.9']);
    build(taps);
    expect(() => taps.results()).toThrowError('no value named "blocks.9"');
    try {
      taps.results();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'tap-unknown',
        advice: expect.stringContaining('blocks.1.attn.probs'),
      });
    }
  });
});

it('a network without position bias adds nothing to its attention scores', () => {
  const constants: unknown[] = [];
  const operands: number[] = [];
  const seen = new Set<Node>();
  const walk = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.op === 'constant') constants.push(node);
    if (node.op === 'attention') operands.push(node.inputs.length);
    node.inputs.forEach(walk);
  };
  walk(build(Taps.of()).at(-1)!);
  expect(constants).toEqual([]);
  expect(operands).toEqual([3, 3]);
});
