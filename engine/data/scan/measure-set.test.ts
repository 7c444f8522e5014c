import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayFile } from '../../images/npy/testing/array-file.ts';
import { fittingImages } from './fitting-images.ts';
import { measureSet } from './measure-set.ts';
import { scanFolders } from './scan.ts';

let root: string;
const at = (name: string) => ({ path: path.join(root, name) });
const SHAPE = [2, 40, 50];
const PLANE = 40 * 50;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-measure-'));
  const signed = Int16Array.from({ length: 2 * PLANE }, (_, i) =>
    i < PLANE ? -1000 + i : 5 * (i - PLANE),
  );
  await writeFile(at('signed.npy').path, arrayFile(signed, SHAPE));
  const floats = Float32Array.from({ length: 2 * PLANE }, (_, i) => Math.sin(i) / 10);
  floats[7] = Number.NaN;
  await writeFile(at('floats.npy').path, arrayFile(floats, SHAPE));
  await writeFile(at('flat.npy').path, arrayFile(new Uint16Array(PLANE).fill(9), [1, 40, 50]));
  const grey = Buffer.from(Uint8Array.from({ length: 100 }, (_, i) => i * 2));
  await sharp(grey, { raw: { width: 10, height: 10, channels: 1 } })
    .png()
    .toFile(at('grey.png').path);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('measureSet', () => {
  it('has exact percentiles of whole numbers, below 0 too', async () => {
    const order = { channels: 2, valueRange: 'percentiles', statistics: false } as const;
    // Of 2,000 values the 2nd and the 1,998th in order.
    expect(await measureSet([at('signed.npy')], order)).toEqual({
      ranges: [
        [-999, 997],
        [5, 9985],
      ],
    });
  });

  it('leaves out what is no number, and is the same each time', async () => {
    const order = { channels: 2, valueRange: 'percentiles', statistics: true } as const;
    const first = await measureSet([at('floats.npy'), at('signed.npy')], order);
    expect(await measureSet([at('floats.npy'), at('signed.npy')], order)).toEqual(first);
    for (const value of [first.ranges!, first.mean!, first.std!].flat(2))
      expect(Number.isFinite(value)).toBe(true);
  });

  it('has mean and deviation of pictures of 8 bits on the scale from 0 to 1', async () => {
    const order = { channels: 3, valueRange: 'type', statistics: true } as const;
    const { mean, std, ranges } = await measureSet([at('grey.png')], order);
    expect(ranges).toBeUndefined();
    for (const value of mean!) expect(value).toBeCloseTo(99 / 255, 6);
    for (const value of std!)
      expect(value).toBeCloseTo(Math.sqrt((100 ** 2 - 1) / 12) * (2 / 255), 6);
  });

  it('gives a channel of one value a range and a deviation above 0', async () => {
    const order = { channels: 1, valueRange: 'percentiles', statistics: true } as const;
    expect(await measureSet([at('flat.npy')], order)).toEqual({
      ranges: [[9, 10]],
      mean: [0],
      std: [0.001],
    });
  });

  it('passes over what cannot be read, tells how far it is, and ends when asked', async () => {
    const order = { channels: 2, valueRange: 'percentiles', statistics: true } as const;
    const told: number[] = [];
    const files = [at('signed.npy'), at('gone.npy')];
    await measureSet(files, order, { onProgress: ({ done, total }) => told.push(done / total) });
    expect(told).toEqual([0.25, 0.5, 0.75, 1]);
    await expect(measureSet([at('gone.npy')], order)).rejects.toMatchObject({ code: 'no-images' });
    await expect(measureSet(files, order, { signal: AbortSignal.abort() })).rejects.toThrow(
      'abort',
    );
  });
});

it('names each image that a network cannot be given, and the next step', async () => {
  const { samples } = await scanFolders([root]);
  const reasons = (channels: number, valueRange: 'type' | 'metadata' | 'percentiles') =>
    Object.fromEntries(
      fittingImages(samples, { channels, valueRange }).leftOut.map(({ path: one, reason }) => [
        path.basename(one),
        reason,
      ]),
    );
  expect(reasons(2, 'type')).toEqual({
    'flat.npy': 'it has 1 channel, and 2 are needed: set channels=1',
    'floats.npy':
      'its values are float32, which have no range of their own: set value_range to percentiles or LOW,HIGH',
    'grey.png': 'it has 3 channels, and 2 are needed: set channels=3',
  });
  expect(reasons(3, 'percentiles')).toEqual({
    'floats.npy': 'it has 2 channels, and 3 are needed: set channels=2',
    'signed.npy': 'it has 2 channels, and 3 are needed: set channels=2',
  });
  expect(reasons(2, 'metadata')['signed.npy']).toContain('does not state a range of values');
});
