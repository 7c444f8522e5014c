import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { HostDType, HostTensor } from '../../tensor/host-tensor.ts';
import { readSafetensors } from '../safetensors.ts';
import { collectTensors } from './state-dictionary.ts';
import { parseTorch } from './testing/parse-torch.ts';
import { readTorchFile } from './torch-file.ts';
import { isNamespace, type TorchDictionary, type TorchValue } from './values.ts';

const fixtures = fileURLToPath(new URL('../../../assets/fixtures/', import.meta.url));
const fixture = (name: string) => path.join(fixtures, name);

const DTYPES: Record<string, HostDType> = {
  float32: 'f32',
  float64: 'f64',
  float16: 'f16',
  bfloat16: 'bf16',
  int64: 'i64',
  int32: 'i32',
  int16: 'i16',
  int8: 'i8',
  uint8: 'u8',
  bool: 'bool',
};

function dictionary(value: TorchValue | undefined): TorchDictionary {
  expect(value).toBeInstanceOf(Map);
  return value as TorchDictionary;
}

/** Elements as numbers. */
function numbers({ dtype, data }: HostTensor): number[] {
  if (dtype === 'f16') return [...(data as Uint16Array)].map(half);
  if (dtype === 'bf16') {
    return [...(data as Uint16Array)].map(
      (bits) => new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!,
    );
  }
  return [...data].map(Number);
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe.each(['zip', 'legacy'] as const)('the %s format', (format) => {
  it('gives the tensors of the same checkpoint as safetensors, in the order of the model', async () => {
    const { value, ...file } = await readTorchFile(fixture(`checkpoint_tiny.${format}.pth`));
    const { tensors, others } = collectTensors(dictionary(value).get('model')!);
    const expected = await readSafetensors(fixture('checkpoint_tiny.safetensors'));
    expect([...tensors.keys()]).toEqual(JSON.parse(expected.metadata['keys']!));
    expect(others).toEqual([]);
    expect(tensors.size).toBeGreaterThan(50);
    for (const [name, tensor] of tensors) {
      const its = expected.tensors.get(name)!;
      // Numbers without axes are stored with one axis in that file.
      if (tensor.shape.length > 0) expect(tensor.shape).toEqual(its.shape);
      else expect(its.shape).toEqual([1]);
      expect(tensor.dtype).toBe(its.dtype);
      expect(tensor.data).toEqual(its.data);
    }
    expect(file.format).toBe(format);
    expect(file.size).toBe(readFileSync(fixture(`checkpoint_tiny.${format}.pth`)).length);
    const counted = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(file.tensorBytes).toBe(counted);
  });

  it('gives what else the checkpoint holds', async () => {
    const { value } = await readTorchFile(fixture(`checkpoint_tiny.${format}.pth`));
    expect([...dictionary(value).keys()]).toEqual(['model', 'epoch', 'args']);
    expect(dictionary(value).get('epoch')).toBe(3);
    const args = dictionary(value).get('args')!;
    expect(isNamespace(args)).toBe(true);
    const fields = isNamespace(args) ? Object.fromEntries(args.fields) : {};
    // What the authors' script was started with.
    expect(fields).toMatchObject({
      model: 'conmim_base_patch16_224',
      opt_betas: [0.9, 0.98],
      patch_size: [16, 16],
      lr: 5e-4,
      clip_grad: null,
      rel_pos_bias: true,
      abs_pos_emb: false,
      batch_size: 64,
    });
  });

  it('resolves views, strides, offsets, expanded axes and every dtype', async () => {
    const { value } = await readTorchFile(fixture(`checkpoint_odd_tensors.${format}.pth`));
    const { tensors } = collectTensors(dictionary(value).get('model')!);
    const expected = JSON.parse(readFileSync(fixture('checkpoint_odd_tensors.json'), 'utf8'));
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, tensor] of tensors) {
      const its = expected[name];
      const found = { dtype: tensor.dtype, shape: tensor.shape, values: numbers(tensor) };
      expect({ name, ...found }).toEqual({ name, ...its, dtype: DTYPES[its.dtype] });
    }
  });

  it('reads the same from memory, and gives tensors that share nothing', async () => {
    const file = fixture(`checkpoint_odd_tensors.${format}.pth`);
    const bytes = readFileSync(file);
    const fromMemory = await parseTorch(bytes);
    expect(fromMemory).toEqual(await readTorchFile(file));
    const { tensors } = collectTensors(dictionary(fromMemory.value).get('model')!);
    const buffers = [...tensors.values()].map(({ data }) => data.buffer);
    expect(new Set(buffers).size).toBe(tensors.size);
    expect(buffers).not.toContain(bytes.buffer);
  });
});

it('reads optimizer and scaler state, with numbered keys as text', async () => {
  const { value } = await readTorchFile(fixture('checkpoint_tiny_full.zip.pth'));
  expect([...dictionary(value).keys()]).toContain('scaler');
  const optimizer = dictionary(dictionary(value).get('optimizer'));
  const state = dictionary(optimizer.get('state'));
  expect([...state.keys()].slice(0, 3)).toEqual(['0', '1', '2']);
  const first = collectTensors(state.get('0')!);
  expect([...first.tensors.keys()]).toContain('exp_avg_sq');
  const [group] = optimizer.get('param_groups') as TorchDictionary[];
  expect(group!.get('betas')).toEqual([0.9, 0.98]);
});

it('reads only the tensors of the part that is selected', async () => {
  const file = fixture('checkpoint_tiny_full.zip.pth');
  const all = await readTorchFile(file);
  const part = await readTorchFile(file, {
    select: (value) => dictionary(value).get('model')!,
  });
  expect(part.value).toEqual(dictionary(all.value).get('model'));
  expect(part.tensorBytes).toBeLessThan(all.tensorBytes / 2);
  const limit = { maxTensorBytes: part.tensorBytes };
  await expect(readTorchFile(file, limit)).rejects.toMatchObject({ code: 'checkpoint-invalid' });
});

it.each([
  ['checkpoint_unsafe_print.zip.pth', '__builtin__.print'],
  ['checkpoint_unsafe_getcwd.legacy.pth', 'posix.getcwd'],
])('refuses %s by the name of what it asks for', async (name, global) => {
  await expect(readTorchFile(fixture(name))).rejects.toMatchObject({
    code: 'checkpoint-unsafe',
    message: expect.stringContaining(`refused: ${global}`),
    advice: expect.stringContaining('safetensors'),
    details: { global },
  });
});

it('names the file that it cannot use', async () => {
  const bytes = readFileSync(fixture('checkpoint_tiny.safetensors'));
  await expect(parseTorch(bytes, 'weights.bin')).rejects.toMatchObject({
    code: 'checkpoint-invalid',
    message: expect.stringContaining('weights.bin is not a usable PyTorch checkpoint: '),
  });
});

it('refuses a value without tensors where tensors are due', () => {
  expect(() => collectTensors(['a'])).toThrow(/dictionary of tensors/);
});
