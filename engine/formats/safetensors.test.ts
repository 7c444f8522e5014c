import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { type HostDType, type HostTensor, hostTensor } from '../tensor/host-tensor.ts';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from './safetensors.ts';
import { encodeSafetensors, parseSafetensors } from './testing/safetensors-bytes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'conmim-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../assets/fixtures/', import.meta.url));

const every: [string, HostTensor][] = [
  ['z.f64', { dtype: 'f64', shape: [2], data: new Float64Array([Math.PI, Number.NaN]) }],
  ['f32', { dtype: 'f32', shape: [2, 1], data: new Float32Array([1.5, Number.POSITIVE_INFINITY]) }],
  ['f16', { dtype: 'f16', shape: [1], data: new Uint16Array([0x3c00]) }],
  ['bf16', { dtype: 'bf16', shape: [], data: new Uint16Array([0x3f80]) }],
  ['i64', { dtype: 'i64', shape: [1], data: new BigInt64Array([-(2n ** 40n)]) }],
  ['i32', { dtype: 'i32', shape: [1], data: new Int32Array([-7]) }],
  ['i16', { dtype: 'i16', shape: [1], data: new Int16Array([-8]) }],
  ['i8', { dtype: 'i8', shape: [3], data: new Int8Array([-9, 1, 2]) }],
  ['u8', { dtype: 'u8', shape: [1], data: new Uint8Array([255]) }],
  ['bool', { dtype: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) }],
  ['empty', { dtype: 'f32', shape: [0, 4], data: new Float32Array(0) }],
  ['__proto__', { dtype: 'u8', shape: [1], data: new Uint8Array([3]) }],
  ['10', { dtype: 'u8', shape: [1], data: new Uint8Array([4]) }],
  ['naïve "name"\n', { dtype: 'u8', shape: [1], data: new Uint8Array([5]) }],
];

/** A file from a header text, with `dataBytes` zero bytes behind it. */
function file(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + json.length + dataBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  return out;
}
const entry = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

describe('writing and reading', () => {
  it('round-trips every dtype, empty tensors, scalars and awkward names', async () => {
    const at = path.join(folder, 'every.safetensors');
    const written = await writeSafetensors(at, new Map(every), { b: '2', a: '1' }, { sync: true });
    const bytes = readFileSync(at);
    expect(written.size).toBe(bytes.length);
    expect(written.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const read = await readSafetensors(at);
    expect(read.sha256).toBe(written.sha256);
    expect(read.size).toBe(written.size);
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...every].sort()));
    expect({ ...read.metadata }).toEqual({ a: '1', b: '2' });
  });

  it('gives equal bytes for equal state in any order', async () => {
    const forward = await encodeSafetensors(new Map(every), { a: '1', b: '2' });
    const backward = await encodeSafetensors(new Map([...every].reverse()), { b: '2', a: '1' });
    expect(Buffer.compare(forward, backward)).toBe(0);
    expect(forward[0]! % 8).toBe(0);
  });

  it('writes only the viewed part of a larger buffer', async () => {
    const data = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
    const back = await parseSafetensors(
      await encodeSafetensors(new Map([['a', { dtype: 'f32' as const, shape: [2], data }]])),
    );
    expect([...back.tensors.get('a')!.data]).toEqual([2, 3]);
  });

  it('copies data that lie at odd offsets', async () => {
    const header = `{"a":${entry('BOOL', '[1]', '[0,1]')},"b":${entry('F32', '[1]', '[1,5]')}}`;
    const bytes = file(header, 5);
    bytes.set(new Uint8Array(new Float32Array([2.5]).buffer), bytes.length - 4);
    const { tensors } = await parseSafetensors(bytes);
    expect(tensors.get('b')!.data).toEqual(new Float32Array([2.5]));
  });

  it('reads every packaged fixture and its header alone', async () => {
    const names = readdirSync(fixtures).filter((name) => name.endsWith('.safetensors'));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const { tensors } = await readSafetensors(path.join(fixtures, name));
      const { entries } = await readSafetensorsHeader(path.join(fixtures, name));
      expect(tensors.size).toBeGreaterThan(0);
      expect(entries.map((each) => each.name)).toEqual([...tensors.keys()]);
    }
  });

  it.each<[string, HostTensor]>([
    ['a', { dtype: 'f32', shape: [3], data: new Float32Array(2) }],
    ['a', hostTensor<HostDType>('f32', [1], new Int32Array(1))],
    ['__metadata__', { dtype: 'f32', shape: [1], data: new Float32Array(1) }],
  ])('refuses to write a tensor that contradicts itself (%#)', async (name, tensor) => {
    const encoded = encodeSafetensors(new Map([[name, tensor]]));
    await expect(encoded).rejects.toThrow(StudioError);
  });
});

describe('refusals', () => {
  const good = entry('F32', '[2]', '[0,8]');
  it.each<[string, string, number]>([
    ['not JSON', '{"a":', 0],
    ['not an object', '[]', 0],
    ['a number', '12', 0],
    ['leading space', ` {"a":${good}}`, 8],
    ['entry is null', '{"a":null}', 0],
    ['unknown dtype', `{"a":${entry('F8', '[8]', '[0,8]')}}`, 8],
    ['dtype of the prototype', `{"a":${entry('toString', '[8]', '[0,8]')}}`, 8],
    ['negative size', `{"a":${entry('F32', '[-2]', '[0,8]')}}`, 8],
    ['two negative sizes', `{"a":${entry('F32', '[-1,-2]', '[0,8]')}}`, 8],
    ['fractional size', `{"a":${entry('F32', '[0.5,4]', '[0,8]')}}`, 8],
    ['size as text', `{"a":${entry('F32', '["2"]', '[0,8]')}}`, 8],
    ['overflowing shape', `{"a":${entry('F32', '[9007199254740991,2,0]', '[0,8]')}}`, 8],
    ['huge shape', `{"a":${entry('U8', '[4294967296,4294967296]', '[0,8]')}}`, 8],
    ['offsets reversed', `{"a":${entry('F32', '[2]', '[8,0]')}}`, 8],
    ['three offsets', `{"a":${entry('F32', '[2]', '[0,8,8]')}}`, 8],
    ['missing field', '{"a":{"dtype":"F32","shape":[2]}}', 8],
    ['extra field', `{"a":${good.slice(0, -1)},"x":1}}`, 8],
    ['shape against offsets', `{"a":${entry('F32', '[3]', '[0,8]')}}`, 8],
    ['hole at the start', `{"a":${entry('F32', '[2]', '[4,12]')}}`, 12],
    ['hole between', `{"a":${good},"b":${entry('U8', '[1]', '[9,10]')}}`, 10],
    ['overlap', `{"a":${good},"b":${entry('F32', '[2]', '[4,12]')}}`, 12],
    ['same data twice', `{"a":${good},"b":${good}}`, 8],
    ['same name twice', `{"a":${good},"a":${good}}`, 8],
    ['data missing', `{"a":${good}}`, 7],
    ['data left over', `{"a":${good}}`, 9],
    ['metadata number', `{"__metadata__":{"a":1},"a":${good}}`, 8],
    ['metadata array', `{"__metadata__":["a"],"a":${good}}`, 8],
  ])('%s', async (_, header, dataBytes) => {
    await expect(parseSafetensors(file(header, dataBytes))).rejects.toMatchObject({
      code: 'safetensors-invalid',
    });
  });

  it('a BOOL of another byte than 0 or 1', async () => {
    const bytes = file(`{"a":${entry('BOOL', '[1]', '[0,1]')}}`, 1);
    bytes[bytes.length - 1] = 2;
    await expect(parseSafetensors(bytes)).rejects.toThrow(/BOOL/);
  });

  it('header lengths beyond the file, beyond the cap, and tiny files', async () => {
    for (const length of [0n, 1n, 9n, 2n ** 63n, 2n ** 64n - 1n, 100_000_001n]) {
      const bytes = new Uint8Array(16);
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      await expect(parseSafetensors(bytes)).rejects.toThrow(/header claims/);
    }
    for (let size = 0; size < 8; size++) {
      await expect(parseSafetensors(new Uint8Array(size))).rejects.toThrow(/bytes/);
    }
  });

  it('a file beyond the caller’s limit, and one cut short, by path', async () => {
    const at = path.join(folder, 'cut.safetensors');
    const bytes = await encodeSafetensors(new Map(every));
    writeFileSync(at, bytes);
    await expect(readSafetensors(at, { maxBytes: 10 })).rejects.toThrow(/limit of 10/);
    writeFileSync(at, bytes.subarray(0, bytes.length - 1));
    await expect(readSafetensors(at)).rejects.toThrow(/cut\.safetensors is not a usable/);
  });

  it('never crashes on, or accepts inconsistently, mutated files', async () => {
    const base = await encodeSafetensors(new Map(every), { format: 'pt' });
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 4000; round++) {
      const mutant = new Uint8Array(
        base.subarray(0, random(8) === 0 ? random(base.length) : base.length),
      );
      for (let flips = random(4); flips >= 0 && mutant.length > 0; flips--) {
        mutant[random(Math.min(mutant.length, 900))] =
          random(3) === 0 ? 0x30 + random(10) : random(256);
      }
      try {
        const { tensors } = await parseSafetensors(mutant);
        let bytes = 0;
        for (const tensor of tensors.values()) bytes += tensor.data.byteLength;
        expect(bytes).toBeLessThan(mutant.length);
      } catch (error) {
        refused++;
        expect(error).toMatchObject({ code: 'safetensors-invalid' });
      }
    }
    expect(refused).toBeGreaterThan(2000);
  });
});
