import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSmallImage } from '../testing/small-images.ts';
import { BackgroundScan } from './background-scan.ts';
import { restMs } from './examine.ts';
import { readIndexFile } from './index-file.ts';
import { scanFolders } from './scan.ts';
import { scanToDepth } from './scan-to-depth.ts';

let root: string;
let images: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-background-'));
  images = path.join(root, 'images');
  await mkdir(images);
  for (let i = 0; i < 5; i++) await writeSmallImage(images, `${i}.png`, i);
  await writeSmallImage(images, 'again.png', 2);
  await writeFile(path.join(images, 'cut.png'), await cutImage());
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function cutImage(): Promise<Buffer> {
  const whole = await readFile(await writeSmallImage(root, 'whole.png', 9));
  return whole.subarray(0, whole.length - 60);
}

it('begins quickly where many images are new, with the same images again after a full scan', async () => {
  const options = { indexFile: path.join(root, 'auto.index'), manyNew: 6 };
  const first = await scanToDepth([images], { ...options, depth: 'auto' });
  expect(first.fingerprint).toMatch(/^sizes-/);
  expect(first.images).toBe(7);
  const full = await scanFolders([images], options);
  expect((await scanToDepth([images], { ...options, depth: 'auto' })).fingerprint).toBe(
    full.fingerprint,
  );
  // A run that began quickly goes on with the images that it began with.
  const again = await scanToDepth([images], { ...options, depth: 'quick' });
  expect(again.fingerprint).toBe(first.fingerprint);
  const paths = ({ samples }: typeof again) => Array.from(samples, (sample) => sample.path);
  expect(paths(again)).toEqual(paths(first));
});

it.each([
  [1, 1 / 8],
  [2, 1 / 4],
  [4, 1 / 2],
  [64, 1 / 2],
])('leaves a machine of %i cores to the training, but for %f of one', (cores, busy) => {
  expect(10 / (10 + restMs(10, cores))).toBeCloseTo(busy, 12);
});

it('finds what the quick scan did not know, and remembers it', async () => {
  const indexFile = path.join(root, 'whole.index');
  const end = await new BackgroundScan({ folders: [images], indexFile }).ended;
  const { fingerprint } = await scanFolders([images]);
  const [cut, copy] = ['cut.png', 'again.png'].map((name) => path.join(images, name));
  expect(end).toEqual({
    type: 'complete',
    found: {
      images: 6,
      fingerprint,
      doubts: [],
      unreadable: 1,
      unreadableFiles: [{ path: cut, reason: expect.any(String) }],
      copies: 1,
      copiedFiles: [[path.join(images, '2.png'), copy].sort()],
    },
  });
  expect((await readIndexFile(indexFile)).size).toBe(6);
});

it('ends early where it is asked to, and tells what failed', async () => {
  const scan = new BackgroundScan({ folders: [images], indexFile: path.join(root, 'no.index') });
  expect((await scan.close()).type).toBe('stopped');
  const none = new BackgroundScan({ folders: [path.join(root, 'none')], indexFile: root });
  expect(await none.ended).toEqual({ type: 'failed', message: expect.stringContaining('none') });
});
