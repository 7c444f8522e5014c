import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../formats/safetensors.ts';
import { type ClassifierConfig, classifierParameters } from '../../nn/classifier.ts';
import { initialise } from '../../nn/initialise.ts';
import { SHARED_TABLE } from '../../nn/vit.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { loadWeights } from './load-weights.ts';

const file = (name: string) => packagedFile(`assets/fixtures/${name}`);
type Keys = Record<string, string[]>;
const cases = JSON.parse(readFileSync(file('checkpoint_loading.json'), 'utf8')) as {
  same_size: Keys;
  larger_size: Keys;
  abs_pos_larger: Keys;
};
let checkpoint: NamedTensors;
let stored: NamedTensors;
beforeAll(async () => {
  checkpoint = (await readSafetensors(file('checkpoint_tiny.safetensors'))).tensors;
  stored = (await readSafetensors(file('checkpoint_loading.safetensors'))).tensors;
});

const base: ClassifierConfig = {
  vit: {
    channels: 3,
    imageSize: [64, 64],
    patchSize: 16,
    embedDim: 24,
    depth: 2,
    heads: 3,
    mlpRatio: 4,
    layerScale: 0.1,
    relPos: 'perBlock',
    absPos: false,
  },
  classes: 5,
  pooling: 'mean',
  headScale: 0.001,
};
const grid = { rows: 4, cols: 4 };
const start = (config: ClassifierConfig) =>
  initialise(classifierParameters(config), { seed: 1, std: 0.02, grid, relPosInit: 'zero' });
const larger = { ...base, vit: { ...base.vit, imageSize: [96, 96] as const } };
const sorted = (names: readonly string[]) => [...names].sort();

describe('loadWeights', () => {
  it.each([
    ['same_size', base],
    ['larger_size', larger],
  ] as const)('uses and leaves the same tensors as the authors, %s', (name, config) => {
    const { tensors, report } = loadWeights(checkpoint, grid, config, start(config));
    const wanted = cases[name];
    expect(sorted(report.loaded)).toEqual(sorted(wanted['loaded_keys']!));
    expect(sorted(report.leftAtStart)).toEqual(sorted(wanted['left_at_initialization']!));
    // The shared table is used here, where the authors' code renames it before.
    expect(sorted(report.unused)).toEqual(sorted(wanted['unused_checkpoint_keys']!));
    expect(report.resized).toHaveLength(name === 'larger_size' ? 2 : 0);
    expect(tensors.get('blocks.1.attn.qkv.weight')).toBe(
      checkpoint.get('blocks.1.attn.qkv.weight'),
    );
  });

  it('resizes the shared table into every block', () => {
    const { tensors } = loadWeights(checkpoint, grid, larger, start(larger));
    for (const block of [0, 1]) {
      const name = `blocks.${block}.attn.relative_position_bias_table`;
      const want = stored.get(`larger_size.expected.${name}`)!;
      expect(tensors.get(name)!.shape).toEqual(want.shape);
      tensors.get(name)!.data.forEach((value, i) => {
        expect(Math.abs(value - Number(want.data[i]))).toBeLessThan(1e-6);
      });
    }
  });

  it('adapts the patch embedding to other channels, and says so', () => {
    const name = 'patch_embed.proj.weight';
    const config = { ...base, vit: { ...base.vit, channels: 2 } };
    const { tensors, report } = loadWeights(checkpoint, grid, config, start(config));
    expect(report.adapted).toEqual([name]);
    expect(report.resized).toEqual([]);
    expect(report.loaded).toContain(name);
    expect(tensors.get(name)!.shape).toEqual([24, 2, 16, 16]);
    expect(tensors.get(name)!.data[0]).toBe(
      Math.fround((checkpoint.get(name)!.data[0]! as number) * 1.5),
    );
    const six = { ...base, vit: { ...base.vit, channels: 6 } };
    expect(() => loadWeights(tensors, grid, six, start(six))).toThrow(
      'patch_embed.proj.weight is [24, 2, 16, 16] and must be [24, 6, 16, 16]',
    );
  });

  it('resizes position embeddings', () => {
    const config = {
      ...larger,
      vit: { ...larger.vit, relPos: 'none' as const, absPos: true },
    };
    const given = new Map(checkpoint);
    given.delete(SHARED_TABLE);
    given.set('pos_embed', stored.get('abs_pos_larger.input.pos_embed')!);
    const { tensors, report } = loadWeights(given, grid, config, start(config));
    const want = stored.get('abs_pos_larger.expected.pos_embed')!;
    expect(sorted(report.loaded)).toEqual(
      sorted(cases.abs_pos_larger['loaded_keys']!.filter((name) => start(config).has(name))),
    );
    tensors.get('pos_embed')!.data.forEach((value, i) => {
      expect(Math.abs(value - Number(want.data[i]))).toBeLessThan(1e-5);
    });
  });

  it('loads the norm with class-token pooling, and a head of the same classes', () => {
    const config = { ...base, pooling: 'cls' as const };
    const head: HostTensor = { dtype: 'f32', shape: [5, 24], data: new Float32Array(120).fill(2) };
    const other = { ...head, shape: [6, 24], data: new Float32Array(144) };
    const { tensors, report } = loadWeights(
      new Map([...checkpoint, ['head.weight', head]]),
      grid,
      config,
      start(config),
    );
    expect(tensors.get('norm.weight')).toBe(checkpoint.get('norm.weight'));
    expect(tensors.get('head.weight')).toBe(head);
    expect(report.leftAtStart).toEqual(['head.bias']);
    const others = new Map([...checkpoint, ['head.weight', other]]);
    const { report: second } = loadWeights(others, grid, config, start(config));
    expect(second.leftAtStart).toEqual(['head.weight', 'head.bias']);
    expect(second.unused).toContain('head.weight');
  });

  it('names what is missing or of another size', () => {
    const without = new Map(checkpoint);
    without.delete('blocks.1.mlp.fc1.weight');
    expect(() => loadWeights(without, grid, base, start(base))).toThrow(
      'blocks.1.mlp.fc1.weight is missing',
    );
    const wide = { ...base, vit: { ...base.vit, mlpRatio: 2 } };
    expect(() => loadWeights(checkpoint, grid, wide, start(wide))).toThrow(
      /mlp\.fc1\.weight is \[96, 24\] and must be \[48, 24\]/,
    );
  });
});
