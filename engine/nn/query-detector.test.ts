import { expect, it } from 'vitest';
import { openDevice } from '../executors/open-device.ts';
import { moduleOf } from '../executors/testing/check-gradient.ts';
import * as ir from '../ir/builder.ts';
import { nodesOf } from '../ir/graph.ts';
import { RandomStream } from '../random/philox.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { bandsOf, depthwise3x3 } from './depthwise.ts';
import { placeTable } from './place-encoding.ts';
import {
  type DetectorConfig,
  detectorForward,
  detectorParameters,
  maskGrid,
  predictionCount,
} from './query-detector.ts';
import { Taps } from './taps.ts';

const config: DetectorConfig = {
  vit: {
    channels: 3,
    imageSize: [16, 24],
    patchSize: 8,
    embedDim: 12,
    depth: 3,
    heads: 2,
    mlpRatio: 2,
    layerScale: 0.1,
    relPos: 'perBlock',
    absPos: false,
  },
  classes: 2,
  queries: 3,
  queryBlocks: 2,
  masks: true,
};

const random = new RandomStream(4, 'test');
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());

async function run(module: ReturnType<typeof moduleOf>, feeds: Record<string, Float32Array>) {
  const { executor, id } = await openDevice('reference');
  const program = await executor.compile(module, { device: id });
  const results = await program.run('main', feeds);
  return (name: string) => Array.from(results.get(name)!.data as Float64Array);
}

const specs = detectorParameters(config);
const weights = Object.fromEntries(
  specs.map(({ name, shape }) => [name, normals(elementCount(shape)).map((value) => 0.2 * value)]),
);
const nodes = new Map(specs.map(({ name, shape }) => [name, ir.feed(name, shape)]));

const forward = (attend: boolean) => {
  const images = ir.feed('images', [1, 3, 16, 24]);
  const drawn = attend ? ir.feed('attend', [2, 1, 3]) : undefined;
  return detectorForward((name) => nodes.get(name)!, images, config, {
    training: true,
    attend: drawn,
  });
};

it('convolves each channel by its own kernel', async () => {
  const [rows, cols, C] = [3, 4, 2];
  const value = ir.feed('x', [2 * rows * cols, C]);
  const bands = bandsOf(ir.feed('w', [C, 1, 3, 3]), cols);
  const map = depthwise3x3({ value, rows, cols }, bands);
  const [x, w] = [normals(2 * rows * cols * C), normals(C * 9)];
  const at = await run(moduleOf({ y: map.value }), { x, w });
  const expected = Array.from({ length: x.length }, (_, i) => {
    const [c, col] = [i % C, Math.floor(i / C) % cols];
    const [row, image] = [Math.floor(i / C / cols) % rows, Math.floor(i / C / cols / rows)];
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const [y, z] = [row + dy, col + dx];
        if (y < 0 || y >= rows || z < 0 || z >= cols) continue;
        sum += w[c * 9 + (dy + 1) * 3 + dx + 1]! * x[((image * rows + y) * cols + z) * C + c]!;
      }
    return sum;
  });
  for (const [i, number] of at('y').entries()) expect(number).toBeCloseTo(expected[i]!, 6);
});

it('predicts at each depth, and has masks on a finer grid', () => {
  const { predictions, stops } = forward(true);
  expect(predictions).toHaveLength(predictionCount(config));
  expect(stops).toHaveLength(3);
  expect(maskGrid(config)).toEqual({ rows: 4, cols: 6 });
  expect(predictions[0]!.masks!.value.shape).toEqual([24, 3]);
  expect(predictions[0]!.classes.shape).toEqual([3, 3]);
  expect(predictionCount({ ...config, masks: false })).toBe(2);
});

it('keeps to the masks the queries that are drawn, and no others', async () => {
  const images = normals(3 * 16 * 24);
  const last = async (attend: Float32Array | undefined) => {
    const { predictions } = forward(attend !== undefined);
    const at = await run(moduleOf({ classes: predictions.at(-1)!.classes }), {
      ...weights,
      images,
      ...(attend && { attend }),
    });
    return at('classes');
  };
  const free = await last(undefined);
  expect(await last(new Float32Array(6))).toEqual(free);
  expect(await last(new Float32Array(6).fill(1))).not.toEqual(free);
});

it('predicts boxes from the queries alone as from all tokens of the last block', async () => {
  const boxes = { ...config, masks: false };
  const images = ir.feed('images', [1, 3, 16, 24]);
  const results = (taps?: Taps) => {
    const found = detectorForward((name) => nodes.get(name)!, images, boxes, { taps });
    const { classes, boxes: edges } = found.predictions[0]!;
    return moduleOf({ classes, boxes: edges });
  };
  const feeds = { ...weights, images: normals(3 * 16 * 24) };
  // Taps want all tokens.
  const [whole, queries] = [results(Taps.of()), results()];
  expect(nodesOf(queries.entries['main']!).length).not.toBe(nodesOf(whole.entries['main']!).length);
  const [expected, found] = [await run(whole, feeds), await run(queries, feeds)];
  for (const name of ['classes', 'boxes'])
    for (const [i, value] of found(name).entries())
      expect(value).toBeCloseTo(expected(name)[i]!, 12);
});

it('tells the places of patches apart where positions are relative only', () => {
  const table = placeTable({ rows: 14, cols: 14 });
  const rows = Array.from({ length: 196 }, (_, i) => table.subarray(32 * i, 32 * i + 32).join());
  expect(new Set(rows).size).toBe(196);
  const names = (absPos: boolean) =>
    detectorParameters({ ...config, vit: { ...config.vit, absPos } }).map(({ name }) => name);
  expect(names(false)).toContain('query.position.weight');
  expect(names(true)).not.toContain('query.position.weight');
});
