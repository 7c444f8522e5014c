/**
 * Sets, their fingerprints and what is drawn from them, as they were when every image was an object of its
 * own: runs that are resumed, and results that are compared, need them to stay.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabelledSample, LabelledSet } from '../annotations/labelled-types.ts';
import { LabelledSampler } from '../loader/labelled-sampler.ts';
import { tarOf } from '../sources/containers/testing/write-tar.ts';
import { plainBmp } from '../testing/plain-bmp.ts';
import { readLabelledSet } from './labelled-set.ts';
import {
  setApart,
  splitStratified,
  stratifiedFraction,
  trainingPart,
  validationPart,
} from './splits.ts';
import { completeSet } from './subset.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stored-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function write(relative: string, content: Buffer | string): Promise<void> {
  const file = path.join(root, relative);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

const sha = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value).replaceAll(root, ''))
    .digest('hex')
    .slice(0, 16);

/** All that is known of a set but looks. */
function contentsOf({ samples, classes, counts, problems }: LabelledSet) {
  const images = Array.from(samples, (one) => {
    const { path: at, width, height, bytes, hash, format, label, labels, split } = one;
    return [at, width, height, bytes, hash, format, label, labels, split];
  });
  return sha([images, classes, counts, problems]);
}

/** Of a set and what is made of it: its contents, fingerprint and number of images. */
function recordOf(set: LabelledSet): unknown[] {
  const parts = [0, 1].flatMap((seed) => {
    const { train, val } = splitStratified(set, { fraction: 0.3, seed });
    return [train, val, stratifiedFraction(set, 0.4, seed)];
  });
  const all = [set, trainingPart(set), validationPart(set), setApart(set) ?? set, ...parts];
  const sizes = all.map(({ samples }) => samples.length).join(' ');
  return [
    set.fingerprint,
    contentsOf(set),
    sizes,
    sha(all.map((one) => [one.fingerprint, contentsOf(one)])),
  ];
}

it('class folders with splits, copies and files that cannot be used', async () => {
  for (let i = 0; i < 40; i++) {
    const split = i % 4 === 0 ? 'val' : 'train';
    await write(`folders/${split}/${['cat', 'dog', 'Ä ox'][i % 3]}/${i}.bmp`, plainBmp(i % 31));
  }
  await write('folders/train/cat/broken.bmp', 'BM');
  await write('folders/train/loose.bmp', plainBmp(100));
  await write('folders/test/empty/notes.txt', 'none');
  expect(recordOf(await readLabelledSet(path.join(root, 'folders')))).toEqual([
    '58b8b0a8060a611620a715e40c6e00ea25197470495536dc30a28a7f13e1959d',
    '5ed5c9f6116d6768',
    '40 30 10 10 28 12 16 28 12 16',
    'af17a9f661b2c21d',
  ]);
});

it('a list with an image in several rows, missing files and several labels', async () => {
  for (let i = 0; i < 12; i++) await write(`listed/${i}.bmp`, plainBmp(i));
  const labels = ['a', 'b', 'a;b', '', 'c;a', 'b;c;a'];
  const rows = Array.from({ length: 60 }, (_, i) =>
    [`${i % 7 === 6 ? './' : ''}${i % 12}.bmp`, labels[i % 6], i % 5 === 0 ? 'test' : ''].join(),
  );
  const text = ['path,label,split', ...rows, 'gone.bmp,c,', ',a,', '3.bmp,a,other', ''].join('\n');
  await write('listed/list.csv', text);
  const list = path.join(root, 'listed/list.csv');
  const several = await readLabelledSet(list, { several: {} });
  const one = await readLabelledSet(list, { confined: true, maxUnusableFraction: 0.5 });
  expect([recordOf(several), recordOf(one)]).toEqual([
    [
      '53cb29cc3e5d1a2056ce89f706b2d3d27dfc9306727e95d2a1971c89f50c00e7',
      'f71a25652e72e3b8',
      '60 48 12 12 30 30 30 30 30 30',
      'efe91107976687f3',
    ],
    [
      '7326985f1003459ccff0b94d735c4338aec10dc7b988bf7f4e8a8100a8329e90',
      '03c064ffe070fe98',
      '50 40 10 10 25 25 25 25 25 25',
      '6f9bf9a39fc01a5e',
    ],
  ]);
});

it('containers that state classes beside folders that are classes', async () => {
  const stated = [7, 3, 11].flatMap((label, i) => [
    { name: `${i}.bmp`, content: plainBmp(50 + i) },
    { name: `${i}.cls`, content: String(label) },
  ]);
  await write(
    'shards/train-0.tar',
    tarOf([...stated, { name: 'alone.bmp', content: plainBmp(1) }]),
  );
  const entries = [0, 1, 2, 3].map((i) => ({
    name: `1${i % 2}/${i}.bmp`,
    content: plainBmp(60 + i),
  }));
  await write('shards/val-0.tar', tarOf(entries));
  await write('shards/train/10/x.bmp', plainBmp(60));
  expect(recordOf(await readLabelledSet(path.join(root, 'shards')))).toEqual([
    '7cff313c0fa6bb239d91f93fbce91046861eb568d5a37f38aa70b88b801e48e2',
    '58508987fae26f68',
    '8 4 4 4 6 2 4 6 2 5',
    'c765642cf6a7cfaa',
  ]);
});

it('slices of volumes, of which some are copies, in classes of very different sizes', () => {
  const samples = Array.from({ length: 400 }, (_, i): LabelledSample => {
    const [volume, slice] = [Math.floor(i / 5) % 37, i % 5];
    const isSlice = i < 200;
    const hash = isSlice ? `${volume % 29}/${slice}` : `image ${(i * i) % 150}`;
    const at = isSlice ? `/v${Math.floor(i / 5)}.nii#slice=${slice}` : `/${i}.bmp`;
    const label = i % 11 === 0 ? 2 : i % 3 === 0 ? 1 : 0;
    return { path: at, hash, label, width: 4, height: 4, bytes: 1, format: 'bmp' };
  });
  const classes = ['a', 'b', 'c'];
  expect(recordOf(completeSet({ source: '/', samples, classes, problems: [] }))).toEqual([
    '4ea2c518a54c2c011323678799a7bfb5261217e217b622879591a5357cf5dfcd',
    'cbef654f6b3c4ec2',
    '400 400 400 400 273 127 171 263 137 147',
    'b3136d9e7df69a5e',
  ]);
});

it('orders of epochs', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => ((i * i) % 17) % 5);
  const orders = (['uniform', 'balanced'] as const).map((sampling) => {
    const sampler = new LabelledSampler({ labels, batchSize: 32, seed: 3, sampling });
    return sha([0, 5, 40, 100].map((step) => Object.values(sampler.batch(step)).map(String)));
  });
  const few = new LabelledSampler({
    labels: [1, 0, 1],
    batchSize: 32,
    seed: 3,
    sampling: 'balanced',
  });
  expect([...orders, sha(Object.values(few.batch(2)).map(String))]).toEqual([
    '673c891d44602683',
    '85d7a6e81b9c9ad9',
    '1785654855e2e3f3',
  ]);
});
