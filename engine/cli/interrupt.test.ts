import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingOptions } from '../contract/jobs/fields.ts';
import { writeSampleJpegs } from '../data/testing/sample-jpegs.ts';
import { follow, startConmim } from './testing/real-process.ts';

// Windows hands SIGINT to a process from its console alone, and ends it at once for any other signal.

const SMALL = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 24,
  depth: 2,
  heads: 3,
  batch_size: 4,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-interrupt-'));
  for (const kind of ['a', 'b']) {
    await mkdir(path.join(folder, 'images', kind), { recursive: true });
    await writeSampleJpegs(path.join(folder, 'images', kind), 12);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const images = () => path.join(folder, 'images');
const pretrain = () => [
  ...['pretrain', '--data', images(), '--recipe', 'micro', '--device', 'cpu', '--steps', '5000'],
  ...settingOptions({ ...SMALL, mlp_dim: 32, proj_dim: 16, mask_cell: 8 }),
];
const finetune = () => [
  ...['finetune', '--from', 'scratch', '--recipe', 'micro', '--device', 'cpu', '--steps', '5000'],
  ...['--train', images(), '--val-fraction', '0.25', ...settingOptions(SMALL)],
];

describe.skipIf(process.platform === 'win32')('a training that is interrupted', () => {
  it.each([
    ['pretrain', 'SIGINT', 130, pretrain],
    ['pretrain', 'SIGTERM', 143, pretrain],
    ['finetune', 'SIGINT', 130, finetune],
  ] as const)('%s saves at %s and ends with %i', async (_, sent, expected, args) => {
    const child = startConmim(folder, args());
    const { code, signal, lines, errors } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === 3) child.kill(sent);
    });
    expect([code, signal], errors).toEqual([expected, null]);
    const { dir } = lines.find(({ type }) => type === 'run')!;
    const record = JSON.parse(await readFile(path.join(dir!, 'run.json'), 'utf8'));
    expect(record).toMatchObject({ status: 'stopped', reason: { code: 'interrupted' } });
    const state = path.join(dir!, 'checkpoints', String(record.step), 'state.safetensors');
    expect(existsSync(state)).toBe(true);
  });
});
