import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMask as decodeRuns } from '../../../geometry/run-length.ts';
import { decodeImage } from '../../pixels/decode.ts';
import { readDenseSet } from '../../targets/dense-set.ts';
import { readClassMap } from '../../targets/read-class-map.ts';
import { writeSmallPackage } from '../../testing/small-package.ts';
import { sampleData } from '../sample-data.ts';

let folder: string;
let source: { archive: string; integrity: string };

// Photographs to train on are dark, those of the other part bright.
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-scenes-'));
  source = await writeSmallPackage(
    folder,
    20,
    (row, byte, part) =>
      (part === 'train' ? 20 : 180) + ((row * 7 + byte * 13 + (byte >> 6) * 5) % 40),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, more: { count?: number; seed?: number } = {}) =>
  sampleData('scenes', { out: path.join(folder, name), count: 12, ...source, ...more });

async function filesOf(name: string): Promise<Map<string, string>> {
  const root = path.join(folder, name);
  const found = new Map<string, string>();
  for (const relative of (await readdir(root, { recursive: true })).sort()) {
    const at = path.join(root, relative);
    if ((await stat(at)).isFile()) found.set(relative, await readFile(at, 'base64'));
  }
  return found;
}

describe('sample scenes', () => {
  it('have masks, boxes and run lengths that agree, and no problems', async () => {
    expect(await write('set')).toMatchObject({ train: 10, test: 2 });
    const root = path.join(folder, 'set');
    const objects = await readDenseSet(root, { format: 'coco' });
    const masks = await readDenseSet(root, { format: 'masks' });
    const known = [
      'unbalanced',
      'split-lacks-classes',
      'empty-class',
      'nearly-one-colour',
      'few-levels',
    ];
    for (const set of [objects, masks]) {
      expect(set.problems.filter(({ code }) => !known.includes(code))).toEqual([]);
      expect([...set.images].map(({ split }) => split)).toEqual([
        ...Array.from({ length: 10 }, () => 'train'),
        'val',
        'val',
      ]);
    }
    expect(masks.classes.map(({ name }) => name).slice(0, 3)).toEqual([
      'background',
      'airplane',
      'automobile',
    ]);
    for (const [i, image] of [...objects.images].entries()) {
      const { width, height, classes } = await readClassMap(masks, masks.images.at(i)!);
      expect(masks.images.at(i)!.path).toBe(image.path);
      expect([width, height]).toEqual([image.width, image.height]);
      for (const side of [width, height]) expect(side >= 128 && side <= 256).toBe(true);
      const drawn = new Uint16Array(width * height);
      expect(image.objects!.length).toBeGreaterThanOrEqual(1);
      expect(image.objects!.length).toBeLessThanOrEqual(8);
      for (const { label, mask, area } of image.objects!) {
        const own = decodeRuns((mask as { runs: never }).runs);
        let pixels = 0;
        for (const [at, value] of own.entries()) {
          if (value === 0) continue;
          pixels++;
          expect(drawn[at]).toBe(0);
          drawn[at] = label + 1;
        }
        expect(pixels).toBe(area);
      }
      expect([...drawn]).toEqual([...classes]);
    }
  });

  it('of both parts share no photograph', async () => {
    const meanOf = async (file: string) => {
      const { data } = await decodeImage(file);
      return data.reduce((sum, value) => sum + value, 0) / data.length;
    };
    const set = await readDenseSet(path.join(folder, 'set'), { format: 'coco' });
    for (const { path: file, split } of set.images)
      expect((await meanOf(file)) < 100).toBe(split === 'train');
  });

  it('are the same for a seed, others for another, and fewer are the first of more', async () => {
    await write('same');
    await write('other', { seed: 1 });
    await write('more', { count: 18 });
    const [set, same, other, more] = await Promise.all(
      ['set', 'same', 'other', 'more'].map(filesOf),
    );
    expect(same).toEqual(set);
    const first = path.join('images', 'train', '000001.png');
    expect(other!.get(first)).not.toBe(set!.get(first));
    for (const [name, content] of set!)
      if (name.endsWith('.png')) expect(more!.get(name)).toBe(content);
  });

  it('are replaced, but not files that were put beside them', async () => {
    await write('kept');
    await write('kept', { count: 6 });
    expect(await readdir(path.join(folder, 'kept', 'images', 'train'))).toHaveLength(5);
    const mine = path.join(folder, 'kept', 'masks', 'train', 'mine.png');
    await writeFile(mine, 'years of work');
    await expect(write('kept')).rejects.toMatchObject({ code: 'sample-data-folder-in-use' });
    expect(await readFile(mine, 'utf8')).toBe('years of work');
  });
});
