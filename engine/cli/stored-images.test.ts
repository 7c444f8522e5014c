import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingOptions } from '../contract/jobs/fields.ts';
import { type TarEntry, tarOf } from '../data/sources/containers/testing/write-tar.ts';
import { arrayFile } from '../images/npy/testing/array-file.ts';
import { omeTiff } from '../images/tiff/testing/ome-tiff.ts';
import { follow, startConmim } from './testing/real-process.ts';
import { SMALL_PRETRAINING } from './testing/small-pretraining.ts';

// Six channels of 16 bits from the command line, as arrays, as OME-TIFF and as OME-TIFF in a tar
// shard: trained on, resumed, fine-tuned, evaluated.

const KINDS = ['array', 'ome', 'ome', 'shard'] as const;
const [CHANNELS, SIDE, IMAGES, STEPS] = [6, 40, 12, 8];
let folder: string;
let images: string;

/** Waves whose length tells two classes apart, each channel within another part of the range. */
function numbersOf(image: number): Uint16Array {
  return Uint16Array.from({ length: CHANNELS * SIDE * SIDE }, (_, i) => {
    const channel = Math.floor(i / (SIDE * SIDE));
    const [x, y] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
    const wave = Math.sin((x + image) / (image % 2 === 0 ? 3 : 9) + (y * (channel + 1)) / 20);
    return 400 * channel + 1000 + 300 * wave;
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-stored-run-'));
  images = path.join(folder, 'images');
  for (const name of ['even', 'odd']) await mkdir(path.join(images, name), { recursive: true });
  const shard: TarEntry[] = [];
  for (let image = 0; image < IMAGES; image++) {
    const name = `${image % 2 === 0 ? 'even' : 'odd'}/${image}`;
    const shape: [number, number, number] = [CHANNELS, SIDE, SIDE];
    const [numbers, kind] = [numbersOf(image), KINDS[image % KINDS.length]];
    if (kind === 'array')
      await writeFile(path.join(images, `${name}.npy`), arrayFile(numbers, shape));
    else if (kind === 'ome')
      await writeFile(path.join(images, `${name}.tif`), omeTiff(numbers, shape));
    else shard.push({ name: `${name}.tif`, content: omeTiff(numbers, shape) });
  }
  await writeFile(path.join(images, 'shard-0.tar'), tarOf(shard));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SETTINGS = {
  channels: CHANNELS,
  value_range: 'percentiles',
  mean: 'measured',
  std: 'measured',
  ...SMALL_PRETRAINING,
  seed: 5,
};

function pretrain(name: string) {
  return startConmim(folder, [
    ...['pretrain', '--data', images, '--recipe', 'micro', '--name', name, '--device', 'cpu'],
    ...['--steps', String(STEPS), ...settingOptions(SETTINGS)],
  ]);
}

const stateOf = (dir: string) =>
  readFile(path.join(dir, 'checkpoints', String(STEPS), 'state.safetensors'));

describe('a pre-training on six channels of 16 bits', () => {
  let dir: string;
  let recipe: Record<string, unknown>;

  beforeAll(async () => {
    const { lines, code, errors } = await follow(pretrain('whole'));
    expect(code, errors).toBe(0);
    dir = lines.find(({ type }) => type === 'run')!.dir!;
    recipe = JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')).recipe;
  });

  it('stores what it measured over the set, as numbers', () => {
    const all = Array.from({ length: IMAGES }, (_, image) => numbersOf(image));
    const plane = SIDE * SIDE;
    const ranges: number[][] = [];
    const [means, deviations]: [number[], number[]] = [[], []];
    for (let channel = 0; channel < CHANNELS; channel++) {
      const values = all.flatMap((one) => [
        ...one.subarray(channel * plane, (channel + 1) * plane),
      ]);
      const sorted = values.toSorted((a, b) => a - b);
      const low = sorted[Math.ceil(0.001 * sorted.length) - 1]!;
      const high = sorted[Math.ceil(0.999 * sorted.length) - 1]!;
      ranges.push([low, high]);
      const scaled = values.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low))));
      const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
      means.push(mean);
      deviations.push(
        Math.sqrt(scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scaled.length),
      );
    }
    expect(recipe['value_range']).toEqual(ranges);
    for (const [key, expected] of [
      ['mean', means],
      ['std', deviations],
    ] as const)
      for (const [channel, value] of (recipe[key] as number[]).entries())
        expect(value).toBeCloseTo(expected[channel]!, 6);
  });

  it('ends with the same bytes where it was killed and resumed', async () => {
    const child = pretrain('killed');
    const { lines, signal } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === 5) child.kill('SIGKILL');
    });
    expect(signal).toBe('SIGKILL');
    const killed = lines.find(({ type }) => type === 'run')!.dir!;
    const resumed = await follow(startConmim(folder, ['resume', killed]));
    expect(resumed.code, resumed.errors).toBe(0);
    expect(await stateOf(killed)).toEqual(await stateOf(dir));
  });

  it('starts a fine-tuning, which is evaluated', async () => {
    const tuned = await follow(
      startConmim(folder, [
        ...['finetune', '--from', dir, '--train', images, '--device', 'cpu', '--name', 'tuned'],
        ...['--val-fraction', '0.34', '--set', 'epochs=2', '--set', 'batch_size=4'],
      ]),
    );
    expect(tuned.code, tuned.errors).toBe(0);
    const run = tuned.lines.find(({ type }) => type === 'run')!.dir!;
    const record = JSON.parse(await readFile(path.join(run, 'run.json'), 'utf8'));
    for (const key of ['channels', 'value_range', 'mean', 'std'])
      expect(record.recipe[key]).toEqual(recipe[key]);
    const evaluated = await follow(
      startConmim(folder, ['evaluate', '--model', run, '--data', images, '--device', 'cpu']),
    );
    expect(evaluated.code, evaluated.errors).toBe(0);
    expect(evaluated.lines.at(-1)).toMatchObject({ n: IMAGES });
  });

  it('names images that do not fit the recipe, and what to set', async () => {
    const { code, errors } = await follow(
      startConmim(folder, [
        ...['pretrain', '--data', images, '--recipe', 'micro', '--device', 'cpu', '--steps', '1'],
      ]),
    );
    expect(code).not.toBe(0);
    expect(errors).toContain('it has 6 channels, and 3 are needed: set channels=6');
  });
});
