import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalisationTables, writeNormalised } from './augment/normalise.ts';
import { writeSampleJpegs } from './bench.ts';
import { decodeImage } from './decode.ts';
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

  it('are the crops of the plain code, in the order asked for', async () => {
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
});
