import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../contract/defined.ts';
import type { LabelledSet } from '../../data/annotations/labelled-types.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { readTrainingSets } from './training-sets.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-sides-'));
  for (let i = 0; i < 30; i++) await writeSmallImage(root, `${i}.png`, i);
});
afterAll(() => rm(root, { recursive: true }));

/** @param splitOf of each of thirty rows */
async function table(name: string, splitOf: (i: number) => string): Promise<string> {
  const rows = Array.from({ length: 30 }, (_, i) => `${i}.png,${i % 3},${splitOf(i)}`);
  await writeFile(path.join(root, name), ['path,label,split', ...rows].join('\n'));
  return path.join(root, name);
}
const sides = (
  train: string,
  val: string | null = null,
  pretrainedOn: string[] = [],
  pretrainedWithout?: string,
) =>
  readTrainingSets(
    {
      train,
      val,
      valFraction: 0.2,
      fraction: 1,
      splitSeed: 0,
      fractionSeed: 0,
      pretrainedOn,
      ...defined({ pretrainedWithout }),
      leaveOutLeaks: false,
    },
    path.join(root, 'memory'),
    undefined,
  );
const numbers = ({ samples }: LabelledSet) =>
  [...samples].map((sample) => Number(path.basename(sample.path, '.png')));
const where = (holds: (i: number) => boolean) =>
  Array.from({ length: 30 }, (_, i) => i).filter(holds);

it('finds images to judge on in a list that the network learnt from before', async () => {
  const known = await table('known.csv', (i) => (i < 10 ? 'train' : 'test'));
  const val = await table('judged.csv', () => '');
  const { warnings } = await sides(await table('train.csv', () => 'train'), val, [known]);
  const leaks = warnings.filter(({ code }) => code === 'leakage').map(({ message }) => message);
  expect(leaks.at(-1)).toMatch(/^1\d of 30 validation images also occur among the images pre-tr/);
});

it('does not hold images for learnt that the pre-training left out', async () => {
  const val = await table('judged.csv', () => '');
  const train = await table('train.csv', () => 'train');
  const list = path.join(root, 'excluded.csv');
  const folder = path.join(root, 'seen');
  await writeSmallImage(folder, 'other.png', 99);
  await writeSmallImage(folder, '3.png', 3);
  const messages = async (without?: string) =>
    (await sides(train, val, [folder], without)).warnings.map(({ message }) => message).join();
  expect(await messages()).toContain('pre-trained on');
  await writeFile(list, 'path\nseen/3.png\n');
  expect(await messages(list)).not.toContain('pre-trained on');
  expect(await messages(`${list}.gone`)).toMatch(/count as pre-trained on, since .* is missing/);
});

describe('a split column', () => {
  it('that only marks val keeps these rows out of training', async () => {
    const { train, val, warnings } = await sides(
      await table('a.csv', (i) => (i % 5 === 0 ? 'val' : '')),
    );
    expect(numbers(val)).toEqual(where((i) => i % 5 === 0));
    expect(numbers(train)).toEqual(where((i) => i % 5 !== 0));
    expect(warnings.map(({ message }) => message).join()).toMatch(/without a split .*: 24/);
  });

  it('that is partly empty trains on what it leaves empty', async () => {
    const splits = ['val', 'train', 'train', '', ''];
    const { train, val } = await sides(await table('b.csv', (i) => splits[i % 5]!));
    expect(numbers(val)).toEqual(where((i) => i % 5 === 0));
    expect(numbers(train)).toEqual(where((i) => i % 5 !== 0));
  });

  it('that only marks test judges on these rows', async () => {
    const { train, val } = await sides(await table('c.csv', (i) => (i < 6 ? 'TEST' : 'train')));
    expect([numbers(train), numbers(val)]).toEqual([where((i) => i >= 6), where((i) => i < 6)]);
  });

  it('with val and test keeps both out of training, and judges on val', async () => {
    const { train, val } = await sides(
      await table('d.csv', (i) => ['val', 'test', ''][Math.floor(i / 10)]!),
    );
    expect([numbers(train), numbers(val)]).toEqual([where((i) => i >= 20), where((i) => i < 10)]);
  });

  it('that leaves nothing to learn from, or nothing to judge on, is refused', async () => {
    const judged = await table('e.csv', () => 'test');
    await expect(sides(judged)).rejects.toMatchObject({ code: 'training-empty' });
    const learnt = await table('f.csv', () => 'train');
    await expect(sides(learnt, learnt)).rejects.toMatchObject({ code: 'validation-empty' });
  });

  it('of another list to judge on leaves out what it marks train', async () => {
    const other = await table('h.csv', (i) => (i < 20 ? 'train' : ''));
    const { train, val } = await sides(await table('g.csv', () => ''), other);
    expect([train.samples.length, numbers(val)]).toEqual([30, where((i) => i >= 20)]);
  });

  it('that is empty holds a share of each class out', async () => {
    const { train, val } = await sides(await table('i.csv', () => ''));
    expect([train.counts, val.counts]).toEqual([
      [8, 8, 8],
      [2, 2, 2],
    ]);
  });
});
