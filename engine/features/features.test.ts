import { describe, expect, it } from 'vitest';
import { PROCESSOR_BY_EXECUTOR } from '../contract/device.ts';
import type { Precision } from '../contract/precision.ts';
import { hasBfloat16 } from '../executors/onednn/testing/test-library.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import { initialise } from '../nn/initialise.ts';
import { float32State, stateParameters } from '../nn/parameters.ts';
import { gridOf, trunkForward, type VitConfig, vitParameters } from '../nn/vit.ts';
import { RandomStream } from '../random/philox.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import { extractFeatures, type FeatureSet } from './features.ts';

const vit: VitConfig = {
  channels: 3,
  imageSize: [8, 16],
  patchSize: 4,
  embedDim: 16,
  depth: 3,
  heads: 2,
  mlpRatio: 2,
  layerScale: 0.5,
  relPos: 'shared',
  absPos: false,
};
const SIZE = 3 * 8 * 16;
const IMAGES = 5;
const stream = new RandomStream(1, 'test');
const pixels = Float32Array.from({ length: IMAGES * SIZE }, () => stream.normal());
const source = {
  images: IMAGES,
  load: async (start: number, end: number) => pixels.subarray(start * SIZE, end * SIZE),
};

/** Everything random, the norms too, so that a forgotten one shows. */
function network(seed: number): Map<string, HostTensor> {
  const random = new RandomStream(seed, 'test', 1);
  const start = initialise(vitParameters(vit), {
    seed,
    std: 0.3,
    grid: gridOf(vit),
    relPosInit: 'distance',
  });
  for (const { data } of start.values())
    for (let i = 0; i < data.length; i++) (data as Float32Array)[i]! += 0.1 * random.normal();
  return start;
}
const [first, second] = [network(1), network(2)];

/** Tokens after each block, then pooling and norm in plain loops. */
async function bySteps(tensors: NamedTensors, layer: number, pooling: 'mean' | 'cls') {
  const specs = vitParameters(vit);
  const p = stateParameters('', specs);
  const images = ir.feed('images', [IMAGES, 3, 8, 16]);
  const tokens = trunkForward(p, images, vit)[layer - 1]!;
  const { executor, id } = await openDevice('reference');
  const program = await executor.compile(
    {
      state: float32State(specs),
      entries: { main: entry('t', { feeds: { images }, results: { tokens } }) },
    },
    { device: id },
  );
  await program.writeState(tensors);
  const found = (await program.run('main', { images: pixels })).get('tokens').data;
  await program.dispose();
  const { tokens: T, patches } = gridOf(vit);
  const E = vit.embedDim;
  return Array.from({ length: IMAGES }, (_, image) => {
    const at = (token: number, e: number) => Number(found[(image * T + token) * E + e]);
    const pooled = Array.from({ length: E }, (_, e) => {
      if (pooling === 'cls') return at(0, e);
      let sum = 0;
      for (let token = 1; token < T; token++) sum += at(token, e);
      return sum / patches;
    });
    const mean = pooled.reduce((a, b) => a + b) / E;
    const variance = pooled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / E;
    return pooled.map((value, e) => {
      const [scale, shift] = ['weight', 'bias'].map((n) => tensors.get(`norm.${n}`)!.data[e]);
      return ((value - mean) / Math.sqrt(variance + 1e-6)) * Number(scale) + Number(shift);
    });
  }).flat();
}

function single(sets: FeatureSet[][]): FeatureSet {
  expect(sets.flat()).toHaveLength(1);
  return sets[0]![0]!;
}

function expectClose(found: Float32Array, expected: ArrayLike<number>) {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
}

describe('extractFeatures', () => {
  it('gives one row per image for any batch size, on both executors', async () => {
    const features = async (device: string, batchSize: number) => {
      const request = { ...source, vit, networks: [first], device, batchSize };
      const only = single(
        await extractFeatures({ ...request, layers: 'last', poolings: ['mean'] }),
      );
      expect(only).toMatchObject({ layer: 3, pooling: 'mean', rows: { count: 5, width: 16 } });
      return only.rows.data;
    };
    const reference = await features('reference', 5);
    expect(reference).toHaveLength(5 * 16);
    for (const batchSize of [1, 2, 64]) expectClose(await features('cpu', batchSize), reference);
    expect(reference.slice(0, 16)).not.toEqual(reference.slice(16, 32));
  });

  it('pools after the block and then applies the norm, for every network, in one pass', async () => {
    const loaded: number[] = [];
    const found = await extractFeatures({
      vit,
      networks: [first, second],
      layers: [1, 3],
      poolings: ['cls', 'mean'],
      images: IMAGES,
      load(start, end) {
        for (let i = start; i < end; i++) loaded.push(i);
        return source.load(start, end);
      },
      batchSize: 2,
    });
    expect(loaded).toEqual([0, 1, 2, 3, 4]);
    for (const [i, tensors] of [first, second].entries()) {
      expect(found[i]!.map(({ layer, pooling }) => `${layer} ${pooling}`)).toEqual([
        '1 cls',
        '1 mean',
        '3 cls',
        '3 mean',
      ]);
      for (const { layer, pooling, rows } of found[i]!)
        expectClose(rows.data, await bySteps(tensors, layer, pooling));
    }
  });

  it('takes the norm of a fine-tuned classifier, and leaves out what is above the last layer', async () => {
    const tuned = new Map(first);
    for (const part of ['weight', 'bias']) {
      tuned.set(`fc_norm.${part}`, tuned.get(`norm.${part}`)!);
      tuned.delete(`norm.${part}`);
    }
    for (const name of tuned.keys()) if (name.startsWith('blocks.2.')) tuned.delete(name);
    const request = { ...source, vit, layers: [2], poolings: ['mean'] } as const;
    const mine = single(await extractFeatures({ ...request, networks: [tuned] }));
    expectClose(mine.rows.data, await bySteps(first, 2, 'mean'));
  });

  it('names what is missing', async () => {
    const request = { ...source, vit, networks: [first], poolings: ['mean'] } as const;
    for (const layer of [0, 4, 1.5])
      await expect(extractFeatures({ ...request, layers: [layer] })).rejects.toThrow(
        `There is no layer ${layer} in a network of 3 blocks.`,
      );
    const broken = new Map(first);
    broken.delete('blocks.1.norm1.bias');
    await expect(
      extractFeatures({ ...request, layers: 'last', networks: [broken] }),
    ).rejects.toThrow(/blocks\.1\.norm1\.bias is missing/);
  });

  it('passes on why images cannot be loaded', async () => {
    const request = { vit, networks: [first], layers: 'last', poolings: ['mean'] } as const;
    const load = async (start: number, end: number) => {
      if (start >= 2) throw new Error('the disk is gone');
      return source.load(start, end);
    };
    await expect(extractFeatures({ ...request, images: 5, load, batchSize: 2 })).rejects.toThrow(
      'the disk is gone',
    );
  });
});

/**
 * What rounding to bfloat16 may do to features: each of the narrow values that lie one after the other on the
 * way of an image, operands and results of products, adds an error of at most 2^-8 of its size, and errors
 * of that many independent roundings add up as their root.
 */
const ROUNDINGS_OF_BLOCK = 14;
const ROUNDINGS_OF_PATCHES = 3;
const boundOf = (depth: number) =>
  2 ** -8 * Math.sqrt(ROUNDINGS_OF_PATCHES + ROUNDINGS_OF_BLOCK * depth);

async function featuresIn(device: string, precision?: Precision): Promise<Float32Array> {
  const request = { ...source, vit, networks: [first], device, precision };
  return single(await extractFeatures({ ...request, layers: 'last', poolings: ['mean'] })).rows
    .data;
}

/** Of each image, by its features in float32 and in another precision. */
function comparedByImage(exact: Float32Array, narrow: Float32Array) {
  const E = vit.embedDim;
  return Array.from({ length: IMAGES }, (_, image) => {
    const [a, b] = [exact, narrow].map((rows) => rows.subarray(image * E, (image + 1) * E));
    const product = (x: Float32Array, y: Float32Array) =>
      x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    const error = Math.hypot(...a!.map((value, i) => value - b![i]!)) / Math.hypot(...a!);
    return { error, cosine: product(a!, b!) / Math.sqrt(product(a!, a!) * product(b!, b!)) };
  });
}

function expectRounded(exact: Float32Array, narrow: Float32Array) {
  const bound = boundOf(vit.depth);
  for (const { error, cosine } of comparedByImage(exact, narrow)) {
    expect(error).toBeLessThan(bound);
    expect(error).toBeGreaterThan(2 ** -16);
    // Of vectors that differ by a share e of their length.
    expect(cosine).toBeGreaterThan(1 - bound ** 2 / 2);
  }
}

describe('features in bfloat16', () => {
  it('differ from those in float32 by the rounding of products alone, on the reference', async () => {
    const exact = await featuresIn('reference');
    expectRounded(exact, await featuresIn('reference', 'bfloat16'));
  });

  it('are refused, with the reason, by a device that does not compute in it', async () => {
    await expect(featuresIn('cpu', 'bfloat16')).rejects.toMatchObject({
      code: 'precision-unavailable',
      message: 'cpu does not compute in bfloat16.',
    });
  });
});

describe.runIf(hasBfloat16())('features on a CPU that computes in bfloat16', () => {
  it('differ from those in float32 by the rounding of products alone', async () => {
    const exact = await featuresIn(PROCESSOR_BY_EXECUTOR.onednn);
    expectRounded(exact, await featuresIn(PROCESSOR_BY_EXECUTOR.onednn, 'bfloat16'));
  });
});
