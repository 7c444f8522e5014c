import { expect, it } from 'vitest';
import { openDevice } from '../../executors/open-device.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Module } from '../../ir/types.ts';
import { countFlops } from '../../passes/count-flops.ts';
import { RandomStream } from '../../random/philox.ts';
import { elementCount, type HostTensor } from '../../tensor/host-tensor.ts';
import { buildObjectModule } from './object-module.ts';

const [B, SIDE] = [2, 16];

function moduleOf(masks: boolean, recompute: boolean, keepActivations: boolean): Module {
  return buildObjectModule({
    network: {
      vit: {
        channels: 3,
        imageSize: [SIDE, SIDE],
        patchSize: 8,
        embedDim: 8,
        depth: 3,
        heads: 2,
        mlpRatio: 2,
        layerScale: 0.5,
        relPos: 'perBlock',
        absPos: false,
      },
      classes: 3,
      queries: 4,
      queryBlocks: 2,
      masks,
    },
    batchSize: B,
    adamw: { beta1: 0.9, beta2: 0.999, eps: 1e-8 },
    dropPath: true,
    recompute,
    keepActivations,
    // Weights of the first block are frozen.
    groupOf: (name) => (name.startsWith('blocks.0.') ? undefined : 'all'),
  });
}

/** Of both halves, by name: each reads some of them. */
function feedsOf({ entries }: Module): [string, readonly number[]][] {
  const inputs = ['forward', 'gradients'].flatMap((name) =>
    nodesOf(entries[name]!).flatMap((node) =>
      node.op === 'input' && node.attrs.role === 'feed' ? [node] : [],
    ),
  );
  return [...new Map(inputs.map(({ attrs, shape }) => [attrs.name, shape]))].sort();
}

/** Predictions and gradients after two steps with other images, from the same random state. */
async function computed(module: Module, device: string) {
  const { executor } = await openDevice(device);
  const program = await executor.compile(module, { device });
  const random = new RandomStream(1, 'test');
  const normals = (shape: readonly number[]) =>
    Float32Array.from({ length: elementCount(shape) }, () => 0.3 * random.normal());
  const model = [...module.state].filter(([name]) => name.startsWith('model.'));
  await program.writeState(
    new Map(
      model.map(([name, { shape }]): [string, HostTensor] => [
        name,
        { dtype: 'f32', shape, data: normals(shape) },
      ]),
    ),
  );
  const found = new Map<string, ArrayLike<number>>();
  for (let step = 0; step < 2; step++) {
    const feeds: Record<string, Float32Array> = {};
    for (const [name, shape] of feedsOf(module)) feeds[name] = normals(shape);
    for (const entry of ['forward', 'gradients'])
      for (const [name, { data }] of await program.run(entry, feeds))
        found.set(`${step} ${name}`, Array.from(data as Float64Array));
    const gradients = [...module.state.keys()].filter((name) => name.startsWith('grad.'));
    for (const [name, { data }] of await program.readState(gradients))
      found.set(`${step} ${name}`, data);
  }
  await program.dispose();
  return found;
}

const CASES = [false, true].flatMap((masks) =>
  [false, true].map((recompute) => ({ masks, recompute })),
);

it.each(CASES)(
  'has the same bytes from kept activations, masks $masks, recompute $recompute',
  async ({ masks, recompute }) => {
    const [kept, again] = [true, false].map((keeps) => moduleOf(masks, recompute, keeps));
    expect(await computed(kept!, 'reference')).toEqual(await computed(again!, 'reference'));
  },
);

it.each([false, true])('runs the forward pass once, masks: %s', (masks) => {
  const [kept, again] = [true, false].map((keeps) => moduleOf(masks, false, keeps).entries);
  const flops = (entries: Module['entries'], name: string) => countFlops(entries[name]!);
  expect(flops(kept!, 'forward')).toBe(flops(again!, 'forward'));
  const saved = flops(again!, 'gradients') - flops(kept!, 'gradients');
  expect(saved).toBeGreaterThan(0.9 * flops(again!, 'forward'));
});
