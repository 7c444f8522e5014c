import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingOptions } from '../contract/jobs/fields.ts';
import { writeSampleJpegs } from '../data/testing/sample-jpegs.ts';
import { listDevices } from '../executors/devices.ts';
import { follow, type Line, startConmim } from './testing/real-process.ts';

// The command line with WebGPU, on the software driver where there is no card: real images, checkpoints,
// a process that is killed, a run that goes on elsewhere.

const STEPS = 12;
const SETTINGS = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  mlp_dim: 32,
  proj_dim: 16,
  batch_size: 4,
  mask_cell: 8,
  checkpoint_every: 3,
  warmup_epochs: 1,
  workers: 1,
  seed: 11,
};
const [webgpu] = await listDevices('webgpu');
let folder: string;
let images: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-card-'));
  images = path.join(folder, 'images');
  await mkdir(images);
  await writeSampleJpegs(images, 14);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const conmim = (...args: readonly string[]) => startConmim(folder, args);

function pretrain(name: string, device: string, ...more: readonly string[]): ChildProcess {
  const settings = settingOptions(SETTINGS);
  return conmim(
    ...['pretrain', '--data', images, '--recipe', 'micro', '--name', name, '--device', device],
    ...['--steps', String(STEPS), ...settings, ...more],
  );
}

const lossesOf = (lines: readonly Line[]) =>
  new Map(lines.flatMap(({ type, step, loss }) => (type === 'step' ? [[step!, loss!]] : [])));

describe.runIf(webgpu!.available)('training on a graphics card', () => {
  it('gives the results of the CPU, also killed and resumed, and continues there', async () => {
    const truth = await follow(pretrain('processor', 'cpu'));
    expect(truth.code).toBe(0);
    const want = lossesOf(truth.lines);
    expect(want.size).toBe(STEPS);

    const child = pretrain('card', 'webgpu');
    const { lines } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === 5) child.kill('SIGKILL');
    });
    const { dir } = lines.find(({ type }) => type === 'run')!;
    const record = JSON.parse(await readFile(path.join(dir!, 'run.json'), 'utf8'));
    expect(record).toMatchObject({ device: 'webgpu' });
    const resuming = conmim('resume', dir!);
    const resumed = await follow(resuming, ({ type, step }) => {
      if (type === 'step' && step === 8) resuming.kill('SIGKILL');
    });
    // From the checkpoint of step 6 on the processor, to the end.
    const rest = await follow(conmim('resume', dir!, '--device', 'cpu'));
    expect(rest.lines.at(-1)).toMatchObject({ type: 'done', step: STEPS });
    const got = [lines, resumed.lines, rest.lines].map(lossesOf);
    expect([...got[1]!.keys()][0]).toBe(4);
    expect([...got[2]!.keys()][0]).toBe(7);
    for (const losses of got)
      for (const [step, loss] of losses)
        expect(loss, `step ${step}`).toBeCloseTo(want.get(step)!, 3);
  });

  it('is refused in a precision that the device does not have, before anything is written', async () => {
    const { code, lines } = await follow(pretrain('half', 'cpu', '--set', 'precision=float16'));
    expect(code).not.toBe(0);
    expect(lines.at(-1)).toMatchObject({
      type: 'error',
      message: expect.stringContaining('cpu does not compute in float16'),
    });
  });
});
