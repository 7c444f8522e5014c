import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTiling } from '../../contract/settings/tiling.ts';
import type { LabelledSet } from '../annotations/labelled-types.ts';
import { writeSlide } from '../pixels/tiles/testing/slide.ts';
import { scanFolders } from '../scan/scan.ts';
import { writeSampleJpegs } from '../testing/sample-jpegs.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { readLabelledSet } from './labelled-set.ts';
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

  it('of tiles are found however the file was divided in training, or not at all', async () => {
    const slide = path.join(root, 'slides', 'seen.tif');
    const copy = path.join(root, 'judged-slides', 'tissue', 'copy.tif');
    const own = path.join(root, 'judged-slides', 'tissue', 'own.tif');
    for (const file of [slide, copy, own]) await mkdir(path.dirname(file), { recursive: true });
    for (const file of [slide, copy]) await writeFile(file, writeSlide(512, { tile: 64 }));
    await writeFile(own, writeSlide(448, { tile: 64 }));
    const judged = (tiles: string) =>
      readLabelledSet(path.dirname(path.dirname(copy)), { tiles: readTiling(tiles)! });
    const evaluation = await judged('128,all');
    for (const tiles of ['off', '128,all', '64+16,all', '200,all']) {
      const { samples } = await scanFolders([path.dirname(slide)], { tiles: readTiling(tiles)! });
      const found = findLeaks({ evaluation, against: [{ name: 'seen', samples }] });
      expect(
        found.map((leak) => leak.path),
        tiles,
      ).toEqual(
        [...evaluation.samples].flatMap(({ path: at }) => (at.startsWith(copy) ? [at] : [])),
      );
      expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['exact']));
    }
    const [first] = (await scanFolders([path.dirname(slide)], { tiles: readTiling('200,all')! }))
      .samples;
    const some = findLeaks({ evaluation, against: [{ name: 'seen', samples: [first!] }] });
    expect(some.map(({ path: at }) => at.slice(copy.length))).toEqual(
      ['0,0', '128,0', '0,128', '128,128'].map((place) => `#tile=0,${place},128`),
    );
    const whole = await judged('off');
    const { samples } = await scanFolders([path.dirname(slide)], { tiles: readTiling('200')! });
    expect(findLeaks({ evaluation: whole, against: [{ name: 'seen', samples }] })).toMatchObject([
      { path: copy, kind: 'exact' },
    ]);
  });

  it('can be left out; a set without any stays as it is', () => {
    const leaks = findLeaks({ evaluation: val, against: [{ ...train, name: 'x' }] });
    const rest = withoutLeaks(val, leaks);
    expect([...rest.samples].map((sample) => path.basename(sample.path))).toEqual(['own.png']);
    expect(rest.classes).toEqual(val.classes);
    expect(withoutLeaks(val, [])).toBe(val);
  });

  it('that were saved again are found by perceptual hash, and distinguished from exact ones', async () => {
    const seen = path.join(root, 'photographs', 'all');
    const judged = path.join(root, 'judged', 'all');
    for (const folder of [seen, judged]) await mkdir(folder, { recursive: true });
    await writeSampleJpegs(seen, 8);
    const photograph = (i: number) => path.join(seen, `000${i}.jpg`);
    await sharp(photograph(2)).resize(200).jpeg({ quality: 60 }).toFile(path.join(judged, 'a.jpg'));
    await sharp(photograph(5)).linear(0.9, 0).png().toFile(path.join(judged, 'b.png'));
    await sharp(photograph(7)).flop().png().toFile(path.join(judged, 'mirrored.png'));
    const indexFile = path.join(root, 'images.index');
    const sets = [];
    for (const _ of ['first scan', 'remembered'])
      sets.push(await readLabelledSet(path.dirname(seen), { indexFile }));
    const evaluation = await readLabelledSet(path.dirname(judged));
    for (const { samples } of sets) {
      const leaks = findLeaks({ evaluation, against: [{ name: 'seen', samples }] });
      expect(
        leaks.map(({ path: at, foundIn, kind }) => [path.basename(at), foundIn, kind]),
      ).toEqual([
        ['a.jpg', photograph(2), 'near'],
        ['b.png', photograph(5), 'near'],
      ]);
      expect(withoutLeaks(evaluation, leaks).samples).toHaveLength(1);
    }
  });

  it('are the same however many looks are searched at once', async () => {
    const folder = path.join(root, 'many', 'all');
    await mkdir(folder, { recursive: true });
    await writeSampleJpegs(folder, 6);
    const again = path.join(root, 'many', 'again.jpg');
    await sharp(path.join(folder, '0004.jpg')).jpeg({ quality: 50 }).toFile(again);
    const all = [...(await scanFolders([folder])).samples];
    const [evaluation] = [...(await scanFolders([path.dirname(again)])).samples].filter(
      (one) => one.path === again,
    );
    const look = { ...all[1]!, hash: 'other', phash: all[4]!.phash! };
    const samples = [all[0]!, look, ...all.slice(2), look];
    const found = [1, 2, 3, 7, 100].map((searchedAtOnce) =>
      findLeaks({
        evaluation: { samples: [evaluation!] },
        against: [{ name: 'seen', samples }],
        searchedAtOnce,
      }),
    );
    expect(found[0]).toMatchObject([{ path: again, foundIn: look.path, kind: 'near' }]);
    for (const leaks of found) expect(leaks).toEqual(found[0]);
  });

  it('are named once a set that was seen', () => {
    const against = ['pre-training', 'training'].map((name) => ({ name, samples: train.samples }));
    const leaks = findLeaks({ evaluation: val, against });
    expect(leaks.map(({ set }) => set)).toEqual([
      'pre-training',
      'pre-training',
      'training',
      'training',
    ]);
    expect(withoutLeaks(val, leaks).samples).toHaveLength(1);
  });
});
