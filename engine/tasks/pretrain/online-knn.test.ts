import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import { extractFeatures } from '../../features/features.ts';
import { networkConfig } from '../../nn/conmim-network.ts';
import { knnMeasure, loadKnnImages, readKnnSet } from './online-knn.ts';
import { createPretrainLearner } from './pretrain-learner.ts';

const recipe = parseRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  mlp_dim: 24,
  proj_dim: 12,
  mask_type: 'random_mps32',
  mask_cell: 4,
  batch_size: 4,
  init_std: 0.3,
  seed: 5,
});

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-knn-'));
  for (const [label, name] of ['dark', 'light', 'grey'].entries()) {
    mkdirSync(path.join(root, 'set', name), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const data = new Uint8Array(16 * 16 * 3).map((_, at) => label * 80 + ((at * (i + 3)) % 40));
      const png = encode({ width: 16, height: 16, channels: 3, data });
      writeFileSync(path.join(root, 'set', name, `${i}.png`), png);
    }
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const indexFile = () => path.join(root, 'labelled.index');

describe('a labelled set', () => {
  it('gives images of each class on both sides, the same for a seed', async () => {
    const set = await readKnnSet(path.join(root, 'set'), recipe, { indexFile: indexFile() });
    expect([set.known.length, set.asked.length, set.classes]).toEqual([12, 6, 3]);
    for (const side of [set.known, set.asked])
      expect(new Set(Array.from(side, ({ label }) => label)).size).toBe(3);
    const paths = Array.from(set.asked, (sample) => sample.path);
    expect([...set.known].some((sample) => paths.includes(sample.path))).toBe(false);
    const again = await readKnnSet(path.join(root, 'set'), recipe, { indexFile: indexFile() });
    expect(Array.from(again.asked, (sample) => sample.path)).toEqual(paths);
  });

  it('gives features in training that are those of the finished network', async () => {
    const set = await readKnnSet(path.join(root, 'set'), recipe, { indexFile: indexFile() });
    const images = await loadKnnImages(set, recipe);
    expect([images.count, images.known]).toEqual([18, 12]);
    const options = { recipe, device: 'reference', probeImages: 4, isPooled: true };
    const learner = await createPretrainLearner(options);
    const rows = await learner.pooled(images.images, images.count);
    const state = await learner.readState();
    await learner.dispose();
    const teacher = [...state].filter(([name]) => name.startsWith('teacher.'));
    const network = new Map(
      teacher.map(([name, tensor]) => [name.slice('teacher.'.length), tensor]),
    );
    const [found] = await extractFeatures({
      vit: networkConfig(recipe).vit,
      networks: [network],
      layers: 'last',
      poolings: ['mean'],
      device: 'reference',
      images: images.count,
      load: async (start, end) => images.images.subarray(start * 768, end * 768),
    });
    const expected = found![0]!.rows.data;
    expect(rows).toMatchObject({ count: 18, width: 16 });
    for (const [i, value] of rows.data.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
  });
});

it('asks the class of images among those that are known', () => {
  const images = { count: 5, known: 3, labels: [0, 1, 0, 0, 1], classes: 2 };
  const data = Float32Array.of(1, 0, 0, 1, 1, 0.1, 0.9, 0.1, 1, 0.2);
  const found = knnMeasure(images, { data, count: 5, width: 2 });
  expect(found).toEqual({ knnAccuracy: 0.5, knnChance: 0.5, knnImages: 2 });
});
