import { expect, it } from 'vitest';
import { openDevice } from '../executors/open-device.ts';
import { gradientError, moduleOf } from '../executors/testing/check-gradient.ts';
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { RandomStream } from '../random/philox.ts';
import { convolve3x3, convolveResized3x3 } from './convolution.ts';
import {
  type FeatureMap,
  maxPoolMap,
  poolMap,
  resizeMap,
  upconvolution,
  upconvolve2x2,
} from './feature-map.ts';

/** Values by image, row, column and channel. */
type Grid = (image: number, row: number, col: number, channel: number) => number;

interface Example {
  readonly B: number;
  readonly rows: number;
  readonly cols: number;
  readonly C: number;
  readonly values: Float32Array;
  readonly at: Grid;
  readonly map: FeatureMap;
}

function example(random: RandomStream): Example {
  const [B, rows, cols, C] = [2, 2 + random.integer(5), 2 + random.integer(5), 3];
  const values = Float32Array.from({ length: B * rows * cols * C }, () => random.normal());
  const at: Grid = (b, y, x, c) => values[((b * rows + y) * cols + x) * C + c]!;
  return {
    B,
    rows,
    cols,
    C,
    values,
    at,
    map: { value: ir.feed('x', [B * rows * cols, C]), rows, cols },
  };
}

async function computed(
  map: FeatureMap,
  feeds: Record<string, Float32Array>,
): Promise<Float32Array> {
  const { executor, id: device } = await openDevice('reference');
  const program = await executor.compile(moduleOf({ y: map.value }), { device });
  return (await program.run('main', feeds)).get('y')!.data as Float32Array;
}

function listed(
  { B, rows, cols, C }: Pick<Example, 'B' | 'rows' | 'cols' | 'C'>,
  at: Grid,
): number[] {
  const all: number[] = [];
  for (let b = 0; b < B; b++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < cols; x++) for (let c = 0; c < C; c++) all.push(at(b, y, x, c));
  return all;
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
}

const SEEDS = [1, 2, 3, 4];

it.each(SEEDS)('convolves with 3 x 3 as the sum over neighbours does, seed %i', async (seed) => {
  const random = new RandomStream(seed, 'test');
  const given = example(random);
  const { B, rows, cols, C, at } = given;
  const out = 4;
  const weight = Float32Array.from({ length: out * C * 9 }, () => random.normal());
  const got = await computed(convolve3x3(given.map, ir.feed('w', [out, C, 3, 3])), {
    x: given.values,
    w: weight,
  });
  const inside = (y: number, x: number) => y >= 0 && y < rows && x >= 0 && x < cols;
  expectClose(
    got,
    listed({ B, rows, cols, C: out }, (b, y, x, o) => {
      let sum = 0;
      for (let c = 0; c < C; c++)
        for (let dy = 0; dy < 3; dy++)
          for (let dx = 0; dx < 3; dx++)
            if (inside(y + dy - 1, x + dx - 1))
              sum += at(b, y + dy - 1, x + dx - 1, c) * weight[((o * C + c) * 3 + dy) * 3 + dx]!;
      return sum;
    }),
  );
});

const SIZES = [
  { rows: 6, cols: 5 },
  { rows: 3, cols: 7 },
  { rows: 2, cols: 2 },
  { rows: 1, cols: 1 },
];

/** Maps of these sizes with two channels each, resized to the first and convolved, in both ways. */
function resizedConvolutions(values: readonly Node[], weight: Node) {
  const maps = SIZES.map((size, i) => ({ ...size, value: values[i]! }));
  const whole = maps.map((map) => resizeMap(map, SIZES[0]!).value);
  return {
    fused: convolveResized3x3(maps, SIZES[0]!, weight),
    plain: convolve3x3({ ...SIZES[0]!, value: ir.concat(whole, 1) }, weight),
  };
}

it('convolves maps of several sizes as if they were resized first, with the same gradients', async () => {
  const random = new RandomStream(5, 'test');
  const shapes = [...SIZES.map(({ rows, cols }) => [2 * rows * cols, 2]), [3, 8, 3, 3]];
  const inputs = shapes.map((shape) => ({
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  }));
  const feeds = Object.fromEntries(inputs.map(({ values }, i) => [`x${i}`, values]));
  const nodes = shapes.map((shape, i) => ir.feed(`x${i}`, shape));
  const { fused, plain } = resizedConvolutions(nodes.slice(0, -1), nodes.at(-1)!);
  expectClose(await computed(fused, feeds), [...(await computed(plain, feeds))]);
  const error = await gradientError(
    {
      inputs,
      build: (given) => resizedConvolutions(given.slice(0, -1), given.at(-1)!).fused.value,
      differentiable: true,
    },
    random,
  );
  expect(error).toBeLessThan(1e-6);
});

it.each(SEEDS)('makes four cells of one, seed %i', async (seed) => {
  const random = new RandomStream(seed, 'test');
  const given = example(random);
  const { B, rows, cols, C, at } = given;
  const out = 2;
  const weight = Float32Array.from({ length: C * out * 4 }, () => random.normal());
  const bias = Float32Array.of(0.5, -1);
  const map = upconvolve2x2(
    given.map,
    upconvolution(ir.feed('w', [C, out, 2, 2])),
    ir.feed('b', [out]),
  );
  expectClose(
    await computed(map, { x: given.values, w: weight, b: bias }),
    listed({ B, rows: 2 * rows, cols: 2 * cols, C: out }, (b, y, x, o) => {
      let sum = bias[o]!;
      for (let c = 0; c < C; c++)
        sum += at(b, y >> 1, x >> 1, c) * weight[((c * out + o) * 2 + (y & 1)) * 2 + (x & 1)]!;
      return sum;
    }),
  );
});

it.each(SEEDS)('pools by the largest and by the mean, seed %i', async (seed) => {
  const given = example(new RandomStream(seed, 'test'));
  const { B, rows, cols, C, at, values: x } = given;
  const halves = { rows: rows >> 1, cols: cols >> 1 };
  expectClose(
    await computed(maxPoolMap(given.map), { x }),
    listed({ B, C, ...halves }, (b, r, c, k) =>
      Math.max(...[0, 1, 2, 3].map((i) => at(b, 2 * r + (i >> 1), 2 * c + (i & 1), k))),
    ),
  );
  for (const scale of [1, 2, 3]) {
    const cell = (i: number, size: number) => {
      const [from, to] = [Math.floor((i * size) / scale), Math.ceil(((i + 1) * size) / scale)];
      return Array.from({ length: to - from }, (_, j) => from + j);
    };
    expectClose(
      await computed(poolMap(given.map, scale), { x }),
      listed({ B, C, rows: scale, cols: scale }, (b, r, c, k) => {
        const all = cell(r, rows).flatMap((y) => cell(c, cols).map((col) => at(b, y, col, k)));
        return all.reduce((sum, value) => sum + value) / all.length;
      }),
    );
  }
});

it.each([
  [7, 5],
  [3, 9],
  [1, 1],
  [2, 12],
])('interpolates between the centres of cells, to %i x %i', async (rows, cols) => {
  const given = example(new RandomStream(rows, 'test'));
  const { B, C, at, values: x } = given;
  const place = (i: number, from: number, to: number) => {
    const exact = Math.min(Math.max(0, ((i + 0.5) * from) / to - 0.5), from - 1);
    const low = Math.floor(exact);
    return [low, Math.min(low + 1, from - 1), exact - low] as const;
  };
  expectClose(
    await computed(resizeMap(given.map, { rows, cols }), { x }),
    listed({ B, C, rows, cols }, (b, r, c, k) => {
      const [top, bottom, down] = place(r, given.rows, rows);
      const [left, right, across] = place(c, given.cols, cols);
      const line = (y: number) => (1 - across) * at(b, y, left, k) + across * at(b, y, right, k);
      return (1 - down) * line(top) + down * line(bottom);
    }),
  );
});

it('has the gradients of finite differences', async () => {
  const random = new RandomStream(9, 'test');
  const { B, rows, cols, C, values } = example(random);
  const shape = [B * rows * cols, C];
  const parts: [string, readonly number[][], (x: FeatureMap, w: readonly Node[]) => FeatureMap][] =
    [
      ['convolve', [[2, C, 3, 3]], (x, [w]) => convolve3x3(x, w!)],
      ['upconvolve', [[C, 2, 2, 2], [2]], (x, [w, b]) => upconvolve2x2(x, upconvolution(w!), b!)],
      ['max', [], (x) => maxPoolMap(x)],
      ['mean', [], (x) => poolMap(x, 3)],
      ['resize', [], (x) => resizeMap(x, { rows: 5, cols: 7 })],
    ];
  for (const [name, shapes, build] of parts) {
    const weights = shapes.map((of) => ({
      shape: of,
      values: Float32Array.from({ length: of.reduce((a, b) => a * b) }, () => random.normal()),
    }));
    const error = await gradientError(
      {
        inputs: [{ shape, values }, ...weights],
        build: ([x, ...rest]) => build({ value: x!, rows, cols }, rest).value,
        differentiable: true,
      },
      random,
    );
    expect(error, name).toBeLessThan(1e-6);
  }
});
