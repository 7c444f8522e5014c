import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../pixels/decode.ts';
import { resize } from '../pixels/resample/resample.ts';
import { writeSampleJpegs } from '../testing/sample-jpegs.ts';
import { normalisationTables, writeNormalised } from './augment/normalise.ts';
import { evalCrop, loadEvalImages } from './eval-images.ts';

let folder: string;
const samples = () => [0, 1, 2].map((i) => ({ path: path.join(folder, `000${i}.jpg`) }));

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-eval-'));
  await writeSampleJpegs(folder, 3);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('evaluation images', () => {
  const view = { imageSize: [32, 48] as const, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] };

  it('equal the crops of the plain code, in the requested order', async () => {
    const all = await loadEvalImages(samples(), view);
    const size = 3 * 32 * 48;
    for (const [i, sample] of samples().entries()) {
      const want = new Float32Array(size);
      const crop = evalCrop(await decodeImage(sample.path), [32, 48]);
      writeNormalised(crop, normalisationTables(view.mean, view.std), want);
      expect(all.slice(i * size, (i + 1) * size)).toEqual(want);
    }
  });

  it('that cannot be read are named', async () => {
    const gone = path.join(folder, 'gone.jpg');
    await expect(loadEvalImages([{ path: gone }], view)).rejects.toMatchObject({
      code: 'image-unreadable',
      message: expect.stringContaining(gone),
    });
  });

  it('that cannot be read are reported instead, and the others are unchanged', async () => {
    const gone = { path: path.join(folder, 'gone.jpg') };
    const told: [number, string][] = [];
    const [first, second] = samples();
    const all = await loadEvalImages([first!, gone, second!], view, (...each) => told.push(each));
    expect(told).toEqual([[1, 'file cannot be read: it is not there (ENOENT)']]);
    const size = 3 * 32 * 48;
    expect(all.slice(size, 2 * size).every((value) => value === 0)).toBe(true);
    const others = await loadEvalImages([first!, second!], view);
    expect(all.slice(0, size)).toEqual(others.slice(0, size));
    expect(all.slice(2 * size)).toEqual(others.slice(size));
  });

  it.each([
    [1, 30_000],
    [30_000, 1],
    [3, 20_000],
  ])('of %d x %d pixels are seen at their centre', (width, height) => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i >> 4) % 251);
    const seen = evalCrop({ width, height, data }, [224, 224]);
    expect([seen.width, seen.height, seen.data.length]).toEqual([224, 224, 224 * 224 * 3]);
    // Enlarged by more than 70 times, the crop lies within a few pixels of the centre.
    const centre = ((Math.floor(height / 2) * width + Math.floor(width / 2)) * 3) >> 4;
    expect(Math.abs(seen.data[(112 * 224 + 112) * 3]! - (centre % 251))).toBeLessThan(4);
  });

  it('show the whole shorter side from 384 pixels, and less of it below', async () => {
    const image = await decodeImage(samples()[0]!.path);
    expect([image.width, image.height]).toEqual([500, 375]);
    for (const [side, ratio] of [
      [383, 0.875],
      [384, 1],
    ] as const)
      expect(evalCrop(image, [side, side])).toEqual(evalCrop(image, [side, side], ratio));
    const whole = resize(image, 384, 384, 'bicubic', { top: 0, left: 62, width: 375, height: 375 });
    const seen = evalCrop(image, [384, 384]);
    const difference = seen.data.reduce((sum, v, i) => sum + Math.abs(v - whole.data[i]!), 0);
    expect(difference / seen.data.length).toBeLessThan(4);
  });
});
