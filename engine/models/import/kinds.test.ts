/** Networks of other kinds are read where they compute the same, or named as what they are. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHuggingFaceNames } from '../../formats/beit-names.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { compareNetworks, networkTensors } from '../export/forward.ts';
import { tinyModel } from '../export/testing/tiny-models.ts';
import { openWeights } from './open-weights.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-kinds-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (...names: string[]) => path.join(root, ...names);
const GIVEN = { given: { heads: 3 } };
const f32 = (shape: readonly number[], fill = 1): HostTensor => ({
  dtype: 'f32',
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(fill),
});
const renamed = (tensors: NamedTensors, change: (name: string) => string) =>
  new Map([...tensors].map(([name, tensor]) => [change(name), tensor] as const));
const without = (tensors: NamedTensors, pattern: RegExp) =>
  new Map([...tensors].filter(([name]) => !pattern.test(name)));
const PLAIN = { pooling: 'cls', relPos: 'none', absPos: true, layerScale: 0 } as const;

async function written(tensors: NamedTensors, configs: Record<string, unknown> = {}) {
  mkdirSync(at('m'), { recursive: true });
  await writeSafetensors(at('m', 'model.safetensors'), tensors);
  for (const [name, config] of Object.entries(configs))
    writeFileSync(at('m', `${name}.json`), JSON.stringify(config));
  return at('m');
}

/** The biases of a plain vision transformer: one for queries, keys and values. */
function oneBias(tensors: NamedTensors): Map<string, HostTensor> {
  return new Map(
    [...tensors].flatMap(([name, tensor]): [string, HostTensor][] => {
      if (name.endsWith('v_bias')) return [];
      if (!name.endsWith('q_bias')) return [[name, tensor]];
      const v = tensors.get(name.replace('q_bias', 'v_bias'))!;
      const data = Float32Array.from([...tensor.data, ...Array(12).fill(9), ...v.data].map(Number));
      return [[name.replace('q_bias', 'qkv.bias'), { dtype: 'f32', shape: [36], data }]];
    }),
  );
}

describe('positions without one for the class token', () => {
  /** A network whose class token has a position of zeros, and the same without that row. */
  function deit3() {
    const model = tinyModel({ ...PLAIN, layerScale: 0.1 });
    const positions = model.tensors.get('pos_embed')!;
    const data = Float32Array.from(positions.data, Number).fill(0, 0, 12);
    const tensors = new Map([
      ...model.tensors,
      ['pos_embed', { ...positions, dtype: 'f32', data }] as const,
    ]);
    const short: HostTensor = { dtype: 'f32', shape: [1, 16, 12], data: data.slice(12) };
    return {
      before: { ...model, tensors },
      given: new Map([...tensors, ['pos_embed', short] as const]),
    };
  }

  it('are read, and compute the same', async () => {
    const { before, given } = deit3();
    const { model, report } = await openWeights(await written(given), GIVEN);
    expect(await compareNetworks(before, model)).toBe(0);
    expect(report.notes.join(' ')).toMatch(/no position of its own.*rotary positions/);
    expect(report.reshaped).toEqual([{ name: 'pos_embed', from: [1, 16, 12], to: [1, 17, 12] }]);
  });

  it('also in half precision and with a size by name', async () => {
    const { given } = deit3();
    const positions: HostTensor = { dtype: 'f16', shape: [1, 8, 12], data: new Uint16Array(96) };
    const file = await written(new Map([...given, ['pos_embed', positions] as const]));
    const { model } = await openWeights(file, { given: { heads: 3, imageSize: [8, 16] } });
    expect(model.vit.imageSize).toEqual([8, 16]);
    expect(model.tensors.get('pos_embed')!.shape).toEqual([1, 9, 12]);
  });

  it('of non-square images are reported as such', async () => {
    const { given } = deit3();
    const file = await written(new Map([...given, ['pos_embed', f32([1, 15, 12])] as const]));
    await expect(openWeights(file, GIVEN)).rejects.toMatchObject({
      code: 'import-unclear',
      message: expect.stringContaining('with or without one for the class token'),
    });
  });
});

describe('names of others for the same network', () => {
  it('DINOv2 of transformers', async () => {
    const before = tinyModel({ ...PLAIN, pooling: undefined, layerScale: 0.1 } as never);
    const { tensors } = toHuggingFaceNames(networkTensors(before));
    const given = renamed(tensors, (name) =>
      name
        .replace('lambda_', 'layer_scale')
        .replace(/layer_scale([12])$/, 'layer_scale$1.lambda1')
        .replace('layernorm_before', 'norm1')
        .replace('layernorm_after', 'norm2')
        .replace(/(layer\.\d+)\.intermediate\.dense/, '$1.mlp.fc1')
        .replace(/(layer\.\d+)\.output\.dense/, '$1.mlp.fc2'),
    );
    const file = await written(given, { config: { model_type: 'dinov2', hidden_size: 12 } });
    const { model, report } = await openWeights(file, GIVEN);
    expect(await compareNetworks(before, model)).toBe(0);
    expect([report.unexpected, report.names]).toEqual([[], 'huggingFace']);
  });

  it('torchvision', async () => {
    const before = tinyModel(PLAIN);
    const given = renamed(oneBias(before.tensors), (name) =>
      name
        .replace(/^cls_token$/, 'class_token')
        .replace('patch_embed.proj', 'conv_proj')
        .replace('pos_embed', 'encoder.pos_embedding')
        .replace(/^norm\./, 'encoder.ln.')
        .replace(/^head\./, 'heads.head.')
        .replace(/^blocks\.(\d+)\./, 'encoder.layers.encoder_layer_$1.')
        .replace(/\.norm([12])\./, '.ln_$1.')
        .replace('.attn.qkv.', '.self_attention.in_proj_')
        .replace('.attn.proj.', '.self_attention.out_proj.')
        .replace('.mlp.fc1.', '.mlp.0.')
        .replace('.mlp.fc2.', '.mlp.3.'),
    );
    const { model, report } = await openWeights(await written(given), GIVEN);
    expect(await compareNetworks(before, model)).toBe(0);
    expect(report.unexpected).toEqual([]);
  });

  it('blocks in chunks, as DINOv2 is trained', async () => {
    const before = tinyModel(PLAIN);
    const given = renamed(before.tensors, (name) => name.replace(/^blocks\.(\d+)/, 'blocks.0.$1'));
    const { model } = await openWeights(await written(given), GIVEN);
    expect(await compareNetworks(before, model)).toBe(0);
  });
});

describe('biases that a network was made without', () => {
  it.each([
    /\.attn\.proj\.bias$/,
    /\.mlp\.fc[12]\.bias$/,
    /^patch_embed\.proj\.bias$/,
    /norm\d?\.bias$/,
    /^head\.bias$/,
  ])('%s', async (pattern) => {
    const { tensors } = tinyModel(PLAIN);
    const zeroed = new Map(
      [...tensors].map(([name, each]) => [name, pattern.test(name) ? f32(each.shape, 0) : each]),
    ) as NamedTensors;
    const file = await written(without(tensors, pattern));
    const { model, report } = await openWeights(file, GIVEN);
    expect(report.missing.length).toBeGreaterThan(0);
    expect(await compareNetworks({ ...model, tensors: zeroed }, model)).toBe(0);
  });

  it('but not of one block alone', async () => {
    const file = await written(without(tinyModel(PLAIN).tensors, /^blocks\.1\.mlp\.fc2\.bias$/));
    await expect(openWeights(file, GIVEN)).rejects.toMatchObject({ code: 'import-incomplete' });
  });
});

describe('parts that are not computed are named', () => {
  it.each([
    ['dist_token', [1, 1, 12], /distillation token/],
    ['head_dist.weight', [3, 12], /distillation token/],
    ['reg_token', [1, 4, 12], /register tokens/],
    ['register_tokens', [1, 4, 12], /register tokens/],
    ['storage_tokens', [1, 4, 12], /register tokens/],
    ['blocks.0.attn.q_norm.weight', [4], /QK-norm/],
    ['blocks.0.mlp.w12.weight', [48, 12], /SwiGLU/],
    ['blocks.0.mlp.fc1_g.weight', [24, 12], /SwiGLU/],
    ['norm_pre.weight', [12], /norm before its blocks/],
    ['blocks.0.attn.norm.weight', [12], /norms inside attention/],
    ['attn_pool.latent', [1, 1, 12], /pooling by attention/],
    ['rope.freqs_cos', [16, 4], /RoPE/],
    ['rope_embed.periods', [4], /RoPE/],
    ['blocks.0.attn.rel_pos_h', [7, 4], /rows and columns/],
    ['patch_embed.backbone.stem.conv.weight', [4, 3, 7, 7], /convolutional stem/],
    ['patch_embed.norm.weight', [12], /norm inside its patch embedding/],
    ['blocks.0.attn.qkv.lora_A.weight', [2, 12], /LoRA/],
    ['blocks.0.attn.qkv.SCB', [36], /quantised/],
    ['blocks.0.attn.proj_l.weight', [3, 3], /CaiT/],
  ])('%s', async (name, shape, words) => {
    const file = await written(new Map([...tinyModel(PLAIN).tensors, [name, f32(shape)] as const]));
    await expect(openWeights(file, GIVEN)).rejects.toMatchObject({
      code: 'import-unsupported',
      message: expect.stringMatching(words),
    });
  });

  it('gated MLPs in one matrix, by their shapes', async () => {
    const { tensors } = tinyModel(PLAIN);
    const halved = new Map(
      [...tensors].map(
        ([name, each]) => [name, name.endsWith('fc2.weight') ? f32([12, 12]) : each] as const,
      ),
    );
    await expect(openWeights(await written(halved), GIVEN)).rejects.toThrow(/gated MLPs/);
  });

  it('no positions at all', async () => {
    const file = await written(without(tinyModel(PLAIN).tensors, /pos_embed/));
    await expect(openWeights(file, { given: { heads: 3, imageSize: [16, 16] } })).rejects.toThrow(
      /no positions.*RoPE/,
    );
  });

  it('whole numbers in place of weights', async () => {
    const { tensors } = tinyModel(PLAIN);
    const int8: HostTensor = { dtype: 'i8', shape: [36, 12], data: new Int8Array(432) };
    const file = await written(new Map([...tensors, ['blocks.0.attn.qkv.weight', int8] as const]));
    await expect(openWeights(file, GIVEN)).rejects.toThrow(/quantised weights/);
  });

  it('patches that are embedded by other names', async () => {
    const given = renamed(tinyModel(PLAIN).tensors, (name) =>
      name.replace('patch_embed.proj.', 'stem.0.'),
    );
    await expect(openWeights(await written(given), GIVEN)).rejects.toThrow(
      /embedded in another way \(stem\.0/,
    );
  });

  it('no blocks, or not the first of them', async () => {
    const { tensors } = tinyModel(PLAIN);
    await expect(openWeights(await written(without(tensors, /^blocks\./)), GIVEN)).rejects.toThrow(
      /no blocks that are known here/,
    );
    await expect(
      openWeights(await written(without(tensors, /^blocks\.0\./)), GIVEN),
    ).rejects.toMatchObject({
      code: 'import-incomplete',
      message: expect.stringContaining('lack blocks.0, all of the block'),
    });
  });

  it('blocks of a kind that nothing here knows', async () => {
    const given = renamed(tinyModel(PLAIN).tensors, (name) => name.replace('.norm1.', '.pre.'));
    const error = await openWeights(await written(given), GIVEN).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'import-unsupported',
      message: expect.stringContaining('none has norm1.weight'),
    });
  });

  it('a classifier over class token and mean together', async () => {
    const file = await written(
      new Map([...tinyModel(PLAIN).tensors, ['head.weight', f32([3, 24])] as const]),
    );
    await expect(openWeights(file, GIVEN)).rejects.toThrow(/together, as DINOv2/);
  });

  it.each([
    [{ model_type: 'dinov2_with_registers' }, /register tokens/],
    [{ model_type: 'dinov3_vit' }, /DINOv3.*RoPE/],
    [{ architecture: 'eva02_base_patch14_224' }, /RoPE/],
    [{ architecture: 'vit_base_patch16_clip_quickgelu_224' }, /QuickGELU/],
    [{ model_args: { use_rot_pos_emb: true } }, /RoPE/],
    [{ model_args: { act_layer: 'quick_gelu' } }, /quick_gelu/],
    [{ model_args: { norm_layer: 'rmsnorm' } }, /rmsnorm/],
    [{ model_args: { global_pool: 'avgmax' } }, /another pooling \(avgmax\)/],
    [{ hidden_act: 'relu' }, /relu/],
  ])('what only the configuration tells: %j', async (config, words) => {
    const file = await written(tinyModel(PLAIN).tensors, { config });
    await expect(openWeights(file, GIVEN)).rejects.toMatchObject({
      code: 'import-unsupported',
      message: expect.stringMatching(words),
    });
  });
});

describe('networks of other kinds are named', () => {
  it.each([
    ['vision_model.embeddings.class_embedding', /CLIP/],
    ['visual.transformer.resblocks.0.ln_1.weight', /CLIP/],
    ['vision_model.head.probe', /SigLIP/],
    ['attn_pool.latent', /SigLIP/],
    ['image_encoder.blocks.0.attn.rel_pos_h', /SAM/],
    ['mask_decoder.iou_token.weight', /Segment Anything/],
    ['layers.0.blocks.0.attn.qkv.weight', /Swin/],
    ['stages.0.blocks.0.conv_dw.weight', /ConvNeXt/],
    ['layer1.0.conv1.weight', /ResNet/],
    ['conv_stem.weight', /EfficientNet/],
    ['target_encoder.blocks.0.norm1.weight', /I-JEPA/],
    ['blocks.0.norm1.weight', /without a class token/],
    ['module.predictor_embed.weight', /I-JEPA/],
    ['transformer.wte.weight', /language model/],
    ['base_model.model.blocks.0.attn.qkv.lora_A.weight', /LoRA/],
    ['model.layers.0.self_attn.q_proj.qweight', /quantised/],
  ])('%s', async (name, words) => {
    const file = await written(new Map([[name, f32([2, 2])]]));
    await expect(openWeights(file)).rejects.toMatchObject({
      code: 'import-nothing-matched',
      message: expect.stringMatching(words),
    });
  });
});

describe('what a classifier looks at', () => {
  it('is said to be assumed where nothing tells', async () => {
    const { report } = await openWeights(await written(tinyModel(PLAIN).tensors), GIVEN);
    expect(report.notes.join(' ')).toContain(
      'Nothing tells what the classifier looks at; the class token is assumed',
    );
  });

  it('is known of the kinds of transformers', async () => {
    const { tensors } = toHuggingFaceNames(networkTensors(tinyModel(PLAIN)));
    for (const [config, pooling] of [
      [{ model_type: 'vit' }, 'cls'],
      [{ model_type: 'vit_msn' }, 'cls'],
    ] as const) {
      const { model, report } = await openWeights(await written(tensors, { config }), GIVEN);
      expect(model.head?.pooling).toBe(pooling);
      expect(report.notes.join(' ')).not.toContain('looks at');
    }
  });
});

describe('weights in parts', () => {
  async function parts() {
    const { tensors } = tinyModel();
    const all = [...tensors];
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const halves = [all.slice(0, 9), all.slice(9)];
    mkdirSync(at('p'));
    for (const [i, half] of halves.entries())
      await writeSafetensors(at('p', names[i]!), new Map(half));
    const weight_map = Object.fromEntries(
      halves.flatMap((half, i) => half.map(([name]) => [name, names[i]])),
    );
    writeFileSync(at('p', 'model.safetensors.index.json'), JSON.stringify({ weight_map }));
    return names;
  }

  it('are read by their index, a part, or the folder', async () => {
    const [first] = await parts();
    for (const file of [at('p'), at('p', first!), at('p', 'model.safetensors.index.json')])
      expect(await compareNetworks(tinyModel(), (await openWeights(file)).model)).toBe(0);
  });

  it('are named where some are missing', async () => {
    const [first, second] = await parts();
    rmSync(at('p', second!));
    await expect(openWeights(at('p'))).rejects.toThrow(/1 of 2 parts.*model-00002/);
    rmSync(at('p', 'model.safetensors.index.json'));
    await expect(openWeights(at('p', first!))).rejects.toThrow(/part 1 of 2/);
    await expect(openWeights(at('p'))).rejects.toThrow(/part 1 of 2/);
  });

  it('hold what the index says, and nothing of other parts counts', async () => {
    const [first, second] = await parts();
    const { tensors } = tinyModel();
    const stale = new Map([...tensors].map(([name, { shape }]) => [name, f32(shape, 9)] as const));
    const rest = [...tensors].slice(9);
    await writeSafetensors(at('p', second!), new Map([...stale, ...rest]));
    expect(await compareNetworks(tinyModel(), (await openWeights(at('p'))).model)).toBe(0);
    await writeSafetensors(at('p', second!), new Map(rest.slice(1)));
    await expect(openWeights(at('p'))).rejects.toMatchObject({
      code: 'import-incomplete',
      message: expect.stringMatching(new RegExp(`${second} lacks 1 of .*: ${rest[0]![0]}`)),
    });
    expect(first).toBeDefined();
  });

  it.each(['{"weight_map": {}}', 'null', '[]', '{"weight_map": {"constructor": 3}}'])(
    'with an index that names none: %s',
    async (index) => {
      await parts();
      writeFileSync(at('p', 'model.safetensors.index.json'), index);
      await expect(openWeights(at('p'))).rejects.toMatchObject({ code: 'import-config-invalid' });
    },
  );

  it('never lead out of their folder', async () => {
    await parts();
    writeFileSync(
      at('p', 'model.safetensors.index.json'),
      '{"weight_map": {"a": "../m/model.safetensors"}}',
    );
    await expect(openWeights(at('p'))).rejects.toMatchObject({ code: 'import-config-invalid' });
  });
});
