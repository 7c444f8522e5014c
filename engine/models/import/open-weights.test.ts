import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { readLabelledSet } from '../../data/labelled/labelled-set.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { toHuggingFaceNames } from '../../formats/beit-names.ts';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import { relativePositionIndex } from '../../nn/relative-position.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { RandomStream } from '../../random/philox.ts';
import {
  type HostDType,
  type HostTensor,
  hostTensor,
  type NamedTensors,
} from '../../tensor/host-tensor.ts';
import { compareNetworks, networkTensors, randomImages, runNetwork } from '../export/forward.ts';
import { exportHuggingFace } from '../export/hugging-face.ts';
import { exportSafetensors } from '../export/safetensors.ts';
import { TINY_KINDS, type TinyKind, tinyModel } from '../export/testing/tiny-models.ts';
import { exportTimm } from '../export/timm.ts';
import { openWeights, type WeightsOptions } from './open-weights.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-import-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (...names: string[]) => path.join(root, ...names);
const fixture = (name: string) => packagedFile(`assets/fixtures/${name}`);
/** One file in a folder of its own, as others would hand it on: no metadata. */
async function written(tensors: NamedTensors, name = 'w.safetensors'): Promise<string> {
  await writeSafetensors(at(name), tensors);
  return at(name);
}
const f32 = (shape: readonly number[], fill: number | ((i: number) => number)): HostTensor => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    typeof fill === 'number' ? fill : fill(i),
  ),
});
const changed = (
  tensors: NamedTensors,
  change: (name: string, tensor: HostTensor) => [string, HostTensor][],
) => new Map([...tensors].flatMap(([name, tensor]) => change(name, tensor)));
/** Of tiny networks, whose heads no table tells. */
const HEADS: WeightsOptions = { given: { heads: 3 } };

describe.each(TINY_KINDS)('a network (%s)', (_, kind) => {
  it.each([
    ['a file', exportSafetensors],
    ['a folder for timm', exportTimm],
    ['a folder for transformers', exportHuggingFace],
  ] as const)('comes back from %s', async (_name, exported) => {
    const before = tinyModel(kind);
    await exported(at('out'), before);
    const { model, report } = await openWeights(at('out'));
    const inTimm = exported === exportTimm && before.vit.relPos === 'shared';
    expect(model.vit).toEqual({ ...before.vit, relPos: inTimm ? 'perBlock' : before.vit.relPos });
    expect(model.head).toEqual(before.head);
    expect([model.mean, model.std]).toEqual([before.mean, before.std]);
    expect(model.valueRange).toEqual(before.valueRange);
    expect(report).toMatchObject({ missing: [], unexpected: [], ignored: [], reshaped: [] });
    expect(report.notes).toEqual([]);
    expect(await compareNetworks(before, model)).toBe(0);
  });

  it('comes back from its bare tensors', async () => {
    const before = tinyModel(kind);
    const file = await written(networkTensors(before));
    const { model, report } = await openWeights(file, HEADS);
    expect(await compareNetworks(before, model)).toBe(0);
    expect(report.matched).toHaveLength(networkTensors(before).size);
    expect(report.notes.join(' ')).toContain('0.5 is assumed');
    expect(model.head?.classes).toEqual(before.head && ['class 0', 'class 1', 'class 2']);
  });
});

describe('what this program wrote', () => {
  it('tells where it came from, without the folders of the images', async () => {
    const before = tinyModel();
    const dataset = { images: 5, fingerprint: 'f00d', folders: ['/private'] };
    await exportSafetensors(at('a'), { ...before, about: { ...before.about, dataset } });
    const { model, report } = await openWeights(at('a'));
    expect(model.origin).toBe('teacher of tiny, step 7');
    expect(model.about).toEqual({
      ...before.about,
      dataset: { images: 5, fingerprint: 'f00d' },
    });
    expect([...model.tensors.keys()].sort()).toEqual([...before.tensors.keys()].sort());
    expect(report.matched).toHaveLength(before.tensors.size);
    expect(readFileSync(at('a')).includes('private')).toBe(false);
  });

  it('tells the task of its head', async () => {
    const before = tinyModel({ pooling: 'mean' });
    const head = { task: 'another', ...before.head! };
    await exportSafetensors(at('a'), { ...before, head });
    expect((await openWeights(at('a'))).model.head).toEqual(head);
  });

  it('gets names that tell its classes apart, by which images are labelled', async () => {
    const before = tinyModel({ pooling: 'mean' });
    for (const [given, names] of [
      [
        ['crane', 'bee', 'crane'],
        ['crane', 'bee', 'crane (2)'],
      ],
      [
        ['crane (2)', 'crane', 'crane'],
        ['crane (2)', 'crane', "crane (2)'"],
      ],
      [
        ['crane', '', ' '],
        ['crane', 'class 1', 'class 2'],
      ],
    ] as const) {
      await exportHuggingFace(at('out'), {
        ...before,
        head: { classes: given, pooling: 'mean' },
      });
      const { model, report } = await openWeights(at('out'));
      expect(model.head?.classes).toEqual(names);
      expect(report.notes.join()).toContain(`“${names[2]}”`);
      rmSync(at('out'), { recursive: true });
    }
    const classes = ['crane', 'bee', 'crane (2)'];
    for (const name of classes) await writeSmallImage(at('set'), `${name}/a.png`, 1);
    const { samples } = await readLabelledSet(at('set'), { classes });
    const labels = [...samples].map(({ path: file, label }) => [
      path.basename(path.dirname(file)),
      label,
    ]);
    expect(Object.fromEntries(labels)).toEqual({ crane: 0, bee: 1, 'crane (2)': 2 });
  });

  it('is used as it is where its metadata were damaged, and says so', async () => {
    const { tensors, vit } = tinyModel();
    await writeSafetensors(at('a'), tensors, { source: 'conmim-studio', mean: '[1,"two"]' });
    const { model, report } = await openWeights(at('a'));
    expect(model.vit).toEqual({ ...vit, layerScale: 0.1 });
    expect(report.notes.join(' ')).toContain('"mean" cannot be understood');
  });

  it('keeps channels, value range and statistics', async () => {
    const six = {
      ...tinyModel({ channels: 6 }),
      valueRange: [[0, 4095]],
      mean: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
      std: [1, 2, 3, 4, 5, 6],
    } as const;
    await exportSafetensors(at('six.safetensors'), six);
    const { model } = await openWeights(at('six.safetensors'));
    const { vit, valueRange, mean, std } = six;
    expect(model).toMatchObject({ vit, valueRange, mean, std });
  });

  it('leaves out statistics of another number of channels, and says so', async () => {
    const one = { ...tinyModel({ channels: 1 }), mean: [0.1, 0.2, 0.3], std: [0.2, 0.2, 0.2] };
    await exportSafetensors(at('one.safetensors'), one);
    const { model, report } = await openWeights(at('one.safetensors'));
    expect([model.mean, model.std]).toEqual([[0.5], [0.2]]);
    expect(report.notes).toContain(
      'The mean that was found is of 3 channels, and the network takes 1, so it is left out.',
    );
  });
});

describe('checkpoints of the authors', () => {
  it.each(['zip.pth', 'legacy.pth', 'safetensors'])('are read (%s)', async (kind) => {
    const { model, report } = await openWeights(fixture(`checkpoint_tiny.${kind}`));
    const { tensors } = await readSafetensors(fixture('checkpoint_tiny.safetensors'));
    expect(model.vit).toEqual({
      channels: 3,
      imageSize: [64, 64],
      patchSize: 16,
      embedDim: 24,
      depth: 2,
      heads: 3,
      mlpRatio: 4,
      layerScale: 0.1,
      relPos: 'shared',
      absPos: false,
    });
    expect(model.head).toBeUndefined();
    for (const [name, tensor] of model.tensors) expect(tensor).toEqual(tensors.get(name));
    expect(report.ignored.map(({ name }) => name).sort()).toEqual([
      'lm_head.bias',
      'lm_head.weight',
      ...[1, 4, 7].map((i) => `projectors.${i}.num_batches_tracked`),
      'rel_pos_bias.relative_position_index',
    ]);
    expect(report.matched).toHaveLength(tensors.size - 6);
    expect(report.unexpected).toEqual([]);
    const network = await compareNetworks(model, { ...model, tensors });
    expect(network).toBe(0);
    if (kind !== 'safetensors') expect(report.notes[0]).toContain('entry "model"');
  });

  it.each([
    ['mean', 'mean', 'perBlock'],
    ['cls', 'cls', 'perBlock'],
    ['abs_pos', 'mean', 'none'],
  ] as const)('are read as classifiers (%s)', async (name, pooling, relPos) => {
    const { tensors } = await readSafetensors(fixture(`finetune_tiny_${name}.safetensors`));
    const of = (prefix: string) =>
      new Map(
        [...tensors]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => [key.slice(prefix.length), value]),
      );
    const file = await written(of('param.'));
    const { model } = await openWeights(file, HEADS);
    expect(model.head?.pooling).toBe(pooling);
    expect(model.head?.classes).toHaveLength(5);
    expect(model.vit.relPos).toBe(relPos);
    const images = tensors.get('input.images')!;
    const found = await runNetwork(model, Float32Array.from(images.data, Number), images.shape[0]!);
    const expected = tensors.get('expected.logits')!.data;
    found.get('logits')!.data.forEach((value, i) => {
      expect(Math.abs(Number(value) - Number(expected[i]))).toBeLessThan(1e-4);
    });
  });
});

describe('networks that timm and transformers built', () => {
  type Case = Record<'timm' | 'huggingFaceFiles' | 'huggingFaceModules', Record<string, number[]>>;
  const real = JSON.parse(readFileSync(fixture('beit_names.json'), 'utf8')) as Record<string, Case>;

  it.each([
    ['shared', 'timm', { relPos: 'perBlock', absPos: false }],
    ['shared', 'huggingFaceFiles', { relPos: 'shared', absPos: false }],
    ['shared', 'huggingFaceModules', { relPos: 'shared', absPos: false }],
    ['mean', 'timm', { relPos: 'perBlock', absPos: true }],
    ['mean', 'huggingFaceFiles', { relPos: 'perBlock', absPos: true }],
    ['mean', 'huggingFaceModules', { relPos: 'perBlock', absPos: true }],
    ['cls', 'timm', { relPos: 'none', absPos: true, layerScale: 0 }],
    ['cls', 'huggingFaceFiles', { relPos: 'none', absPos: true, layerScale: 0 }],
    ['cls', 'huggingFaceModules', { relPos: 'none', absPos: true, layerScale: 0 }],
  ] as const)('%s, %s', async (name, dialect, expected) => {
    const shapes = Object.entries(real[name]![dialect]);
    const tensors = new Map(shapes.map(([key, shape]) => [key, f32(shape, 0.1)]));
    const { model, report } = await openWeights(await written(tensors), { given: { heads: 2 } });
    expect(model.vit).toEqual({
      channels: 3,
      imageSize: [32, 32],
      patchSize: 16,
      embedDim: 8,
      depth: 2,
      heads: 2,
      mlpRatio: 4,
      layerScale: 0.1,
      ...expected,
    });
    expect(model.head?.pooling).toBe(name === 'shared' ? undefined : name);
    expect(report.names).toBe(dialect === 'timm' ? 'conmim' : 'huggingFace');
    expect(report.matched.length + report.ignored.length).toBe(tensors.size);
    expect(report.ignored.every((each) => each.name.endsWith('relative_position_index'))).toBe(
      true,
    );
  });
});

describe('a file of weights', () => {
  it('may keep them in other types, which are counted', async () => {
    const { tensors } = tinyModel({ pooling: 'cls' });
    const bits: Record<string, [HostTensor['dtype'], HostTensor['data']]> = {
      'blocks.0.gamma_1': ['f16', Uint16Array.from({ length: 12 }, () => 0x3555)],
      'blocks.0.gamma_2': ['bf16', Uint16Array.from({ length: 12 }, () => 0xc040)],
      'norm.bias': ['f64', Float64Array.from({ length: 12 }, () => 0.1)],
      'norm.weight': ['f16', Uint16Array.from({ length: 12 }, () => 0x8001)],
    };
    const file = await written(
      changed(tensors, (name, tensor) => {
        const [dtype, data] = bits[name] ?? [tensor.dtype, tensor.data];
        return [[name, hostTensor(dtype, tensor.shape, data)]];
      }),
    );
    const { model, report } = await openWeights(file, HEADS);
    expect(report.converted).toEqual({ f16: 2, bf16: 1, f64: 1 });
    expect(model.tensors.get('blocks.0.gamma_1')!.data[0]).toBe(0.333251953125);
    expect(model.tensors.get('blocks.0.gamma_2')!.data[0]).toBe(-3);
    expect(model.tensors.get('norm.bias')!.data[0]).toBe(Math.fround(0.1));
    expect(model.tensors.get('norm.weight')!.data[0]).toBe(-(2 ** -24));
  });

  it('may hold other shapes with the same numbers', async () => {
    const before = tinyModel({ pooling: 'mean', absPos: true });
    const file = await written(
      changed(before.tensors, (name, tensor) => [
        [name, name === 'cls_token' ? { ...tensor, shape: [12] } : tensor],
      ]),
    );
    const { model, report } = await openWeights(file, HEADS);
    expect(report.reshaped).toEqual([{ name: 'cls_token', from: [12], to: [1, 1, 12] }]);
    expect(await compareNetworks(before, model)).toBe(0);
  });

  it('may hold images that are not square, if something tells', async () => {
    const before = tinyModel({ imageSize: [16, 24] });
    const bare = networkTensors(before);
    await expect(openWeights(await written(bare), HEADS)).rejects.toMatchObject({
      code: 'import-unclear',
    });
    const index: HostTensor = {
      dtype: 'i32',
      shape: [25, 25],
      data: relativePositionIndex(4, 6),
    };
    const known = new Map<string, HostTensor>([...bare]).set(
      'rel_pos_bias.relative_position_index',
      index,
    );
    expect((await openWeights(await written(known), HEADS)).model.vit.imageSize).toEqual([16, 24]);
    const given = { given: { heads: 3, imageSize: [24, 16] } } as const;
    expect((await openWeights(await written(bare), given)).model.vit.imageSize).toEqual([24, 16]);
    await exportTimm(at('timm'), before);
    expect((await openWeights(at('timm'))).model.vit.imageSize).toEqual([16, 24]);
  });

  it('may hold two networks with their moments; the teacher is taken, or the one asked for', async () => {
    const { tensors } = tinyModel();
    const both = new Map(
      ['teacher.', 'student.', 'exp_avg.'].flatMap((prefix, i) =>
        [...tensors].map(([name, tensor]) => [
          prefix + name,
          name === 'cls_token' ? f32([1, 1, 12], i) : tensor,
        ]),
      ) as [string, HostTensor][],
    );
    const file = await written(both);
    const teacher = await openWeights(file);
    expect(teacher.model.tensors.get('cls_token')!.data[0]).toBe(0);
    expect(teacher.report.ignored).toHaveLength(2 * tensors.size);
    const student = await openWeights(file, { network: 'student' });
    expect(student.model.tensors.get('cls_token')!.data[0]).toBe(1);
  });

  it('may be a plain vision transformer, with one bias for queries, keys and values', async () => {
    const before = tinyModel({ pooling: 'cls', relPos: 'none', absPos: true });
    const file = await written(
      changed(before.tensors, (name, tensor) => {
        if (name.endsWith('v_bias')) return [];
        if (name.endsWith('gamma_1')) return [[name.replace('gamma_1', 'ls1.gamma'), tensor]];
        if (!name.endsWith('q_bias')) return [[`module.${name}`, tensor]];
        const v = before.tensors.get(name.replace('q_bias', 'v_bias'))!;
        const all = [...tensor.data, ...Array(12).fill(9), ...v.data].map(Number);
        return [[name.replace('q_bias', 'qkv.bias'), f32([36], (i) => all[i]!)]];
      }),
    );
    // Some names with the prefix and some without: taken together, none is lost.
    const { model, report } = await openWeights(file, HEADS);
    expect(await compareNetworks(before, model)).toBe(0);
    expect(report.notes.join(' ')).toContain('biases of keys');
    expect(report.unexpected).toEqual([]);
  });

  it('may be without biases of queries and values, which then are zero', async () => {
    const { tensors } = tinyModel();
    const file = await written(
      changed(tensors, (name, tensor) => (/[qv]_bias$/.test(name) ? [] : [[name, tensor]])),
    );
    const { model, report } = await openWeights(file, HEADS);
    expect(report.missing).toEqual(
      [0, 1].flatMap((i) => [`blocks.${i}.attn.q_bias`, `blocks.${i}.attn.v_bias`]),
    );
    expect(model.tensors.get('blocks.1.attn.v_bias')!.data).toEqual(new Float32Array(12));
  });

  it('with a norm over the mean and no head is a trunk whose features are the same', async () => {
    const before = tinyModel({ pooling: 'mean' });
    const file = await written(
      changed(before.tensors, (name, tensor) => (name.startsWith('head') ? [] : [[name, tensor]])),
    );
    const { model, report } = await openWeights(file);
    expect(model.head).toBeUndefined();
    const images = randomImages(before, 2);
    const [a, b] = [await runNetwork(before, images, 2), await runNetwork(model, images, 2)];
    expect(b.get('pooler_output')).toEqual(a.get('pooler_output'));
    expect(report.matched).toContain('fc_norm.weight');
  });

  it('of transformers may be a plain vision transformer, whose keys have biases', async () => {
    const before = tinyModel({ relPos: 'none', absPos: true, layerScale: 0 });
    const { tensors } = toHuggingFaceNames(networkTensors(before));
    const named = [...tensors].flatMap(([name, tensor]) => {
      const renamed: [string, HostTensor] = [`vit.${name}`, tensor];
      if (!name.endsWith('query.bias')) return [renamed];
      return [renamed, [`vit.${name.replace('query', 'key')}`, f32([12], 7)]];
    }) as [string, HostTensor][];
    const pooler: [string, HostTensor] = ['vit.pooler.dense.weight', f32([12, 12], 1)];
    const { model, report } = await openWeights(await written(new Map([...named, pooler])), HEADS);
    expect(await compareNetworks(before, model)).toBe(0);
    expect(report.ignored).toHaveLength(3);
    expect(report.unexpected).toEqual([]);
  });

  it('of transformers may have a head for masked patches, which is left out', async () => {
    const before = tinyModel();
    const { tensors } = toHuggingFaceNames(networkTensors(before));
    const extra: [string, HostTensor][] = [
      ['layernorm.weight', f32([12], 5)],
      ['lm_head.weight', f32([7, 12], 1)],
      ['beit.embeddings.mask_token', f32([1, 1, 12], 2)],
    ];
    const prefixed = [...tensors].map(([name, tensor]) => [`beit.${name}`, tensor] as const);
    const { model, report } = await openWeights(await written(new Map([...prefixed, ...extra])));
    expect(await compareNetworks(before, model)).toBe(0);
    expect(report.ignored.map(({ name }) => name)).toEqual(['layernorm.weight', 'lm_head.weight']);
    expect(model.tensors.get('mask_token')!.data[0]).toBe(2);
    expect(report.names).toBe('huggingFace');
  });
});

describe('what cannot be used is named', () => {
  const without = (kind: TinyKind, pattern: RegExp) =>
    changed(tinyModel(kind).tensors, (name, tensor) =>
      pattern.test(name) ? [] : [[name, tensor]],
    );
  const withTensor = (name: string, tensor: HostTensor) =>
    new Map([...tinyModel().tensors, [name, tensor]]);

  it.each([
    ['missing tensors', without({}, /blocks\.1\.mlp\.fc2/), 'import-incomplete', 'fc2.weight'],
    ['a missing norm', without({}, /^norm\./), 'import-incomplete', 'norm.weight'],
    [
      'too many channels',
      withTensor('patch_embed.proj.weight', f32([12, 33, 4, 4], 1)),
      'import-unsupported',
      '33 channels where this program takes up to 32',
    ],
    [
      'another shape',
      withTensor('blocks.1.norm1.weight', f32([13], 1)),
      'import-unsupported',
      '[13] where [12]',
    ],
    [
      'numbers that are not finite',
      withTensor('blocks.0.norm1.bias', f32([12], Number.NaN)),
      'import-not-finite',
      'blocks.0.norm1.bias',
    ],
    [
      'tensors that would be computed with elsewhere',
      withTensor('blocks.0.attn.q_norm.weight', f32([4], 1)),
      'import-unsupported',
      'q_norm',
    ],
    ['register tokens', withTensor('reg_token', f32([1, 4, 12], 1)), 'import-unsupported', 'reg'],
    [
      'a Swin transformer',
      new Map([['layers.0.blocks.0.attn.relative_position_bias_table', f32([169, 3], 1)]]),
      'import-nothing-matched',
      'Swin',
    ],
    [
      'another network',
      new Map([['features.0.weight', f32([4], 1)]]),
      'import-nothing-matched',
      'features.0.weight',
    ],
    ['no tensors', new Map(), 'import-nothing-matched', 'no tensors'],
    [
      'heads that nothing tells',
      networkTensors(tinyModel({ relPos: 'none', absPos: true })),
      'import-unclear',
      'heads',
    ],
  ] as const)('%s', async (_, tensors, code, words) => {
    const error = await openWeights(await written(tensors)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(error).toHaveProperty('advice', expect.stringMatching(/./));
  });

  it.each([
    ['an image', 'photo.png', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'), 'an image'],
    ['an empty file', 'a.pth', Buffer.alloc(0), 'empty'],
    ['a text', 'a.bin', Buffer.from('{"a": 1}          '), 'a text'],
    ['ONNX', 'a.onnx', Buffer.from([8, 8, 18, 1, 1, 1, 1, 1, 1, 1]), 'ONNX'],
    ['anything', 'a.dat', Buffer.from('abcdefghijklmnop'), 'knows'],
  ])('%s', async (_, name, bytes, words) => {
    writeFileSync(at(name), bytes);
    await expect(openWeights(at(name))).rejects.toMatchObject({
      code: 'import-not-weights',
      message: expect.stringContaining(words),
    });
  });

  it('folders without weights, with several, and with broken configurations', async () => {
    mkdirSync(at('f'));
    await expect(openWeights(at('f'))).rejects.toMatchObject({ code: 'import-no-weights' });
    writeFileSync(at('f', 'cat.jpg'), 'x');
    await expect(openWeights(at('f'))).rejects.toThrow(/in it: cat\.jpg/);
    const { tensors } = tinyModel();
    for (const name of ['a', 'b']) await writeSafetensors(at('f', `${name}.safetensors`), tensors);
    await expect(openWeights(at('f'))).rejects.toThrow(/a\.safetensors, b\.safetensors/);
    await writeSafetensors(at('f', 'model.safetensors'), tensors);
    writeFileSync(at('f', 'config.json'), '{"hidden_size": 768}');
    await expect(openWeights(at('f'))).rejects.toThrow(/width 768.*width 12/);
    writeFileSync(at('f', 'config.json'), '{"layer_norm_eps": 0.1}');
    await expect(openWeights(at('f'))).rejects.toThrow(/add 0\.1 to variances/);
    for (const content of ['{', 'null', '[]', '3', '"x"', ''])
      for (const name of ['config.json', 'preprocessor_config.json']) {
        writeFileSync(at('f', 'config.json'), '{}');
        writeFileSync(at('f', name), content);
        await expect(openWeights(at('f'))).rejects.toMatchObject({ code: 'import-config-invalid' });
      }
    writeFileSync(at('f', 'config.json'), '{');
    await expect(openWeights(at('f'))).rejects.toMatchObject({ code: 'import-config-invalid' });
    await expect(openWeights(at('nowhere'))).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('whatever names, shapes and types a file has, never by another error', async () => {
    const stream = new RandomStream(5, 'init');
    const names = ['cls_token', 'blocks.4000000000.x', 'head.weight', 'pos_embed', 'norm.weight'];
    const arrays = { i64: BigInt64Array, bool: Uint8Array, f64: Float64Array, f16: Uint16Array };
    const dtypes = Object.keys(arrays) as (keyof typeof arrays)[];
    const anyOf = <T>(values: readonly T[]) => values[stream.integer(values.length)]!;
    const change = ([name, tensor]: [string, HostTensor]): [string, HostTensor] => {
      const dtype = anyOf(dtypes);
      const shape = Array.from({ length: stream.integer(4) }, () => stream.integer(5));
      const data = new arrays[dtype](tensor.data.length);
      return anyOf<[string, HostTensor]>([
        [anyOf(names), tensor],
        [name, f32(shape, 1)],
        [name, hostTensor<HostDType>(dtype, tensor.shape, data)],
        [`beit.${name}`, tensor],
      ]);
    };
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const entries = [...tinyModel(anyOf(TINY_KINDS)[1]).tensors];
      for (let changes = stream.integer(3); changes >= 0; changes--) {
        const place = stream.integer(entries.length);
        entries[place] = change(entries[place]!);
      }
      const file = await written(new Map(entries));
      const error = await openWeights(file, HEADS).catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) continue;
      refused++;
      expect(error).toBeInstanceOf(StudioError);
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(300);
  });

  it('an unsafe checkpoint', async () => {
    await expect(openWeights(fixture('checkpoint_unsafe_print.zip.pth'))).rejects.toMatchObject({
      code: 'checkpoint-unsafe',
    });
  });
});
