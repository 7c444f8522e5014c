/** Batches of labelled images on several ranks, against those of one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { parseInstancesRecipe } from '../../contract/objects-recipe.ts';
import { placesOfShare, type RankShare, valuesOfShare } from '../../data/loader/rank-share.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import { writeSampleJpegs } from '../../data/testing/sample-jpegs.ts';
import { classifyTask } from '../classify/task.ts';
import { objectsTask } from '../objects/task.ts';
import type { TrainingLoader } from '../training-loader.ts';
import type { DenseData } from './dense-data.ts';
import type { LabelledData } from './labelled-data.ts';

const [COUNT, B, CLASSES, DEPTH, SIDE] = [11, 8, 3, 2, 32];
/** From the middle of the first epoch into the third one. */
const STEPS = [1, 2, 3];
const network = {
  image_size: SIDE,
  patch_size: 8,
  embed_dim: 12,
  depth: DEPTH,
  heads: 2,
  batch_size: B,
  drop_path: 0.4,
  workers: 0,
};

let folder: string;
let samples: { path: string; width: number; height: number; label: number }[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-labelled-shares-'));
  await writeSampleJpegs(folder, COUNT, { width: 60, height: 48 });
  samples = Array.from({ length: COUNT }, (_, i) => ({
    path: path.join(folder, `${String(i).padStart(4, '0')}.jpg`),
    ...{ width: 60, height: 48, label: i % CLASSES },
  }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Copies, since the next batch takes the place of one. */
async function batchesOf<Batch>(
  open: (startStep: number, share?: RankShare) => Promise<TrainingLoader<Batch>>,
  share?: RankShare,
): Promise<Batch[]> {
  const loader = await open(STEPS[0]!, share);
  try {
    const batches: Batch[] = [];
    for (const step of STEPS) {
      const { data, ...loaded } = await loader.next();
      expect(loaded).toMatchObject({ step, images: B / (share?.size ?? 1) });
      batches.push(structuredClone(data));
    }
    return batches;
  } finally {
    await loader.close();
  }
}

const rowsAt = (values: ArrayLike<number>, places: Uint32Array) => {
  const each = values.length / B;
  return [...places].flatMap((place) => Array.from(values).slice(place * each, (place + 1) * each));
};

it.each([
  ['mixed in pairs', true],
  ['as they are', false],
])('images of classes, %s', async (_, mixed) => {
  const mixing = mixed ? { mixup: 0.8, cutmix: 1, mixup_prob: 1 } : { mixup: 0, cutmix: 0 };
  const recipe = parseFinetuneRecipe({ ...network, ...mixing });
  const classes = ['a', 'b', 'c'];
  const data = { train: { samples, classes }, classes } as unknown as LabelledData;
  const open = (startStep: number, share?: RankShare) =>
    classifyTask.openLoader(recipe, data, startStep, share);
  const whole = await batchesOf(open);
  const [first, second] = whole;
  expect(first!.images).not.toEqual(second!.images);
  for (const size of [2, 4])
    for (let rank = 0; rank < size; rank++) {
      const share = { rank, size, paired: mixed };
      const places = placesOfShare(B, share);
      const own = await batchesOf(open, { rank, size });
      for (const [i, { images, targets, labels, keep }] of whole.entries()) {
        expect([...own[i]!.images]).toEqual(rowsAt(images, places));
        expect([...own[i]!.targets]).toEqual(rowsAt(targets, places));
        expect(Array.from(own[i]!.labels)).toEqual(rowsAt(labels, places));
        expect(own[i]!.keep).toEqual(valuesOfShare(keep!, B, share));
      }
    }
});

it('images with objects, and which queries keep to their masks', async () => {
  const [queries, blocks] = [5, 2];
  const recipe = parseInstancesRecipe({ ...network, queries, query_blocks: blocks });
  const images = samples.map((sample, i) => ({
    ...sample,
    objects: [
      {
        ...{ label: i % CLASSES, crowd: false, area: undefined, record: 1 },
        box: [4, 4, 30, 20 + i],
        mask: { polygons: [[4, 4, 34, 4, 34, 24 + i, 4, 24 + i]] },
      },
    ],
  }));
  const train = { images, classes: [] } as unknown as DenseSet;
  const data = { train, images: COUNT } as unknown as DenseData;
  const task = objectsTask('instances', parseInstancesRecipe);
  const open = (startStep: number, share?: RankShare) =>
    task.openLoader(recipe, data, startStep, share);
  const whole = await batchesOf(open);
  for (const rank of [0, 1]) {
    const share = { rank, size: 2 };
    const own = await batchesOf(open, share);
    const places = placesOfShare(B, share);
    for (const [i, batch] of whole.entries()) {
      expect([...own[i]!.images]).toEqual(rowsAt(batch.images, places));
      expect(own[i]!.objects).toEqual([...places].map((place) => batch.objects[place]));
      expect(own[i]!.attend).toEqual(valuesOfShare(batch.attend!, B, share, queries));
      expect(own[i]!.keep).toEqual(valuesOfShare(batch.keep!, B, share));
    }
  }
});

it('pairs lie on one rank, and each place on one', () => {
  for (const size of [1, 2, 4]) {
    const all = Array.from({ length: size }, (_, rank) =>
      placesOfShare(B, { rank, size, paired: true }),
    );
    expect(all.flatMap((places) => [...places]).sort((a, b) => a - b)).toEqual([
      ...Array(B).keys(),
    ]);
    for (const places of all)
      for (const [i, place] of places.entries())
        expect(places[places.length - 1 - i]).toBe(B - 1 - place);
  }
});

it('are refused where a rank would have half a pair', async () => {
  const ranks = { size: 4 } as never;
  const data = { classes: ['a', 'b'] } as unknown as LabelledData;
  const open = (settings: object) =>
    classifyTask.open({
      ...{ data, device: 'cpu', ranks },
      recipe: parseFinetuneRecipe({ ...network, batch_size: 12, ...settings }),
    });
  await expect(open({ mixup: 0.8 })).rejects.toMatchObject({
    code: 'ranks-uneven',
    message: 'Mixup and CutMix mix images in pairs, which the 3 of each of 4 ranks are not.',
  });
});
