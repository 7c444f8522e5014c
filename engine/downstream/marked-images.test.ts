import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Split } from '../contract/splits.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { knn } from '../tasks/knn/evaluate.ts';
import { evaluate } from './evaluate.ts';
import { finetune } from './finetune.ts';

let root: string;
let run: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-marked-'));
  for (let i = 0; i < 20; i++) await writeSmallImage(root, `${i}.png`, i);
  const recipe = path.join(root, 'recipe.json');
  const network = { image_size: 16, patch_size: 8, embed_dim: 12, depth: 1, heads: 2 };
  await writeFile(recipe, JSON.stringify({ ...network, batch_size: 4, steps: 1, workers: 0 }));
  await finetune({
    workspace: root,
    from: 'scratch',
    recipe,
    overrides: {},
    folder: root,
    device: 'cpu',
    labelled: {
      train: await table('all.csv', () => ''),
      val: null,
      valFraction: 0.2,
      fraction: 1,
      splitSeed: 0,
      fractionSeed: 0,
      leaveOutLeaks: false,
    },
    mode: { kind: 'full' },
    onRun: ({ dir }) => (run = dir),
  });
});
afterAll(() => rm(root, { recursive: true }));

/** @param splitOf of each of twenty rows */
async function table(name: string, splitOf: (i: number) => string): Promise<string> {
  const rows = Array.from({ length: 20 }, (_, i) => `${i}.png,${i % 2},${splitOf(i)}`);
  await writeFile(path.join(root, name), ['path,label,split', ...rows].join('\n'));
  return path.join(root, name);
}

it('a whole set is evaluated, and the number of training images in it is reported', async () => {
  const judge = async (data: string, split?: Split) =>
    evaluate({ workspace: root, device: 'cpu', model: { reference: run }, data, split });
  const marked = await judge(await table('a.csv', (i) => (i < 7 ? 'train' : i < 12 ? 'val' : '')));
  expect(marked.report.evaluation.images).toBe(20);
  expect(marked.warnings).toContain(
    'Of the 20 images evaluated, 7 are marked as training set (train).',
  );
  const others = await judge(await table('b.csv', (i) => (i < 7 ? 'test' : 'val')));
  expect(others.report.evaluation.images).toBe(20);
  expect(others.warnings.join()).not.toContain('marked to learn from');
  const part = await judge(path.join(root, 'b.csv'), 'test');
  expect(part.report.evaluation.images).toBe(7);
  await expect(judge(path.join(root, 'b.csv'), 'train')).rejects.toMatchObject({
    code: 'evaluation-empty',
    message: expect.stringMatching(/b\.csv marks no image as train\.$/),
    advice: expect.stringContaining('It has val and test'),
  });
});

it('only images not marked val or test are references, and only the others are evaluated', async () => {
  const sides = (train: string, val: string) =>
    knn({ workspace: root, from: { reference: run }, train, val, ks: [1], device: 'cpu' });
  const partly = await table('c.csv', (i) =>
    i < 4 ? 'val' : i < 6 ? 'test' : i < 9 ? 'train' : '',
  );
  // An image is its own nearest neighbour unless its label does not vote.
  const all = await table('d.csv', () => '');
  expect((await sides(all, all)).report.evaluation).toMatchObject({
    images: 20,
    top1: { value: 1 },
  });
  expect((await sides(all, partly)).report.evaluation.images).toBe(4);
  const seen: number[] = [];
  const counted = await knn({
    workspace: root,
    from: { reference: run },
    train: partly,
    val: partly,
    ks: [1],
    device: 'cpu',
    onProgress: ({ total }) => seen.push(total),
  });
  expect(counted.report.evaluation.images).toBe(4);
  expect(new Set(seen)).toEqual(new Set([14 + 4]));
  const judged = await table('e.csv', (i) => (i < 9 ? 'val' : 'test'));
  await expect(sides(judged, all)).rejects.toMatchObject({ code: 'training-empty' });
  const learnt = await table('f.csv', () => 'train');
  await expect(sides(all, learnt)).rejects.toMatchObject({ code: 'validation-empty' });
});
