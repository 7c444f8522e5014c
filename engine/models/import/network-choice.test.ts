import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  global,
  joinPieces,
  MARK,
  pickle,
  tensor,
  text,
  tuple,
  whole,
  zipCheckpoint,
} from '../../formats/torch/testing/pickles.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { exportHuggingFace } from '../export/hugging-face.ts';
import { tinyModel } from '../export/testing/tiny-models.ts';
import { importModel } from './import-model.ts';
import { chooseNetwork, findNetworks, listNetworks } from './network-choice.ts';
import { openWeights, type WeightsOptions } from './open-weights.ts';

let root: string;
let files = 0;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-networks-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Tree = { readonly [name: string]: Tree | NamedTensors | number };

/** A checkpoint of nested dictionaries, as PyTorch writes them. */
function checkpoint(tree: Tree): string {
  const storages: Record<string, Uint8Array> = {};
  const written = (value: Tree | NamedTensors | number | HostTensor): Uint8Array => {
    if (typeof value === 'number') return whole(value);
    if ('dtype' in value && 'shape' in value) {
      const { data, shape } = value as HostTensor;
      const key = String(Object.keys(storages).length);
      storages[key] = new Uint8Array(
        data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength),
      );
      const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
      return tensor({
        key,
        count: whole(data.length),
        shape: shape.map(whole),
        strides: strides.map(whole),
      });
    }
    const items = value instanceof Map ? [...value] : Object.entries(value as Tree);
    return joinPieces(
      '}',
      MARK,
      ...items.flatMap(([name, each]) => [text(name), written(each)]),
      'u',
    );
  };
  const data = pickle(written(tree));
  files++;
  const file = path.join(root, `${files}.pth`);
  writeFileSync(file, zipCheckpoint(data, storages));
  return file;
}

const HEADS = { heads: 3 };
const open = (file: string, network?: string) =>
  openWeights(file, {
    given: HEADS,
    ...(network === undefined ? {} : { network }),
  } satisfies WeightsOptions);

/** A network that can be told from others by its class token. */
function numbered(mark: number, prefix = ''): Map<string, HostTensor> {
  const { tensors } = tinyModel();
  const token: HostTensor = {
    dtype: 'f32',
    shape: [1, 1, 12],
    data: new Float32Array(12).fill(mark),
  };
  return new Map(
    [...tensors].map(([name, each]) => [prefix + name, name === 'cls_token' ? token : each]),
  );
}
const merged = (...networks: NamedTensors[]) => new Map(networks.flatMap((each) => [...each]));
const markOf = async (file: string, network?: string) =>
  Number((await open(file, network)).model.tensors.get('cls_token')!.data[0]);

describe('averaged weights beside plain ones', () => {
  it.each([
    ['state_dict', 'state_dict_ema'],
    ['model', 'model_ema'],
    ['model', 'ema'],
    ['student', 'teacher'],
    ['encoder', 'target_encoder'],
    ['net', 'ema_net'],
  ])('%s and %s: the averaged are taken and said', async (plain, averaged) => {
    const file = checkpoint({ epoch: 3, [plain]: numbered(1), [averaged]: numbered(2) });
    const { model, report } = await open(file);
    expect(model.tensors.get('cls_token')!.data[0]).toBe(2);
    expect(report.notes.join(' ')).toContain(
      `"${averaged}" was taken, averaged weights being preferred; for the other: --network ${plain}.`,
    );
    expect(model.about.weights).toContain(
      `"${averaged}" were taken of a file that also holds "${plain}"`,
    );
    expect([await markOf(file, plain), await markOf(file, averaged)]).toEqual([1, 2]);
    expect([await markOf(file, 'student'), await markOf(file, 'teacher')]).toEqual([1, 2]);
  });

  it.each([
    'state_dict_ema',
    'model_ema',
    'ema',
    'teacher',
    'module',
    'net',
    'network',
    'anything',
  ])('a file with %s alone is read', async (name) => {
    expect(await markOf(checkpoint({ epoch: 3, [name]: numbered(4) }))).toBe(4);
  });

  it('lie deeper', async () => {
    const file = checkpoint({
      state_dict_ema: { module: numbered(5) },
      state_dict: { module: numbered(6) },
    });
    expect(await markOf(file)).toBe(5);
    expect(await markOf(file, 'state_dict')).toBe(6);
    expect(await markOf(file, 'state_dict.module')).toBe(6);
  });

  it('are named in the model card of what is exported', async () => {
    const file = checkpoint({ state_dict: numbered(1), state_dict_ema: numbered(2) });
    await importModel(file, path.join(root, 'taken'), { given: HEADS });
    const { model } = await openWeights(path.join(root, 'taken'));
    await exportHuggingFace(path.join(root, 'hf'), model);
    const card = readFileSync(path.join(root, 'hf', 'README.md'), 'utf8');
    expect(card).toContain('The averaged weights "state_dict_ema" were taken');
  });
});

describe('networks by what names begin with', () => {
  it.each([
    ['student.backbone.', 'teacher.backbone.'],
    ['module.base_encoder.', 'module.momentum_encoder.'],
    ['model.', 'model_ema.module.'],
    ['encoder.', 'momentum_encoder.'],
    ['student._orig_mod.', 'teacher._orig_mod.'],
  ])('%s and %s', async (plain, averaged) => {
    const file = checkpoint({ state_dict: merged(numbered(1, plain), numbered(2, averaged)) });
    expect([
      await markOf(file),
      await markOf(file, 'student'),
      await markOf(file, 'teacher'),
    ]).toEqual([2, 1, 2]);
    const { report } = await open(file, 'student');
    expect(report.unexpected).toEqual([]);
  });

  it.each(['model.', 'backbone.', 'encoder.', 'module.', '_orig_mod.', 'module._orig_mod.'])(
    '%s alone',
    async (prefix) => {
      const file = checkpoint({ state_dict: numbered(3, prefix) });
      const { model, report } = await open(file);
      expect(model.tensors.get('cls_token')!.data[0]).toBe(3);
      expect(report.unexpected).toEqual([]);
    },
  );

  it('wrappers inside names do not hide a network', async () => {
    const wrapped = [...numbered(7)].map(
      ([name, each]) =>
        [name.replace(/^(blocks\.\d+)/, '$1._checkpoint_wrapped_module'), each] as const,
    );
    expect(await markOf(checkpoint({ model: new Map(wrapped) }))).toBe(7);
  });

  it('names all with their flags when nothing tells which is wanted', async () => {
    const file = checkpoint({ a: numbered(1), b: numbered(2) });
    const error = await open(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'import-ambiguous',
      message: expect.stringMatching(
        /"a" \(\d+ tensors, [\d,]+ parameters\): --network a; "b" .*: --network b\.$/,
      ),
      details: { networks: [{ flag: 'a' }, { flag: 'b' }] },
    });
    expect([await markOf(file, 'a'), await markOf(file, 'b')]).toEqual([1, 2]);
  });

  it('names what there is when another is asked for', async () => {
    const file = checkpoint({ student: numbered(1) });
    for (const asked of ['teacher', 'nonsense'])
      await expect(open(file, asked)).rejects.toMatchObject({
        code: 'import-no-such-network',
        message: expect.stringContaining('"student"'),
      });
  });

  it('says so where one network leaves nothing to choose', async () => {
    const { report } = await open(checkpoint({ model: numbered(1) }), 'teacher');
    expect(report.notes.join(' ')).toContain('"teacher" had nothing to choose from');
  });

  it('moments of an optimizer are no network', async () => {
    const file = checkpoint({
      model: numbered(1),
      optimizer: { state: numbered(9), exp_avg: numbered(9) },
    });
    expect(await markOf(file)).toBe(1);
  });
});

it.each<[string, Uint8Array, string]>([
  ['pos_embed', joinPieces(global('mypkg.Positions'), ')', 0x81), 'mypkg.Positions'],
  ['fc_norm.weight', joinPieces(']', MARK, 'G', new Uint8Array(8), 'e'), 'a list'],
  ['blocks.0.ls1.gamma', joinPieces('C', [4], new Uint8Array(4)), 'bytes'],
  ['norm.bias', whole(1), 'a number'],
  ['blocks.0.gamma_1', tuple(whole(1)), 'a list'],
])('%s that is no tensor is named, not left out', async (name, value, words) => {
  const network = joinPieces(
    '}',
    MARK,
    text('cls_token'),
    tensor(),
    text('patch_embed.proj.weight'),
    tensor(),
    text(name),
    value,
    'u',
  );
  const file = path.join(root, 'opaque.pth');
  const floats = new Uint8Array(new Float32Array([1, 2]).buffer);
  writeFileSync(file, zipCheckpoint(pickle('}', text('model'), network, 's'), { 0: floats }));
  await expect(open(file)).rejects.toMatchObject({
    code: 'import-unsupported',
    message: expect.stringContaining(`${words} as ${name}`),
  });
});

it('numbers and lists beside a network may have names like its parts', async () => {
  const file = checkpoint(Object.fromEntries([...numbered(1), ['loss_weight', 3]]));
  expect((await open(file)).model.vit.embedDim).toBe(12);
});

it('a flag is the first part of a name that only one network has', () => {
  const shapes = new Map<string, readonly number[]>(
    ['student.backbone.', 'teacher.backbone.', 'teacher.extra.'].flatMap((prefix) => [
      [`${prefix}cls_token`, [1, 1, 2]] as const,
      [`${prefix}patch_embed.proj.weight`, [2, 3, 1, 1]] as const,
    ]),
  );
  const found = findNetworks([{ path: ['model'], shapes }]);
  expect(listNetworks(found).map(({ flag }) => flag)).toEqual([
    'student',
    'model.teacher.backbone',
    'extra',
  ]);
  expect(() => chooseNetwork(found, 'teacher', 'it')).toThrow(/3 networks/);
  expect(chooseNetwork(found, 'model.teacher.backbone', 'it').network.root).toBe(
    'teacher.backbone.',
  );
});
