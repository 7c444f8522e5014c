import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decode } from 'fast-png';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readNpyHeader, readNpyPieces } from '../formats/npy.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { loadRecipe } from '../recipes/load.ts';
import { pretrain } from '../train/pretrain.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';
import { SMALL_PRETRAINING } from './testing/small-pretraining.ts';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);

async function picture(file: string, tone: number): Promise<void> {
  const data = Buffer.from(Array.from({ length: 24 * 20 * 3 }, (_, i) => (i * tone) % 256));
  await sharp(data, { raw: { width: 24, height: 20, channels: 3 } })
    .png()
    .toFile(file);
}

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-attention-'));
  mkdirSync(at('photos'));
  for (let i = 0; i < 4; i++) await picture(at('photos', `${i}.png`), 7 + 31 * i);
  await exportSafetensors(at('model.safetensors'), tinyModel());
  // Of so low a rate that its weights stay what they were.
  const { recipe } = loadRecipe('micro', {
    ...SMALL_PRETRAINING,
    steps: 6,
    lr: 1e-9,
    min_lr: 0,
    seed: 5,
    workers: 0,
  });
  await pretrain({ workspace: root, name: 'still', data: [at('photos')], recipe, device: 'cpu' });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Networks are found from the folder of the process, so that file is named whole. */
const insight = (...words: string[]) => {
  const whole = words.map((word) => (word === 'model.safetensors' ? at(word) : word));
  const common = ['--workspace', root, '--device', 'cpu'];
  return runCommand(['insight', 'attention', ...whole, ...common], engineParts(), { cwd: root });
};

async function arrayOf(file: string): Promise<{ shape: readonly number[]; data: number[] }> {
  const { shape } = await readNpyHeader(file);
  const data: number[] = [];
  for await (const piece of readNpyPieces(file)) data.push(...Array.from(piece, Number));
  return { shape, data };
}

it('writes arrays of a file of weights that are probabilities', async () => {
  const ran = await insight(
    'model.safetensors',
    'photos',
    '--count',
    '2',
    '--npy',
    '--out',
    'arrays',
    '--json',
  );
  expect(ran.code).toBe(0);
  expect(ran.records.at(-1)).toMatchObject({
    type: 'insight',
    view: 'attention',
    images: [at('photos/1.png'), at('photos/3.png')],
    networks: [
      {
        label: expect.stringContaining('step 7'),
        untrained: false,
        blocks: 2,
        heads: 3,
        rows: 4,
        cols: 4,
      },
    ],
    files: [
      'attention.json',
      'network-1.attention.npy',
      'network-1.rollout.npy',
      'network-1.pixels.npy',
    ].map((name) => at('arrays', name)),
  });
  const { shape, data } = await arrayOf(at('arrays/network-1.attention.npy'));
  expect(shape).toEqual([2, 2, 3, 4, 4]);
  for (let row = 0; row < 12; row++) {
    const sum = data.slice(row * 16, (row + 1) * 16).reduce((a, b) => a + b);
    expect(sum).toBeGreaterThan(0.1);
    expect(sum).toBeLessThan(1);
  }
  expect((await arrayOf(at('arrays/network-1.pixels.npy'))).shape).toEqual([2, 3, 16, 16]);
  const described = JSON.parse(readFileSync(at('arrays/attention.json'), 'utf8'));
  expect(described.networks[0]).toMatchObject({ arrays: { rollout: 'network-1.rollout.npy' } });
});

it('shows a run on its own images, over training, beside the untrained network and another', async () => {
  const words = [
    'still',
    '--checkpoint',
    '3',
    '--checkpoint',
    '6',
    '--beside',
    'untrained',
    '--beside',
    'model.safetensors',
  ];
  const ran = await insight(
    ...words,
    '--count',
    '1',
    '--npy',
    '--png',
    '--out',
    'beside',
    '--json',
  );
  expect(ran.code).toBe(0);
  const networks = [
    { step: 3, untrained: false },
    { step: 6, untrained: false },
    { label: 'untrained, seed 5', untrained: true },
    { step: 7, untrained: false },
  ];
  expect(ran.records.at(-1)).toMatchObject({ networks });
  const [first, , untrained, other] = await Promise.all(
    [1, 2, 3, 4].map((i) => arrayOf(at(`beside/network-${i}.attention.npy`))),
  );
  const apart = (a: number[], b: number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  expect(apart(first!.data, untrained!.data)).toBeLessThan(1e-6);
  expect(apart(first!.data, other!.data)).toBeGreaterThan(0.01);
  const { width, height } = decode(readFileSync(at('beside/attention.png')));
  expect(width).toBeGreaterThan(5 * 300);
  expect(height).toBeGreaterThan(300);
});

it('draws all blocks of an image below each other, heads beside each other', async () => {
  const words = ['model.safetensors', 'photos/1.png', 'photos/2.png', '--out', 'all'];
  expect((await insight(...words, '--block', 'all', '--head', 'all')).code).toBe(0);
  const first = decode(readFileSync(at('all/attention-0001.png')));
  expect(existsSync(at('all/attention-0002.png'))).toBe(true);
  expect(first.width).toBeGreaterThan(4 * 300);
  expect((await insight(...words, '--rollout', '--block', '1')).code).toBe(0);
  expect(JSON.parse(readFileSync(at('all/attention.json'), 'utf8')).figures).toEqual([
    { file: 'attention.png', title: 'Attention rollout, block 1' },
  ]);
});

it('leaves out what cannot be decoded, and names it', async () => {
  writeFileSync(at('broken.png'), 'no picture');
  const ran = await insight('model.safetensors', 'photos/1.png', 'broken.png', '--out', 'some');
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(at('broken.png'))]);
  const none = await insight('model.safetensors', 'broken.png', '--out', 'none', '--json');
  expect([none.code, none.records]).toMatchObject([1, [{ code: 'too-many-broken-images' }]]);
});

it.each([
  [['--block', '3'], 'layer-unknown', 'has no block 3'],
  [['--head', '4'], 'head-unknown', 'has no head 4'],
  [['--block', '0'], 'usage', 'at least 1'],
  [['--rollout', '--head', '1'], 'usage', '--rollout'],
  [['--checkpoint', '3'], 'usage', 'no run'],
  [['--beside', 'nothing'], 'run-not-found', 'nothing'],
] as const)('says what is wrong with %j', async (words, code, message) => {
  const ran = await insight('model.safetensors', 'photos', ...words, '--out', 'wrong', '--json');
  expect(ran.records.at(-1)).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(existsSync(at('wrong'))).toBe(false);
});

it('asks for images where the network names none, and replaces its own files only', async () => {
  const bare = await insight('model.safetensors', '--out', 'bare', '--json');
  expect(bare.records.at(-1)).toMatchObject({ code: 'no-images' });
  mkdirSync(at('mine'));
  writeFileSync(at('mine/attention.png'), 'a letter');
  const taken = await insight('model.safetensors', 'photos', '--out', 'mine', '--json');
  expect(taken.records.at(-1)).toMatchObject({ code: 'target-taken' });
  expect(readFileSync(at('mine/attention.png'), 'utf8')).toBe('a letter');
});
