import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../formats/safetensors.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { compareNetworks, largestDifference } from './forward.ts';
import { exportHuggingFace } from './hugging-face.ts';
import { exportSafetensors } from './safetensors.ts';
import { TINY_KINDS, tinyModel } from './testing/tiny-models.ts';
import { exportTimm } from './timm.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-folders-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const text = (...at: string[]) => readFileSync(path.join(root, ...at), 'utf8');
const json = (...at: string[]) => JSON.parse(text(...at));

describe.each(TINY_KINDS)('a network (%s)', (_, kind) => {
  it('answers the same after each format', async () => {
    const model = tinyModel(kind);
    for (const format of [exportTimm, exportHuggingFace, exportSafetensors]) {
      const target = path.join(root, format.name);
      const written = await format(target, model);
      expect(written).toMatchObject({ path: target, largestDifference: 0 });
      expect(written.bytes).toBeGreaterThan(1000);
    }
    const own = await readSafetensors(path.join(root, 'exportSafetensors'));
    expect([...own.tensors].length).toBe(model.tensors.size);
    expect(readdirSync(root).length).toBe(3);
  });
});

describe('the configuration for timm', () => {
  it('of a pre-trained network has no classes and the class token', async () => {
    await exportTimm(path.join(root, 'a'), tinyModel({ imageSize: [16, 24] }));
    expect(json('a', 'config.json')).toMatchObject({
      architecture: 'beit_base_patch16_224',
      num_classes: 0,
      global_pool: 'token',
      model_args: {
        img_size: [16, 24],
        depth: 2,
        init_values: 0.1,
        use_rel_pos_bias: true,
        use_shared_rel_pos_bias: false,
      },
      pretrained_cfg: { input_size: [3, 16, 24], num_classes: 0 },
    });
    const { tensors } = await readSafetensors(path.join(root, 'a', 'model.safetensors'));
    expect(
      [...tensors.keys()].filter((name) => /mask_token|projectors|^rel_pos/.test(name)),
    ).toEqual([]);
  });

  it('of a classifier names its classes, its pooling, and that there is no layer scale', async () => {
    await exportTimm(path.join(root, 'a'), tinyModel({ pooling: 'mean', layerScale: 0 }));
    expect(json('a', 'config.json')).toMatchObject({
      num_classes: 3,
      global_pool: 'avg',
      model_args: { init_values: null, global_pool: 'avg' },
      pretrained_cfg: { label_names: ['ant', 'bee', 'wasp'], mean: [0.5, 0.4, 1] },
    });
  });
});

describe('a network of other channels and ranges', () => {
  it('says so in both configurations and in its card', async () => {
    const model = tinyModel({
      channels: 2,
      valueRange: [
        [0, 4095],
        [10, -5],
      ],
      pooling: 'mean',
    });
    await exportTimm(path.join(root, 'timm'), model);
    const range = [
      [0, 4095],
      [10, -5],
    ];
    const timm = json('timm', 'config.json');
    expect(timm).toMatchObject({
      value_range: range,
      model_args: { in_chans: 2 },
      pretrained_cfg: { input_size: [2, 16, 16], mean: [0.5, 0.4], std: [0.25, 0.2] },
    });
    // timm would replace a first layer that is named by a random one.
    expect(timm.pretrained_cfg).not.toHaveProperty('first_conv');
    await exportHuggingFace(path.join(root, 'hf'), model);
    expect(json('hf', 'config.json')).toMatchObject({ num_channels: 2, value_range: range });
    const processor = json('hf', 'preprocessor_config.json');
    expect(processor).toMatchObject({ do_rescale: false, do_convert_rgb: false });
    expect(processor.image_mean).toEqual([0.5, 0.4]);
    const card = text('hf', 'README.md');
    expect(card).toContain(
      'Images have 2 channels. Values are scaled to 0..1 and clipped as (value - low) / (high - low), of each channel, in order: from 0 to 4095; from 10 to -5.',
    );
    expect(card).toContain('processor(array, input_data_format="channels_first", return_tensors');
  });

  it('leaves the configurations of usual networks as they are', async () => {
    await exportTimm(path.join(root, 'timm'), tinyModel());
    const { model_args: args, pretrained_cfg: pretrained, ...rest } = json('timm', 'config.json');
    expect(rest).not.toHaveProperty('value_range');
    expect(args).not.toHaveProperty('in_chans');
    expect(pretrained.first_conv).toBe('patch_embed.proj');
  });
});

describe('the folder for transformers', () => {
  it('of a classifier has labels, the processor, and a card with recipe and metrics', async () => {
    await exportHuggingFace(path.join(root, 'a'), tinyModel({ pooling: 'mean', layerScale: 0 }));
    expect(json('a', 'config.json')).toMatchObject({
      architectures: ['BeitForImageClassification'],
      use_mean_pooling: true,
      id2label: { 0: 'ant', 1: 'bee', 2: 'wasp' },
      label2id: { ant: 0, bee: 1, wasp: 2 },
    });
    // Python tells 0 from 0.0, and transformers wants the latter.
    expect(text('a', 'config.json')).toContain('"layer_scale_init_value": 0.0,');
    expect(json('a', 'preprocessor_config.json')).toMatchObject({
      image_processor_type: 'BitImageProcessor',
      size: { shortest_edge: 18 },
      crop_size: { height: 16, width: 16 },
      resample: 3,
    });
    const card = text('a', 'README.md');
    expect(card).toMatch(/^---\nlibrary_name: transformers\n/);
    for (const part of ['f00d', '| top1 | 0.5 |', '"image_size": 16', '`wasp`'])
      expect(card).toContain(part);
    // It may have been trained from scratch.
    expect(card).not.toContain('trained by ConMIM');
  });

  it('of a pre-trained network is a BeitModel, whose patch tokens the card recommends', async () => {
    await exportHuggingFace(path.join(root, 'a'), tinyModel());
    expect(json('a', 'config.json')).toMatchObject({
      architectures: ['BeitModel'],
      use_mean_pooling: false,
      use_shared_relative_position_bias: true,
    });
    expect(text('a', 'README.md')).toContain('mean of the patch tokens');
    expect(text('a', 'README.md')).toContain('trained by ConMIM');
  });

  it('is refused where images are not square', async () => {
    await expect(
      exportHuggingFace(path.join(root, 'a'), tinyModel({ imageSize: [16, 24] })),
    ).rejects.toMatchObject({ code: 'export-unsupported' });
    expect(existsSync(path.join(root, 'a'))).toBe(false);
  });
});

describe('an export', () => {
  it('keeps what a file needs to be used again', async () => {
    await exportSafetensors(path.join(root, 'a'), tinyModel({ pooling: 'cls' }));
    const { metadata } = await readSafetensors(path.join(root, 'a'));
    expect(metadata).toMatchObject({
      format: 'pt',
      source: 'conmim-studio',
      run: 'tiny',
      step: '7',
      pooling: 'cls',
      mean: '[0.5,0.4,1]',
      classes: '["ant","bee","wasp"]',
      recipe: '{"image_size":16}',
    });
    expect(JSON.parse(metadata['geometry']!)).toEqual(tinyModel({ pooling: 'cls' }).vit);
  });

  it('replaces its own kind only', async () => {
    const file = path.join(root, 'a');
    writeFileSync(file, 'not mine');
    await expect(exportSafetensors(file, tinyModel())).rejects.toMatchObject({
      code: 'target-taken',
    });
    expect(text('a')).toBe('not mine');
    writeFileSync(file, '');
    await exportSafetensors(file, tinyModel());
    await exportSafetensors(file, tinyModel());
    expect(readdirSync(root)).toEqual(['a']);
  });

  it('of a network with a missing tensor leaves nothing behind', async () => {
    const { tensors, ...rest } = tinyModel();
    const fewer = new Map([...tensors].filter(([name]) => name !== 'norm.bias'));
    await expect(
      exportTimm(path.join(root, 'a'), { ...rest, tensors: fewer }),
    ).rejects.toMatchObject({ code: 'weights-mismatch' });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('the comparison', () => {
  const of = (...values: number[]): HostTensor => ({
    dtype: 'f32',
    shape: [values.length],
    data: Float32Array.from(values),
  });

  it('reports networks with different outputs', async () => {
    const model = tinyModel();
    const tensors = new Map(model.tensors);
    tensors.set('norm.bias', of(...Array(12).fill(0.3)));
    await expect(compareNetworks(model, { ...model, tensors })).rejects.toMatchObject({
      code: 'export-failed',
    });
  });

  it('measures by the largest number, and accepts nothing that is missing or no number', () => {
    const expected = new Map([['logits', of(1000, 2)]]);
    const to = (...values: number[]) =>
      largestDifference(expected, new Map([['logits', of(...values)]]), 1e-3);
    expect(to(1000, 2.5)).toBe(0.5);
    expect(() => to(1000, 4)).toThrow(/logits is off by 2/);
    expect(() => to(1000, Number.NaN)).toThrow(/not a number/);
    expect(() => to(1000)).toThrow(/1 numbers/);
    expect(() => largestDifference(expected, new Map(), 1)).toThrow(/no numbers/);
  });
});
