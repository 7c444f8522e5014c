import { describe, expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import { RandomStream } from '../../random/philox.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { copyOnHost } from './copies.ts';
import { onednnExecutor } from './onednn.ts';
import type { Tensor } from './tensors.ts';
import { takeTestLibrary } from './testing/test-library.ts';

const random = new RandomStream(1, 'test');

describe.runIf(takeTestLibrary())('the largest of a row on oneDNN', () => {
  it('lies where the reference finds it, also among equal numbers and NaN', async () => {
    const x = Float32Array.from({ length: 300 * 65 }, () => Math.round(4 * random.normal()));
    x.fill(Number.NEGATIVE_INFINITY, 0, 65);
    x[65] = x[130 + 7] = Number.NaN;
    const module = moduleOf({ y: ir.argmax(ir.feed('x', [300, 65])) });
    const [truth, found] = await Promise.all(
      [referenceExecutor, onednnExecutor].map(async (executor) => {
        const program = await executor.compile(module);
        return (await program.run('main', { x })).get('y')!.data;
      }),
    );
    expect([...found!]).toEqual([...truth!]);
  });
});

it.each([1, 2, 3, 7, 8, 9])('copies one row to %i rows', (rows) => {
  const width = 5;
  const row = Float32Array.from({ length: width }, () => random.normal());
  const made = new Float32Array(rows * width + 2).fill(7);
  const place = { dtype: 'f32', shape: [rows, width], address: 0n } as const;
  const from: Tensor = { ...place, strides: [0, 1], array: row, offset: 0 };
  copyOnHost(from, { ...place, strides: [width, 1], array: made, offset: 1 });
  const wanted = Array.from({ length: rows }, () => [...row]).flat();
  expect([...made]).toEqual([7, ...wanted, 7]);
});
