import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeImage } from '../data/pixels/decode.ts';
import { greyMask, photo, writeFiles } from '../data/targets/testing/write-set.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-labels-'));
  const twin = await photo(20, 10);
  await writeFiles(root, {
    'boxes/train/a.jpg': twin,
    'boxes/val/b.jpg': twin,
    'boxes/val/c.jpg': await photo(20, 10),
    'boxes/boxes.csv': 'train/a.jpg,1,1,9,9,cat\nval/b.jpg,1,1,9,9,dog\nval/b.jpg,15,5,30,9,dog\n',
    'masks/images/a.jpg': await photo(20, 10),
    'masks/masks/a.png': greyMask(20, 10, (x) => (x < 10 ? 0 : 4)),
  });
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('labels reports classes, splits, problems and leaks', async () => {
  const folder = path.join(root, 'boxes');
  const { records, code, stderr } = await runCommand(['labels', folder, '--json'], engineParts());
  expect(code).toBe(0);
  expect(records).toEqual([
    expect.objectContaining({
      type: 'labels',
      source: folder,
      format: 'csv',
      images: 2,
      classes: [
        { id: 0, name: 'cat', count: 1, images: 1 },
        { id: 1, name: 'dog', count: 2, images: 1 },
      ],
      splits: { train: 1, val: 1 },
      leaks: [expect.objectContaining({ kind: 'exact', set: 'train' })],
    }),
  ]);
  expect(stderr).toContain('2 images with 3 objects, 2 classes, format csv');
  expect(stderr).toContain('Splits: train 1, val 1');
  expect(stderr).toMatch(
    /Boxes that reach outside their image, cut at its border: 1\n {2}.*boxes\.csv, line 3/,
  );
  expect(stderr).toContain('Validation images that are also among the training images: 1');
});

it('labels draws masks and boxes over images, and replaces no file', async () => {
  const out = path.join(root, 'look');
  const folder = path.join(root, 'masks');
  const { code, stdout } = await runCommand(['labels', folder, '--overlays', out], engineParts());
  expect(code).toBe(0);
  expect(stdout).toContain('4: 50.0 % of the pixels in 1 image');
  expect(await readdir(out)).toEqual(['0001.png']);
  const [plain, drawn] = await Promise.all([
    decodeImage(path.join(folder, 'images', 'a.jpg')),
    decodeImage(path.join(out, '0001.png')),
  ]);
  expect(drawn.data).not.toEqual(plain.data);
  const again = await runCommand(['labels', folder, '--overlays', out], engineParts());
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('something else at');
});

it('labels refuses a format that there is none of', async () => {
  const { code, stderr } = await runCommand(['labels', root, '--format', 'tiff'], engineParts());
  expect(code).toBe(2);
  expect(stderr).toContain('coco');
});
