import { expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import { IGNORED } from '../../data/targets/masks/mask-values.ts';
import { openDevice } from '../../executors/open-device.ts';
import { moduleOf } from '../../executors/testing/check-gradient.ts';
import { fromHuggingFaceNames, toHuggingFaceNames } from '../../formats/beit-names.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import { statisticsOver } from '../../nn/batch-norm.ts';
import type { FeatureMap } from '../../nn/feature-map.ts';
import {
  type SegmenterConfig,
  segmenterBuffers,
  segmenterForward,
  segmenterParameters,
} from '../../nn/segmenter.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { pixelLoss } from './loss.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/tasks/segment/testing/upernet.safetensors'),
);
const [B, SIDE, CLASSES] = [2, 48, 5];
const config: SegmenterConfig = {
  vit: {
    channels: 3,
    imageSize: [SIDE, SIDE],
    patchSize: 8,
    embedDim: 12,
    depth: 5,
    heads: 2,
    mlpRatio: 2,
    layerScale: 0.1,
    relPos: 'perBlock',
    absPos: false,
  },
  classes: CLASSES,
  // transformers counts hidden states from 1, and the first one is that before the blocks.
  head: { kind: 'upernet', depths: [1, 2, 3, 4], auxiliaryChannels: 6 },
};

/** Stored tensors with this prefix, under this program's names. */
function stored(prefix: string): NamedTensors {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return fromHuggingFaceNames(
    new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor])),
  ).tensors;
}

const weights = stored('model.');
const data = (name: string) => tensors.get(name)!.data as Float32Array;

async function compute(
  device: string,
  results: (p: (name: string) => Node) => Record<string, Node>,
) {
  const specs = [...segmenterParameters(config), ...segmenterBuffers(config)];
  const nodes = new Map(specs.map(({ name, shape }) => [name, ir.feed(name, shape)]));
  const { executor, id } = await openDevice(device);
  const program = await executor.compile(moduleOf(results((name) => nodes.get(name)!)), {
    device: id,
  });
  const feeds = Object.fromEntries(
    specs.map(({ name }) => [name, weights.get(name)!.data as Float32Array]),
  );
  const labels = Int32Array.from(tensors.get('labels')!.data as Int32Array, (label) =>
    label === 255 ? IGNORED : label,
  );
  const used = { ...feeds, images: data('images'), labels };
  const found = await program.run('main', used);
  return (name: string) => found.get(name)!.data as Float32Array;
}

const image = () => ir.feed('images', [B, 3, SIDE, SIDE]);

/** [B·rows·cols, C] to [B, C, rows, cols] */
function channelsFirst({ value, rows, cols }: FeatureMap): Node {
  const C = value.shape[1]!;
  return ir.transpose(
    ir.reshape(value, [value.shape[0]! / rows / cols, rows, cols, C]),
    [0, 3, 1, 2],
  );
}

/** Values that should be zero, such as gradients of a bias before a batch norm, are not exactly so. */
const LEAST_SIZE = 1e-3;

/** Largest difference as a share of the largest value. */
function furthest(actual: ArrayLike<number>, expected: HostTensor | undefined): number {
  const wanted = expected!.data as Float32Array;
  expect(actual.length).toBe(wanted.length);
  const size = Math.max(LEAST_SIZE, ...wanted.map(Math.abs));
  return Math.max(...wanted.map((value, i) => Math.abs(value - actual[i]!))) / size;
}

it.each([
  ['reference', 1e-6],
  // Batch norm over the two values of the coarsest pooling multiplies rounding errors.
  ['cpu', 2e-3],
])(
  'is BeitForSemanticSegmentation of transformers with its loss and gradients, on %s',
  async (device, tolerance) => {
    const names = segmenterParameters(config).map(({ name }) => name);
    const slopes = stored('gradient.');
    const after = stored('after.');
    const valid = data('labels').filter((label) => label !== 255).length;
    const results = await compute(device, (p) => {
      const statistics = statisticsOver();
      const { logits, auxiliary } = segmenterForward(p, image(), config, { statistics });
      const labels = ir.feed('labels', [B, SIDE, SIDE], 'i32');
      const main = pixelLoss(logits, labels).sum;
      const other = pixelLoss(auxiliary!, labels).sum;
      const loss = ir.mul(ir.add(main, ir.mul(other, 0.4)), 1 / valid);
      const own = gradients(loss, names.map(p));
      return {
        loss,
        logits: channelsFirst(logits),
        auxiliary: channelsFirst(auxiliary!),
        ...Object.fromEntries(own.map((slope, i) => [`gradient.${names[i]}`, slope])),
        ...Object.fromEntries([...statistics.next].map(([name, node]) => [`after.${name}`, node])),
      };
    });
    const worst = [
      ['loss', furthest(results('loss'), tensors.get('loss'))],
      ['logits', furthest(results('logits'), tensors.get('logits'))],
      ['auxiliary', furthest(results('auxiliary'), tensors.get('auxiliary'))],
      ...names
        .filter((name) => slopes.has(name))
        .map((name) => [name, furthest(results(`gradient.${name}`), slopes.get(name))]),
      ...[...after].map(([name, tensor]) => [name, furthest(results(`after.${name}`), tensor)]),
    ] as [string, number][];
    expect(worst.filter(([, difference]) => !(difference < tolerance))).toEqual([]);
    expect(slopes.size).toBeGreaterThan(100);
  },
);

it('has in evaluation the logits of transformers', async () => {
  const results = await compute('reference', (p) => ({
    logits: channelsFirst(segmenterForward(p, image(), config).logits),
  }));
  expect(furthest(results('logits'), tensors.get('logits_eval'))).toBeLessThan(1e-6);
});

it('keeps the names of files there and back', () => {
  const files = new Map([...tensors].filter(([name]) => name.startsWith('model.')));
  const names = [...files.keys()].map((name) => name.slice('model.'.length));
  expect([...toHuggingFaceNames(weights).tensors.keys()].sort()).toEqual(names.sort());
});
