import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RGB_READING } from '../reading.ts';
import { decodeStoredRegion } from '../stored/decode-planes.ts';
import { OPEN_IMAGES, OpenImages } from './open-images.ts';
import { writeSlide } from './testing/slide.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-open-images-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const slide = async (name: string, side = 512, changed = 1e9) => {
  const file = path.join(root, name);
  await writeFile(file, writeSlide(side, { tile: 64 }));
  await utimes(file, changed, changed);
  return file;
};
const whole = { left: 0, top: 0, width: 64, height: 64 };
const valuesOf = async (file: string, x: number) => {
  const { data } = await decodeStoredRegion(`${file}#tile=0,${x},256,64`, whole, RGB_READING);
  return data;
};

it('opens a file once for many tiles, also at once, and gives what opening it anew gives', async () => {
  const file = await slide('slide.tif');
  const images = new OpenImages();
  let opened: unknown;
  const sides = await Promise.all(
    [1, 2, 3].map(() =>
      images.use(
        { file },
        async (image) => {
          opened ??= image;
          expect(image).toBe(opened);
          return image.width;
        },
        () => {},
      ),
    ),
  );
  expect(sides).toEqual([512, 512, 512]);
  expect(images.size).toBe(1);
  const kept = await Promise.all([0, 128, 256].map((x) => valuesOf(file, x)));
  expect(OPEN_IMAGES.size).toBeGreaterThan(0);
  for (const [i, x] of [0, 128, 256].entries()) {
    const copy = await slide(`copy-${x}.tif`);
    expect(await valuesOf(copy, x)).toEqual(kept[i]);
  }
  expect(kept[0]).not.toEqual(kept[2]);
});

it('opens a file anew that has changed, and names one that is gone or damaged', async () => {
  const file = await slide('changes.tif');
  await valuesOf(file, 256);
  await slide('changes.tif', 384, 1.1e9);
  await expect(valuesOf(file, 448)).rejects.toMatchObject({
    code: 'image-unreadable',
    message: expect.stringContaining('has no tile of 64 at 448,256'),
  });
  await writeFile(file, 'no image');
  await expect(valuesOf(file, 256)).rejects.toThrow(/no reader knows its format/);
  await rm(file);
  await expect(valuesOf(file, 256)).rejects.toThrow(/cannot be read: it is not there \(ENOENT\)/);
});

it('keeps few files open, closes idle ones, and none that is being read', async () => {
  const files = [];
  for (let i = 0; i < 3; i++) files.push(await slide(`many-${i}.tif`));
  const images = new OpenImages(2, 10);
  let go = () => {};
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  const first = images.use(
    { file: files[0]! },
    async (image) => {
      await waiting;
      return (await image.read(0, whole)).width;
    },
    () => {},
  );
  for (const file of files.slice(1))
    await images.use(
      { file },
      async () => 0,
      () => {},
    );
  expect(images.size).toBeLessThanOrEqual(2);
  go();
  expect(await first).toBe(64);
  await expect.poll(() => images.size).toBe(0);
});
