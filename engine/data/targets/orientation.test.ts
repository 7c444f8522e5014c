import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OBJECT_FORMATS } from '../../contract/dense-labels.ts';
import { encodeMask } from '../../geometry/run-length.ts';
import { decodeImage } from '../pixels/decode.ts';
import { readDenseSet } from './dense-set.ts';
import { turnBox, turnPixels, turnPolygon, turnRuns } from './orientation.ts';
import { photo, writeFiles } from './testing/write-set.ts';

const TAGS = [2, 3, 4, 5, 6, 7, 8];

describe('labels of the stored image', () => {
  const stored = { width: 5, height: 3 };
  /** A pixel of its own value each. */
  const pixels = Uint8Array.from({ length: 15 }, (_, i) => i * 10 + 5);

  it.each(TAGS)('are turned by tag %i as the decoder turns the image', async (orientation) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-turn-'));
    const file = path.join(folder, 'a.png');
    const raw = { width: 5, height: 3, channels: 1 as const };
    await sharp(pixels, { raw }).withMetadata({ orientation }).png().toFile(file);
    const { width, data } = await decodeImage(file);
    await rm(folder, { recursive: true });
    expect([...turnPixels(pixels, stored, orientation)]).toEqual(
      [...data].filter((_, i) => i % 3 === 0),
    );
    // The pixel at (1, 2) as a box, an outline and run lengths.
    const at = [...data].filter((_, i) => i % 3 === 0).indexOf(pixels[2 * 5 + 1]!);
    const [x, y] = [at % width, Math.floor(at / width)];
    expect(turnBox([1, 2, 1, 1], stored, orientation)).toEqual([x, y, 1, 1]);
    const outline = Array.from(turnPolygon([1, 2, 2, 2, 2, 3, 1, 3], stored, orientation));
    expect([
      Math.min(...outline.filter((_, i) => i % 2 === 0)),
      Math.min(...outline.filter((_, i) => i % 2 === 1)),
    ]).toEqual([x, y]);
    const one = (values: ArrayLike<number>) =>
      Array.from(values, (value) => (value === pixels[11] ? 1 : 0));
    const shown = orientation >= 5 ? [5, 3] : [3, 5];
    expect(turnRuns(encodeMask(one(pixels), 3, 5), orientation)).toEqual(
      encodeMask(one(turnPixels(pixels, stored, orientation)), shown[0]!, shown[1]!),
    );
  });
});

describe('sizes that labels state', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'conmim-sizes-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const coco = (width?: number, height?: number) => ({
    images: [{ id: 1, file_name: 'a.jpg', width, height }],
    annotations: [
      { image_id: 1, category_id: 1, bbox: [1, 2, 4, 3], segmentation: [[1, 2, 5, 2, 5, 5]] },
    ],
    categories: [{ id: 1, name: 'x' }],
  });

  // Stored 30 x 20, shown 20 x 30 by tag 6.
  it.each([
    ['of the shown image are kept', 20, 30, [1, 2, 4, 3], []],
    ['of the stored image turn the labels', 30, 20, [15, 1, 3, 4], ['labels-turned']],
    [
      'that are missing are taken as shown, and the image is named',
      undefined,
      undefined,
      [1, 2, 4, 3],
      ['orientation-untold'],
    ],
  ])('%s', async (_, width, height, box, codes) => {
    await writeFiles(root, {
      'a.jpg': await photo(30, 20, { orientation: 6 }),
      'x.json': coco(width, height),
    });
    const set = await readDenseSet(root);
    expect([...set.images.at(0)!.objects![0]!.box]).toEqual(box);
    expect(set.problems.map(({ code }) => code)).toEqual(codes);
  });

  it('that fit neither leave the image out', async () => {
    await writeFiles(root, { 'a.jpg': await photo(30, 20), 'x.json': coco(15, 10) });
    await expect(readDenseSet(root)).rejects.toMatchObject({
      code: 'no-images',
      message: expect.stringContaining('15 x 10 stated, 30 x 20 found'),
    });
  });

  it('and marks of the labels choose the classes of the training set', async () => {
    await writeFiles(root, { 'a.jpg': await photo(30, 20), 'x.json': coco(30, 20) });
    const set = await readDenseSet(root, { classes: ['w', 'x'] });
    expect(set.images.at(0)!.objects![0]!.label).toBe(1);
    expect(set.problems.map(({ code }) => code)).toEqual(['empty-class']);
    await expect(readDenseSet(root, { classes: ['w'] })).rejects.toMatchObject({
      code: 'unknown-classes',
    });
  });
});

describe('the format of labels', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'conmim-formats-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is asked for where there are several, and named where there is none', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(30, 20),
      'a.txt': '0 0.5 0.5 0.1 0.1',
      'boxes.csv': 'a.jpg,1,1,5,5,cat\n',
    });
    await expect(readDenseSet(root)).rejects.toMatchObject({
      code: 'labels-ambiguous',
      details: { formats: ['yolo', 'csv'] },
    });
    expect((await readDenseSet(root, { format: 'csv' })).format).toBe('csv');
    expect((await readDenseSet(path.join(root, 'boxes.csv'))).format).toBe('csv');
    await expect(readDenseSet(root, { kind: 'masks' })).rejects.toMatchObject({
      code: 'labels-unknown',
    });
    await expect(readDenseSet(root, { format: 'coco' })).rejects.toMatchObject({
      code: 'labels-unknown',
    });
    await expect(readDenseSet(path.join(root, 'gone'))).rejects.toMatchObject({
      code: 'labels-missing',
    });
  });

  it.each(OBJECT_FORMATS)('%s is refused where masks are learnt', async (format) => {
    await writeFiles(root, { 'a.jpg': await photo(30, 20), 'boxes.csv': 'a.jpg,1,1,5,5,cat\n' });
    for (const source of [root, path.join(root, 'boxes.csv')])
      await expect(readDenseSet(source, { kind: 'masks', format })).rejects.toMatchObject({
        code: 'labels-unknown',
        message: expect.stringMatching(new RegExp(`\\(${format}\\) are boxes or outlines`)),
        advice: expect.stringContaining('--task detect or --task instances'),
      });
  });

  it('says what it found where the task learns something else', async () => {
    await writeFiles(root, { 'a.jpg': await photo(30, 20), 'boxes.csv': 'a.jpg,1,1,5,5,cat\n' });
    for (const source of [root, path.join(root, 'boxes.csv')])
      await expect(readDenseSet(source, { kind: 'masks' })).rejects.toMatchObject({
        message: expect.stringContaining('(csv) are boxes or outlines of objects'),
        advice: expect.stringContaining('--masks DIR'),
      });
    const masks = { masks: root, kind: 'objects' } as const;
    for (const given of [masks, { ...masks, format: 'csv' }, { kind: 'objects', format: 'masks' }])
      await expect(readDenseSet(root, given as typeof masks)).rejects.toMatchObject({
        code: 'labels-unknown',
        message: expect.stringContaining('(masks) are masks of classes'),
      });
  });

  it('is stopped by a signal', async () => {
    await writeFiles(root, { 'a.jpg': await photo(30, 20), 'boxes.csv': 'a.jpg,1,1,5,5,cat\n' });
    await expect(readDenseSet(root, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
