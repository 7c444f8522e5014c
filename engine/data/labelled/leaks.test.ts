import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSmallImage } from '../testing/small-images.ts';
import { readLabelledSet } from './labelled-set.ts';
import type { LabelledSet } from './labelled-types.ts';
import { findLeaks, withoutLeaks } from './leaks.ts';

let root: string;
let train: LabelledSet;
let val: LabelledSet;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-leaks-'));
  for (let i = 0; i < 6; i++) await writeSmallImage(root, `train/cat/${i}.png`, i);
  await writeSmallImage(root, 'val/cat/copy.png', 3);
  await writeSmallImage(root, 'val/cat/own.png', 10);
  await writeSmallImage(root, 'val/dog/copy.png', 5);
  train = await readLabelledSet(path.join(root, 'train'));
  val = await readLabelledSet(path.join(root, 'val'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('leaks', () => {
  it('with equal bytes are found and named', () => {
    const at = (relative: string) => path.join(root, ...relative.split('/'));
    const found = { set: 'the training images', kind: 'exact', distance: 0 };
    expect(findLeaks({ evaluation: val, against: [{ ...train, name: found.set }] })).toEqual([
      { ...found, path: at('val/cat/copy.png'), foundIn: at('train/cat/3.png') },
      { ...found, path: at('val/dog/copy.png'), foundIn: at('train/cat/5.png') },
    ]);
  });

  it('can be left out; a set without any stays as it is', () => {
    const leaks = findLeaks({ evaluation: val, against: [{ ...train, name: 'x' }] });
    const rest = withoutLeaks(val, leaks);
    expect(rest.samples.map((sample) => path.basename(sample.path))).toEqual(['own.png']);
    expect(rest.classes).toEqual(val.classes);
    expect(withoutLeaks(val, [])).toBe(val);
  });
});
