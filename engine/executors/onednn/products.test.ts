import { describe, expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import { RandomStream } from '../../random/philox.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { openOneDnn } from './library.ts';
import { onednnExecutor } from './onednn.ts';
import { OnednnProgram } from './program.ts';
import { takeTestLibrary } from './testing/test-library.ts';

const isAvx512 = takeTestLibrary() && /^AVX-512/.test(openOneDnn(ONEDNN_DEVICE).instructionSet);

describe.runIf(isAvx512)('the gradient of weights on oneDNN with AVX-512', () => {
  it.each([
    [1024, 512, 'brg_matmul:avx512_core'],
    [1024, 528, 'gemm:jit:f32'],
    [1008, 512, 'gemm:jit:f32'],
  ])('of %i x %i numbers is computed by %s', (outputs, inputs, implementation) => {
    const [g, x] = [outputs, inputs].map((width) => ir.feed(`${width}`, [64, width]));
    const module = moduleOf({ weights: ir.matmul(g!, x!, { transA: true }) });
    const order = { library: openOneDnn(ONEDNN_DEVICE), device: ONEDNN_DEVICE, threads: 1 };
    const { primitives } = OnednnProgram.create(module, order);
    expect(primitives.implementations).toEqual([implementation]);
  });
});

describe.runIf(takeTestLibrary())('a product on oneDNN', () => {
  it('takes a table that lies transposed, as that of relative positions', async () => {
    const [B, H, T, D] = [2, 3, 65, 32];
    const random = new RandomStream(1, 'test');
    const shapes = { q: [B, H, T, D], k: [B, H, T, D], table: [T * T, H] };
    const values = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
      ]),
    );
    const [q, k, table] = Object.entries(shapes).map(([name, shape]) => ir.feed(name, shape));
    const bias = ir.reshape(ir.transpose(table!, [1, 0]), [1, H, T, T]);
    const scores = ir.add(ir.matmul(q!, k!, { transB: true }), bias);
    const module = moduleOf({ scores });
    const [truth, found] = await Promise.all(
      [referenceExecutor, onednnExecutor].map(async (executor) => {
        const program = await executor.compile(module);
        return (await program.run('main', values)).get('scores')!.data;
      }),
    );
    const errors = Array.from(truth!, (value, i) => Math.abs(value - found![i]!));
    const worst = Math.max(...errors);
    expect(worst).toBeLessThan(1e-4);
  });
});
