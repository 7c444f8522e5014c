import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDenseSet } from '../data/targets/dense-set.ts';
import { photo, writeFiles } from '../data/targets/testing/write-set.ts';
import { decodeMask } from '../geometry/run-length.ts';
import { runsFromText } from '../geometry/run-length-text.ts';
import type { PredictedImage } from './prediction.ts';
import type { PredictedKind, TextFormat } from './prediction-text.ts';
import { PredictionsFile } from './predictions-file.ts';
import { CLASSES, discObjects, discs } from './testing/predicted.ts';

/** Of interrupted calls, which close nothing; kept, so that they are not closed as garbage. */
const interrupted: PredictionsFile[] = [];

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-predictions-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const imageOf = (name: string) => ({ path: at('photos', name), width: 60, height: 40 });
const open = (format: TextFormat, kind: PredictedKind, resume = false) =>
  PredictionsFile.open({ file: at(`out.${format}`), format, kind, classes: CLASSES, resume });
const text = (format: TextFormat) => readFile(at(`out.${format}`), 'utf8');

async function write(format: TextFormat, kind: PredictedKind, images: readonly PredictedImage[]) {
  const file = await open(format, kind);
  for (const image of images) await file.add(image);
  await file.end();
}

describe('a file of predictions', () => {
  it('has the share of each class of an image', async () => {
    await write('csv', 'map', [discs(imageOf('a.jpg'))]);
    const [head, row] = (await text('csv')).split('\n');
    expect(head).toBe('path,width,height,share_background,share_disc,share_ring');
    const [file, width, height, ...shares] = row!.split(',');
    expect([file, width, height]).toEqual([at('photos', 'a.jpg'), '60', '40']);
    expect(shares.reduce((sum, share) => sum + Number(share), 0)).toBeCloseTo(1, 12);
  });

  it('has the pixels of each class as JSON', async () => {
    await write('json', 'map', [discs(imageOf('a.jpg')), discs(imageOf('b.jpg'))]);
    const [first, second] = JSON.parse(await text('json'));
    expect(second.path).toBe(at('photos', 'b.jpg'));
    const { classes } = discs(imageOf('a.jpg'));
    for (const { class: name, id, pixels, segmentation } of first.segments) {
      const label = CLASSES.findIndex((one) => one.name === name && one.id === id);
      const own = Uint8Array.from(classes, (one) => (one === label ? 1 : 0));
      expect(pixels).toBe(own.reduce((sum, one) => sum + one, 0));
      const [height, width] = segmentation.size;
      expect(decodeMask(runsFromText(segmentation.counts, height, width))).toEqual(own);
    }
  });

  it('has boxes that are read as labels, and images without objects', async () => {
    const names = ['a.jpg', 'b.jpg'];
    for (const name of names) await writeFiles(at('photos'), { [name]: await photo(60, 40) });
    const found = discObjects(imageOf('a.jpg'));
    await write('csv', 'objects', [found, { ...imageOf('b.jpg'), objects: [] }]);
    const set = await readDenseSet(at('out.csv'), { format: 'csv', images: at('photos') });
    expect([...set.images].map(({ objects }) => objects!.map(({ box }) => [...box]))).toEqual([
      found.objects.map(({ box }) => [...box]),
      [],
    ]);
  });

  it.each([
    ['csv', 'map'],
    ['csv', 'objects'],
    ['json', 'map'],
  ] as const)('is the same after an interruption: %s of a %s', async (format, kind) => {
    const names = ['a.jpg', 'b.jpg', 'c.jpg'];
    const all = names.map((name) => (kind === 'map' ? discs : discObjects)(imageOf(name)));
    await write(format, kind, all);
    const whole = await text(format);
    const first = await open(format, kind);
    for (const image of all.slice(0, 2)) await first.add(image);
    interrupted.push(first);
    // As a process leaves it that was killed while it wrote.
    await appendFile(at(`out.${format}`), whole.slice(-20).replaceAll('\n', ''));
    const second = await open(format, kind, true);
    expect(second.isDone(all[0]!.path)).toBe(true);
    for (const image of all) if (!second.isDone(image.path)) await second.add(image);
    await second.end();
    expect(await text(format)).toBe(whole);
  });

  it('is replaced by later ones and replaces nothing else', async () => {
    await write('csv', 'map', [discs(imageOf('a.jpg'))]);
    await write('csv', 'map', []);
    expect((await text('csv')).split('\n')).toHaveLength(2);
    await writeFile(at('out.csv'), 'name,salary\n');
    await expect(open('csv', 'map')).rejects.toMatchObject({ code: 'target-taken' });
    await write('csv', 'map', []).catch(() => undefined);
    expect(await text('csv')).toBe('name,salary\n');
  });

  it('is not continued with other columns', async () => {
    await write('csv', 'map', [discs(imageOf('a.jpg'))]);
    await expect(open('csv', 'objects', true)).rejects.toMatchObject({ code: 'target-taken' });
  });
});
