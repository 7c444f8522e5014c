import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROCESSOR_BY_EXECUTOR } from '../contract/device.ts';
import { settingOptions } from '../contract/jobs/fields.ts';
import type { Precision } from '../contract/precision.ts';
import { writeSampleJpegs } from '../data/testing/sample-jpegs.ts';
import { hasBfloat16, testLibraryFolder } from '../executors/onednn/testing/test-library.ts';
import { follow, startConmim } from './testing/real-process.ts';
import { SMALL_PRETRAINING } from './testing/small-pretraining.ts';

// The real thing: the command line, real images, ONNX Runtime, a process that is killed.

const STEPS = 14;
const SETTINGS = {
  ...SMALL_PRETRAINING,
  warmup_epochs: 1,
  seed: 11,
};
let folder: string;
let images: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-resume-'));
  images = path.join(folder, 'images');
  await mkdir(images);
  await writeSampleJpegs(images, 14);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const onednn = testLibraryFolder();
/** Lets a process find the library. */
const ENV = { CONMIM_ONEDNN: onednn };

interface Computing {
  readonly device?: string;
  readonly precision?: Precision;
  readonly threads?: number;
}

function pretrain(
  name: string,
  workers: number,
  { device = 'cpu', precision = 'float32', threads }: Computing = {},
): ChildProcess {
  const settings = settingOptions({ ...SETTINGS, workers, precision });
  const args = [
    ...['pretrain', '--data', images, '--recipe', 'micro', '--name', name, '--device', device],
    ...['--steps', String(STEPS), ...settings],
  ];
  return startConmim(folder, args, envOf(threads));
}

const envOf = (threads: number | undefined) => ({ ...ENV, CONMIM_THREADS: threads?.toString() });

async function stateOf(run: string): Promise<string> {
  const file = path.join(run, 'checkpoints', String(STEPS), 'state.safetensors');
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function uninterrupted(how: Computing = {}): Promise<string> {
  const name = ['whole', ...Object.values(how)].join('-').replace(':', '-');
  const { lines, code, errors } = await follow(pretrain(name, 0, how));
  expect(code, errors).toBe(0);
  return stateOf(lines.find(({ type }) => type === 'run')!.dir!);
}

const ON_ONEDNN = [
  ...(onednn === undefined ? [] : [['float32', 2] as const]),
  ...(hasBfloat16() ? [['bfloat16', 1] as const, ['bfloat16', 2] as const] : []),
];

describe('a run that is killed and resumed', () => {
  let whole: string;
  beforeAll(async () => {
    whole = await uninterrupted();
  });

  it.each([0, 1, 3])('ends with the same bytes, %i workers', async (workers) => {
    const killAt = 4 + Math.floor(Math.random() * (STEPS - 6));
    const child = pretrain(`killed-${workers}`, workers);
    const { lines, signal } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === killAt) child.kill('SIGKILL');
    });
    expect(signal).toBe('SIGKILL');
    const dir = lines.find(({ type }) => type === 'run')!.dir!;
    const resumed = await follow(startConmim(folder, ['resume', dir]));
    expect(resumed.code, resumed.errors).toBe(0);
    expect(resumed.lines.at(-1)).toMatchObject({ type: 'done', step: STEPS });
    expect(await stateOf(dir)).toBe(whole);
  });

  it.each(ON_ONEDNN)(
    'ends with the same bytes through oneDNN in %s, %i threads',
    async (precision, threads) => {
      const device = PROCESSOR_BY_EXECUTOR.onednn;
      const how = { device, precision, threads };
      const child = pretrain(`killed-${precision}-${threads}`, 1, how);
      const { lines, signal, errors } = await follow(child, ({ type, step }) => {
        if (type === 'step' && step === 8) child.kill('SIGKILL');
      });
      expect(signal, errors).toBe('SIGKILL');
      const { dir } = lines.find(({ type }) => type === 'run')!;
      const resumed = await follow(startConmim(folder, ['resume', dir!], envOf(threads)));
      expect(resumed.lines.at(-1), resumed.errors).toMatchObject({ type: 'done', step: STEPS });
      const record = JSON.parse(await readFile(path.join(dir!, 'run.json'), 'utf8'));
      expect(record).toMatchObject({ device, recipe: { precision } });
      const state = await stateOf(dir!);
      expect(state).toBe(await uninterrupted(how));
      // Another library rounds otherwise, so it was this one that computed.
      expect(state).not.toBe(whole);
    },
  );

  it('falls back to an older checkpoint when the newest was cut short', async () => {
    const child = pretrain('cut', 1);
    const { lines } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === 8) child.kill('SIGKILL');
    });
    const dir = lines.find(({ type }) => type === 'run')!.dir!;
    await truncate(path.join(dir, 'checkpoints', '6', 'state.safetensors'), 1000);
    const resumed = await follow(startConmim(folder, ['resume', dir]));
    expect(resumed.code, resumed.errors).toBe(0);
    expect(resumed.errors).toMatch(/checkpoint/i);
    expect(await stateOf(dir)).toBe(whole);
  });
});
