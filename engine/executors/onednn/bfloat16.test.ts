import { describe, expect, it, vi } from 'vitest';
import * as ir from '../../ir/builder.ts';
import type { Pointer } from '../../platform/native-library.ts';
import { RandomStream } from '../../random/philox.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { compileOn } from '../compile-on.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { withoutBfloat16 } from './bfloat16-gate.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { instructionSetOf, openOneDnn } from './library.ts';
import type { MakerName, Native } from './native.ts';
import { onednnExecutor } from './onednn.ts';
import { Primitives } from './primitives.ts';
import { compileInBfloat16 } from './testing/in-bfloat16.ts';
import { hasBfloat16, takeTestLibrary } from './testing/test-library.ts';

it.each([
  [0x07, 'AVX2'],
  [0x67, 'AVX-512 with VNNI'],
])('instruction set %i has no bfloat16, though the library may emulate it', (bits, name) => {
  const native = { facts: { instructionSet: bits } } as Native;
  expect(withoutBfloat16(native, 0, name, 'x64')).toBe(
    `oneDNN computes with ${name} on this CPU, which has no instructions for bfloat16`,
  );
});

it.each([
  ['x64', 0x07, 'AVX2'],
  ['x64', 0xe7, 'AVX-512 with bfloat16'],
  ['x64', 0xfef, 'AMX'],
  ['arm64', 0x07, 'SVE of 256 bits'],
  ['riscv64', 0x07, 'the instructions of this CPU'],
])('names the instruction set of %s with bits %i', (architecture, instructionSet, name) => {
  expect(instructionSetOf({ instructionSet }, architecture)).toBe(name);
});

describe.runIf(takeTestLibrary() && !hasBfloat16())('a CPU without bfloat16', () => {
  it('refuses it with the reason and what to do', async () => {
    const { withoutBfloat16: why } = openOneDnn(ONEDNN_DEVICE);
    const order = { device: ONEDNN_DEVICE, precision: 'bfloat16', state: new Map() } as const;
    await expect(compileOn(moduleOf({ y: ir.feed('x', [2]) }), order)).rejects.toMatchObject({
      code: 'precision-unavailable',
      message: `${ONEDNN_DEVICE} does not compute in bfloat16: ${why}.`,
      advice: expect.stringContaining('Set precision to float32'),
    });
  });
});

describe.runIf(takeTestLibrary())('bfloat16, on a CPU without it with rounded operands', () => {
  const random = new RandomStream(3, 'test');
  const feed = (shape: readonly number[]) =>
    Float32Array.from({ length: elementCount(shape) }, () => random.normal());
  const shapes = { x: [24, 16], w: [32, 16], b: [32], v: [16, 32], s: [16] };
  const values = Object.fromEntries(Object.entries(shapes).map(([n, shape]) => [n, feed(shape)]));
  const { x, w, b, v, s } = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, ir.feed(name, shape)]),
  ) as Record<keyof typeof shapes, ReturnType<typeof ir.feed>>;
  const before = ir.linear(x, w, b);
  const hidden = ir.gelu(before);
  const stream = ir.add(x, ir.mul(ir.matmul(hidden, v, { transB: true }), s));
  const heads = ir.transpose(ir.reshape(hidden, [4, 6, 2, 16]), [0, 2, 1, 3]);
  const scores = ir.softmax(ir.matmul(heads, heads, { transB: true, alpha: 0.25 }));
  const module = moduleOf({
    stream,
    rows: ir.sum(before),
    mixed: ir.matmul(scores, heads),
    where: ir.relu(ir.sub(hidden, before)),
    slope: ir.geluGrad(before, hidden),
    norm: ir.layerNorm(stream, s, s, 1e-6),
  });
  const precision = 'bfloat16';

  it('computes a block as the reference does that rounds to it', async () => {
    const programs = [
      await referenceExecutor.compile(module, { precision }),
      compileInBfloat16(module),
      ...(hasBfloat16() ? [await onednnExecutor.compile(module, { precision })] : []),
    ];
    const [truth, ...found] = await Promise.all(programs.map((one) => one.run('main', values)));
    for (const [name, { data }] of truth!)
      for (const results of found)
        expectNear(name, Float32Array.from(data as never), results.get(name)!.data as Float32Array);
  });

  it.each([
    ['matmul'],
    ['binary'],
    ['eltwise', 'eltwiseBackward'],
    ['reorder'],
    ['layerNorm', 'softmax'],
    ['matmul', 'binary', 'eltwise', 'eltwiseBackward', 'reorder', 'layerNorm', 'softmax'],
  ])('computes it where the library has no fast %s', async (...refused: string[]) => {
    expect(await refusing((maker) => refused.includes(maker))).toBeGreaterThan(0);
  });

  it.each(['bf16', 'f32'] as const)(
    'computes it where no primitive of one kind takes %s',
    async (dtype) => {
      const asked = new Set<MakerName>();
      await refusing((maker, types) => {
        if (types.has(dtype)) asked.add(maker);
        return false;
      });
      expect([...asked]).toContain('matmul');
      for (const one of asked)
        expect(await refusing((maker, types) => maker === one && types.has(dtype))).toBeGreaterThan(
          0,
        );
      expect(await refusing((_, types) => types.has(dtype))).toBeGreaterThan(0);
    },
  );

  /**
   * Expect that the block is computed right where primitives are refused.
   *
   * @param refuses by their maker and the types that they take and give
   * @returns how many were
   */
  async function refusing(
    refuses: (maker: MakerName, types: ReadonlySet<string>) => boolean,
  ): Promise<number> {
    const truth = await compileInBfloat16(module).run('main', values);
    const { find, desc } = Primitives.prototype;
    let count = 0;
    const types = new Map<Pointer, string>();
    const spies = [
      vi.spyOn(Primitives.prototype, 'desc').mockImplementation(function (
        this: Primitives,
        tensor,
      ) {
        const pointer = desc.call(this, tensor);
        types.set(pointer, tensor.dtype);
        return pointer;
      }),
      vi.spyOn(Primitives.prototype, 'find').mockImplementation(function (
        this: Primitives,
        ...[maker, args, postOps = []]
      ) {
        const operands = postOps.flatMap((op) => (op.kind === 'binary' ? op.operand.dtype : []));
        const given = args.flatMap((arg) => types.get(arg as Pointer) ?? []);
        if (!refuses(maker, new Set([...given, ...operands])))
          return find.call(this, maker, args, postOps);
        count++;
        return undefined;
      }),
    ];
    try {
      const found = await compileInBfloat16(module).run('main', values);
      for (const [name, { data }] of truth)
        expectNear(name, data as Float32Array, found.get(name)!.data as Float32Array);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    return count;
  }
});

function expectNear(name: string, want: Float32Array, got: Float32Array): void {
  const size = Math.max(...want.map(Math.abs));
  const errors = want.map((value, i) => Math.abs(value - got[i]!));
  expect(Math.max(...errors), name).toBeLessThan(0.02 * size);
}
