import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  LabelledSample,
  LabelledSet,
  LabelProblemCode,
} from '../annotations/labelled-types.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { type LabelledSetOptions, readLabelledSet } from './labelled-set.ts';
import { splitStratified, stratifiedFraction } from './splits.ts';
import { completeSet } from './subset.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-several-'));
  for (let i = 0; i < 6; i++) await writeSmallImage(root, `${i}.png`, i);
  await writeSmallImage(root, 'folders/cat/1.png', 10);
  await writeSmallImage(root, 'folders/dog/2.png', 11);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function read(lines: readonly string[], options: LabelledSetOptions = { several: {} }) {
  const file = path.join(root, 'labels.csv');
  await writeFile(file, lines.join('\n'));
  return readLabelledSet(file, options);
}
const names = ({ samples, classes }: LabelledSet) =>
  [...samples].map(({ labels }) => labels!.map((label) => classes[label]));
const problem = (set: LabelledSet, code: LabelProblemCode) =>
  set.problems.find((one) => one.code === code);
const DIVIDED = ['path,label', '0.png,dog;cat', '1.png,cat', '2.png,', '3.png, cat ; dog;cat'];

describe('a list with several labels a row', () => {
  it('has them divided, in any order, and rows without any', async () => {
    const set = await read(DIVIDED);
    expect(set.classes).toEqual(['cat', 'dog']);
    expect(names(set)).toEqual([['cat', 'dog'], ['cat'], [], ['cat', 'dog']]);
    expect(set.counts).toEqual([3, 2]);
    expect([...set.samples].map(({ label }) => label)).toEqual([0, 1, 2, 0]);
  });

  it('may name the column labels', async () => {
    const set = await read(['path,labels', '0.png,a;b', '1.png,a']);
    expect(names(set)).toEqual([['a', 'b'], ['a']]);
  });

  it.each([
    ['|', '0.png,a|b'],
    [',', '0.png,"a,b"'],
    [' ', '0.png,a b', ' '],
    ['/', '0.png,a/b', '/'],
  ])('divided by %s', async (_, row, separator?: string) => {
    const set = await read(['path,label', row, '1.png,a'], { several: { separator } });
    expect(names(set)).toEqual([['a', 'b'], ['a']]);
  });

  it('is refused where two characters may divide them', async () => {
    await expect(read(['path,label', '0.png,a;b', '1.png,a|c'])).rejects.toMatchObject({
      code: 'list-invalid',
      advice: expect.stringContaining('--label-separator'),
    });
  });

  it('has a column for each class, with 1 and 0', async () => {
    const set = await read([
      'image,Cat,dog,never,split',
      '0.png,1,0,0,train',
      '1.png,0,1.0,0,train',
      '2.png,true,yes,,val',
      '3.png,-1,0,0,val',
    ]);
    expect(set.classes).toEqual(['Cat', 'dog']);
    expect(names(set)).toEqual([['Cat'], ['dog'], ['Cat', 'dog'], []]);
    expect([...set.samples].map(({ split }) => split)).toEqual(['train', 'train', 'val', 'val']);
  });

  it('names the column and line of another value', async () => {
    await expect(read(['path,cat,width', '0.png,1,640'])).rejects.toThrow(
      /line 2 has "640" in the column width/,
    );
  });

  it('has the numbers of the training set, and no other labels', async () => {
    const classes = ['bird', 'cat', 'dog'];
    const set = await read(DIVIDED, { several: {}, classes });
    expect(set.samples.at(0)!.labels).toEqual([1, 2]);
    expect(problem(set, 'classes-absent')?.items).toEqual(['bird']);
    await expect(read(DIVIDED, { several: {}, classes: ['cat'] })).rejects.toMatchObject({
      code: 'unknown-classes',
    });
  });

  it('is refused for training where all images have the same labels', async () => {
    const rows = ['path,label', '0.png,a;b', '1.png,b;a'];
    await expect(read(rows, { several: {}, forTraining: true })).rejects.toMatchObject({
      code: 'single-class',
    });
    const set = await read([...rows, '2.png,'], { several: {}, forTraining: true });
    expect(set.classes).toEqual(['a', 'b']);
  });

  it('names equal images with other labels', async () => {
    const set = await read(['path,label', '0.png,a;b', '0.png,b', '1.png,', '1.png,']);
    const items = problem(set, 'conflicting-labels')!.items;
    expect(items[0]).toMatch(/0\.png \(a, b\) = .*0\.png \(b\)$/);
    expect(problem(set, 'duplicates')?.items).toHaveLength(1);
  });

  it('changes the fingerprint with any label', async () => {
    const prints = [];
    for (const label of ['a;b', 'a', 'b', ''])
      prints.push((await read(['path,label', `0.png,${label}`, '1.png,a;b'])).fingerprint);
    expect(new Set(prints).size).toBe(4);
  });
});

it('folders give each image one label', async () => {
  const set = await readLabelledSet(path.join(root, 'folders'), { several: {} });
  expect(names(set)).toEqual([['cat'], ['dog']]);
});

describe('where images have one class each', () => {
  it('names that look like several labels lead to the other task', async () => {
    const set = await read(['path,label', '0.png,a;b', '1.png,b', '2.png,a'], {});
    expect(set.classes).toEqual(['a', 'a;b', 'b']);
    expect(problem(set, 'divided-classes')).toMatchObject({
      message: expect.stringContaining('--task multilabel'),
      items: ['a;b'],
    });
  });

  it('names with commas of their own do not', async () => {
    const set = await read(['path,label', '0.png,"kite, red"', '1.png,"eagle, bald"'], {});
    expect(problem(set, 'divided-classes')).toBeUndefined();
  });

  it('a column for each class leads to the other task', async () => {
    await expect(read(['path,cat,dog', '0.png,1,0'], {})).rejects.toMatchObject({
      code: 'list-invalid',
      advice: expect.stringContaining('--task multilabel'),
    });
  });
});

describe('drawing images with several labels', () => {
  /** Labels of each image, by its number. */
  function setOf(labelsOf: readonly (readonly number[])[]): LabelledSet {
    const known = new Map<string, number>();
    const samples = labelsOf.map((labels, i): LabelledSample => {
      const label = known.get(labels.join()) ?? known.size;
      known.set(labels.join(), label);
      const facts = { width: 4, height: 4, bytes: 1, format: 'png' } as const;
      return { ...facts, path: `/${i}.png`, hash: `${i}`, label, labels };
    });
    return completeSet({ source: '/', samples, classes: ['a', 'b', 'c'], problems: [] });
  }
  const many = setOf([
    ...Array.from({ length: 100 }, () => [0]),
    ...Array.from({ length: 50 }, () => [0, 1]),
    ...Array.from({ length: 30 }, () => []),
    ...Array.from({ length: 4 }, () => [0, 2]),
    ...Array.from({ length: 4 }, () => [1, 2]),
    ...Array.from({ length: 2 }, () => [0, 1, 2]),
  ]);

  it('holds out a share of each common combination, and of the rarest label of the others', () => {
    const { train, val } = splitStratified(many, { fraction: 0.2, seed: 3 });
    const counts = new Map<string, number>();
    for (const { labels } of val.samples)
      counts.set(labels!.join(), (counts.get(labels!.join()) ?? 0) + 1);
    expect([counts.get('0'), counts.get('0,1'), counts.get('')]).toEqual([20, 10, 6]);
    expect(val.counts[2]).toBe(2);
    expect(train.samples.length + val.samples.length).toBe(190);
  });

  it('takes smaller shares from larger ones', () => {
    const paths = (share: number) =>
      new Set([...stratifiedFraction(many, share, 1).samples].map(({ path: at }) => at));
    const [small, large] = [paths(0.1), paths(0.5)];
    expect(small.size).toBeGreaterThan(15);
    expect([...small].every((at) => large.has(at))).toBe(true);
  });
});
