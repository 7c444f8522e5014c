import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelledSet, LabelProblemCode } from '../annotations/labelled-types.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { readLabelledSet } from './labelled-set.ts';

const LINUX = process.platform === 'linux';
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-folders-'));
});
afterEach(() => rm(root, { recursive: true }));

let drawn = 0;
const images = async (...names: string[]) => {
  for (const name of names) await writeSmallImage(root, name, drawn++);
};
const text = async (name: string) => {
  await mkdir(path.dirname(path.join(root, name)), { recursive: true });
  await writeFile(path.join(root, name), '{}');
};
const items = (set: LabelledSet, code: LabelProblemCode) =>
  set.problems.find((one) => one.code === code)?.items;
/** Class and split of each image, sorted. */
const told = async () => {
  const set = await readLabelledSet(root);
  const each = [...set.samples].map(({ label, split }) => `${set.classes[label]} ${split ?? '-'}`);
  return { set, each: each.sort() };
};
const inBoth = async (base: string, train = 'train', val = 'val') =>
  images(
    ...[train, val].flatMap((split) =>
      ['cat', 'dog'].map((name) => `${base}${split}/${name}/1.png`),
    ),
  );
const BOTH = ['cat train', 'cat val', 'dog train', 'dog val'];

describe('splits', () => {
  it.each([
    ['train', 'val'],
    ['Train', 'VALID'],
    ['train2017', 'val2017'],
    ['training-set', 'validation_set'],
  ])('named %s and %s hold the classes', async (train, val) => {
    await inBoth('', train, val);
    expect((await told()).each).toEqual(BOTH);
  });

  it('stay splits beside folders with and without images', async () => {
    await inBoth('');
    await text('annotations/notes.json');
    expect((await told()).each).toEqual(BOTH);
    await images('masks/1.png', 'labels/cat/2.png', 'stray.png');
    const { set, each } = await told();
    expect(each).toEqual(BOTH);
    expect(items(set, 'beside-splits')).toEqual(['annotations', 'labels', 'masks']);
    expect(items(set, 'outside-classes')).toHaveLength(3);
  });

  it('are one split beside a folder without images', async () => {
    await images('train/cat/1.png', 'train/dog/1.png');
    await text('annotations/notes.json');
    expect((await told()).each).toEqual(['cat train', 'dog train']);
  });

  it('are found some folders down', async () => {
    await inBoth('data/pets/');
    await text('docs/read.md');
    const { set, each } = await told();
    expect(each).toEqual(BOTH);
    expect(items(set, 'nested-splits')).toEqual(['data/pets']);
  });

  it('may lie in the classes', async () => {
    await images('cat/train/1.png', 'cat/val/2.png', 'dog/train/1.png', 'dog/Test/2.png');
    expect((await told()).each).toEqual(['cat train', 'cat val', 'dog test', 'dog train']);
  });

  it('of different classes are named', async () => {
    await images('train/cat/1.png', 'train/dog/1.png', 'val/cat/1.png', 'val/eel/1.png');
    expect(items((await told()).set, 'split-lacks-classes')).toEqual(['train: eel', 'val: dog']);
  });

  it.each([
    ['one split beside folders with images', ['train/cat/1.png', 'train/dog/1.png', 'more/1.png']],
    ['two data sets', ['a/train/x/1.png', 'a/val/x/1.png', 'b/train/y/1.png', 'b/val/y/1.png']],
    ['splits in one class of two', ['cat/train/1.png', 'cat/val/1.png', 'dog/1.png']],
    [
      'splits beside images of a class',
      ['cat/train/1.png', 'cat/val/1.png', 'cat/1.png', 'dog/train/2.png', 'dog/val/2.png'],
    ],
  ])('are not guessed: %s', async (_, names) => {
    await images(...names);
    await expect(readLabelledSet(root)).rejects.toMatchObject({ code: 'splits-ambiguous' });
  });

  it('without classes inside are classes, with a word about it', async () => {
    await images('train/1.png', 'val/1.png');
    const { set } = await told();
    expect(set.classes).toEqual(['train', 'val']);
    expect(items(set, 'classes-like-splits')).toEqual(['train', 'val']);
  });

  it('do not keep a class from being called train', async () => {
    await images('bus/1.png', 'car/deep/1.png', 'train/1.png');
    const { set } = await told();
    expect(set.classes).toEqual(['bus', 'car', 'train']);
    expect(set.problems.map(({ code }) => code)).not.toContain('classes-like-splits');
  });
});

describe('folders of the system', () => {
  it('are not classes, and their files are counted', async () => {
    await images('cat/1.png', 'dog/1.png', '@eaDir/1.png', 'cat/@eaDir/1.png/THUMB.jpg');
    await images(
      '__MACOSX/cat/2.png',
      '#recycle/3.png',
      'System Volume Information/4.png',
      'lost+found/5.png',
    );
    const { set } = await told();
    expect(set.classes).toEqual(['cat', 'dog']);
    expect(set.samples).toHaveLength(2);
    expect(set.problems.find(({ code }) => code === 'system-files')?.message).toMatch(/: 6$/);
    expect(items(set, 'outside-classes')).toBeUndefined();
  });

  it('do not keep splits from being splits', async () => {
    await inBoth('');
    await images('@eaDir/1.png', 'train/@eaDir/2.png', 'train/cat/.thumbnails/3.png');
    expect((await told()).each).toEqual(BOTH);
  });
});

describe('names of classes', () => {
  it.skipIf(!LINUX)('are one in both forms of a letter', async () => {
    await images('b\u00e4r/1.png', 'ba\u0308r/2.png', 'bo\u0308r/3.png');
    const { set } = await told();
    expect(set.classes).toEqual(['b\u00e4r', 'b\u00f6r']);
    expect(set.counts).toEqual([2, 1]);
  });

  it.skipIf(!LINUX)('that are not UTF-8 are named and never merged', async () => {
    await images('cat/1.png');
    for (const byte of [0xe4, 0xf6]) {
      const folder = Buffer.concat([Buffer.from(`${root}/B`), Buffer.of(byte), Buffer.from('r')]);
      await mkdir(folder);
      await symlink('../cat/1.png', Buffer.concat([folder, Buffer.from('/2.png')]));
    }
    const { set } = await told();
    expect(set.classes).toEqual(['cat']);
    expect(items(set, 'unreadable')).toEqual([
      expect.stringMatching(/B\\xe4r: the name is not UTF-8/),
      expect.stringMatching(/B\\xf6r: the name is not UTF-8/),
    ]);
  });
});
