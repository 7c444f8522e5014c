import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ELTWISE } from './constants.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { openOneDnn } from './library.ts';
import { allocate, arrayIn } from './memory.ts';
import { isSlow, Primitives } from './primitives.ts';
import { takeTestLibrary } from './testing/test-library.ts';

it('knows slow implementations by their names', () => {
  expect(['ref:any', 'simple_resampling:ref', 'ref_bnorm'].map(isSlow)).toEqual([true, true, true]);
  expect(['brg_matmul:avx2', 'jit:uni', 'gemm:jit:f32', 'reference'].map(isSlow)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

const found = takeTestLibrary() ? openOneDnn(ONEDNN_DEVICE) : undefined;

describe.runIf(/^AVX(2|-512)/.test(found?.instructionSet ?? ''))('a product in float32', () => {
  it('is computed by the faster of the implementations', () => {
    const { native, postOpBase } = found!;
    const primitives = new Primitives(native, postOpBase);
    const desc = primitives.desc({ dtype: 'f32', shape: [64, 64], strides: [64, 1] });
    const gelu = { kind: 'eltwise', op: ELTWISE.gelu, alpha: 0, beta: 0 } as const;
    for (const following of [[], [gelu]]) {
      const product = primitives.find('matmul', [desc, desc, null, desc], following);
      expect(product?.implementation).toBe('gemm:jit:f32');
    }
    primitives.dispose();
  });
});

it.runIf(/^AVX-512/.test(found?.instructionSet ?? ''))(
  'computes many small products by the implementation that is faster for them',
  () => {
    const primitives = new Primitives(found!.native, found!.postOpBase);
    const batch = { dtype: 'f32', shape: [8, 64, 64], strides: [4096, 64, 1] } as const;
    const desc = primitives.desc(batch);
    const names = [false, true].map((takesFirst) =>
      primitives.find('matmul', [desc, desc, null, desc], [], takesFirst),
    );
    expect(names.map((one) => one?.implementation)).toEqual([
      'gemm:jit:f32',
      'brg_matmul:avx512_core',
    ]);
    primitives.dispose();
  },
);

describe.runIf(found)('memory that native code alone points to', () => {
  it('is not freed before the primitives are', async () => {
    const { native, postOpBase } = found!;
    const primitives = new Primitives(native, postOpBase);
    const make = () => {
      const piece = allocate(native, 64);
      const array = arrayIn(piece, 'f32', 16);
      const layout = { shape: [16], strides: [1] };
      primitives.memory({ ...layout, dtype: 'f32', array, offset: 0, address: piece.address });
      return new WeakRef(piece.buffer);
    };
    const buffer = make();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    // A weak reference holds its target until the current task ends.
    await new Promise(setImmediate);
    collect();
    expect(buffer.deref()).toBeDefined();
    primitives.dispose();
    await new Promise(setImmediate);
    collect();
    expect(buffer.deref()).toBeUndefined();
  });
});
