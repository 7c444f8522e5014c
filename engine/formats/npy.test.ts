import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { readNpyHeader, readNpyPieces, writeNpy } from './npy.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'npy-'));
  file = path.join(folder, 'x.npy');
});
afterEach(() => rm(folder, { recursive: true }));

/** The header as numpy writes it, then data. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const size = version === 1 ? [header.length & 255, header.length >> 8] : [header.length, 0, 0, 0];
  return Uint8Array.from([
    ...[0x93, ...Buffer.from('NUMPY'), version, 0, ...size],
    ...Buffer.from(header),
    ...data,
  ]);
}

async function read(): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const piece of readNpyPieces(file)) found.push(...piece);
  return found;
}

describe('npy', () => {
  const tensors: HostTensor[] = [
    { dtype: 'f32', shape: [2, 3], data: Float32Array.of(1, -2.5, 1e-40, 3e38, -0, 0.1) },
    { dtype: 'i32', shape: [4], data: Int32Array.of(-(2 ** 31), 0, 7, 2 ** 31 - 1) },
    { dtype: 'i64', shape: [1, 1, 2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 40n) },
    { dtype: 'f32', shape: [], data: Float32Array.of(5) },
    { dtype: 'f32', shape: [0, 8], data: new Float32Array() },
  ];
  it.each(tensors)('comes back as it was: $dtype $shape', async (tensor) => {
    await writeNpy(file, tensor);
    const { dataStart, ...header } = await readNpyHeader(file);
    expect(header).toEqual({ dtype: tensor.dtype, shape: tensor.shape });
    expect(dataStart % 64).toBe(0);
    expect(await read()).toEqual([...tensor.data]);
  });

  it('has the bytes that numpy.save writes', async () => {
    await writeNpy(file, { dtype: 'i32', shape: [2], data: Int32Array.of(1, 2) });
    const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
    const expected = npy(`${header.padEnd(117)}\n`, Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0));
    expect([...(await readFile(file))]).toEqual([...expected]);
  });

  it('reads longer headers of later versions', async () => {
    const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }\n";
    await writeFile(file, npy(header, Uint8Array.of(3, 0, 0, 0), 3));
    expect(await read()).toEqual([3]);
  });

  it('comes piece by piece', async () => {
    const data = Float32Array.from({ length: 5_000_000 }, (_, i) => i);
    await writeNpy(file, { dtype: 'f32', shape: [5_000_000], data });
    const sizes: number[] = [];
    for await (const piece of readNpyPieces(file)) {
      expect(piece[0]).toBe(sizes.reduce((a, b) => a + b, 0));
      sizes.push(piece.length);
    }
    expect(sizes).toEqual([4194304, 805696]);
  });

  it.each([
    ["{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", /type is >f4/],
    ["{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", /row by row/],
    ["{'descr': '<f4', 'fortran_order': False, }", /shape is not given/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", /needs/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", /needs/],
  ])('refuses %s', async (header, reason) => {
    await writeFile(file, npy(header, new Uint8Array(4)));
    await expect(readNpyHeader(file)).rejects.toMatchObject({ code: 'npy-invalid' });
    await expect(read()).rejects.toThrow(reason);
  });

  it('refuses what is no npy file, and what it cannot write', async () => {
    await writeFile(file, 'PK and something else');
    await expect(read()).rejects.toThrow(/does not begin/);
    await writeFile(file, Uint8Array.of(0x93, 0x4e));
    await expect(read()).rejects.toThrow(/ends early/);
    const half: HostTensor = { dtype: 'f16', shape: [1], data: new Uint16Array(1) };
    await expect(writeNpy(file, half)).rejects.toMatchObject({ code: 'tensor-invalid' });
    const short: HostTensor = { dtype: 'f32', shape: [2], data: new Float32Array(1) };
    await expect(writeNpy(file, short)).rejects.toMatchObject({ code: 'tensor-invalid' });
  });
});
