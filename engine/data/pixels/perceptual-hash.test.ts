import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { NearIndex } from '../scan/near-index.ts';
import { writeSampleJpegs } from '../testing/sample-jpegs.ts';
import { probeImage } from './decode.ts';

const COUNT = 20;
const LIMIT = 1e9;
let folder: string;
let photographs: Buffer[];
let known: NearIndex;

/** What `probeImage` says that an image looks like. */
async function look(content: Buffer): Promise<string> {
  return (await probeImage(content, LIMIT)).phash;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-look-'));
  await writeSampleJpegs(folder, COUNT);
  photographs = await Promise.all(
    Array.from({ length: COUNT }, (_, i) =>
      readFile(path.join(folder, `${String(i).padStart(4, '0')}.jpg`)),
    ),
  );
  known = new NearIndex(await Promise.all(photographs.map(look)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Which photograph each changed one is taken for. */
async function recognised(change: (image: Sharp) => Sharp): Promise<(number | undefined)[]> {
  return Promise.all(
    photographs.map(async (content) => {
      const hash = await look(await change(sharp(content)).toBuffer());
      return known.nearest(hash)?.position;
    }),
  );
}

const ITSELF = Array.from({ length: COUNT }, (_, i) => i);

describe('what an image looks like', () => {
  it.each<[string, (image: Sharp) => Sharp]>([
    ['saved without loss', (image) => image.png()],
    ['saved as a poor JPEG', (image) => image.jpeg({ quality: 50 })],
    ['saved as WebP', (image) => image.webp({ quality: 70 })],
    ['of half the size', (image) => image.resize(250, 188).png()],
    ['as small as a thumbnail', (image) => image.resize(40, 30).png()],
    ['squeezed', (image) => image.resize(224, 224, { fit: 'fill' }).png()],
    ['brighter', (image) => image.linear(1.1, 0).png()],
    ['darker', (image) => image.linear(0.85, 0).png()],
    ['without its colours', (image) => image.greyscale().png()],
  ])('stays when it is %s', async (_, change) => {
    expect(await recognised(change)).toEqual(ITSELF);
  });

  it('stays for nearly all that lose a fiftieth at the border', async () => {
    const cropped = await recognised((image) =>
      image.extract({ left: 5, top: 4, width: 490, height: 367 }).png(),
    );
    const right = cropped.filter((position, i) => position === i).length;
    expect(right).toBeGreaterThanOrEqual(0.9 * COUNT);
    expect(cropped.every((position, i) => position === undefined || position === i)).toBe(true);
  });

  it('is that of no other, mirrored or not', async () => {
    const mirrored = await recognised((image) => image.flop().png());
    expect(mirrored.filter((position) => position !== undefined)).toEqual([]);
    const others = new NearIndex(await Promise.all(photographs.slice(1).map(look)));
    expect(others.nearest(await look(photographs[0]!))).toBeUndefined();
  });

  it('is nothing for an image of nearly one colour', async () => {
    const random = new RandomStream(1, 'test');
    const data = Uint8Array.from({ length: 60 * 60 * 3 }, () => 128 + random.integer(5));
    const raw = { width: 60, height: 60, channels: 3 as const };
    expect(await look(await sharp(data, { raw }).png().toBuffer())).toBe('');
    data.subarray(0, data.length / 2).fill(60);
    expect(await look(await sharp(data, { raw }).png().toBuffer())).toMatch(/^[\da-f]{80}$/);
  });
});
