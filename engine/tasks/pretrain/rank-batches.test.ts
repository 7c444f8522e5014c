import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import { writeSampleJpegs } from '../../data/testing/sample-jpegs.ts';
import type { TrainingLoader } from '../training-loader.ts';
import { openPretrainLoader } from './batches.ts';
import { type ImageIndex, pretrainParts } from './parts.ts';
import type { PretrainBatch } from './pretrain-learner.ts';

const COUNT = 11;
/** From the middle of the first epoch into the third one. */
const STEPS = { first: 1, end: 5 };
const recipe = parseRecipe({
  image_size: 32,
  patch_size: 8,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  batch_size: 4,
  workers: 0,
  seed: 4,
});

let folder: string;
let index: ImageIndex;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-shares-'));
  await writeSampleJpegs(folder, COUNT);
  const samples = Array.from({ length: COUNT }, (_, i) => ({
    path: path.join(folder, `${String(i).padStart(4, '0')}.jpg`),
    width: 500,
    height: 375,
  }));
  index = { images: COUNT, fingerprint: 'f', samples } as unknown as ImageIndex;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The batches of all steps on one rank, one after the other. */
async function batchesOf(rank: number, size: number): Promise<PretrainBatch[]> {
  const share = size === 1 ? undefined : { rank, size };
  const parts = pretrainParts as unknown as Parameters<typeof openPretrainLoader>[0];
  const loader: TrainingLoader<PretrainBatch> = await openPretrainLoader(
    parts,
    index,
    recipe,
    STEPS.first,
    share,
  );
  try {
    const batches: PretrainBatch[] = [];
    for (let step = STEPS.first; step < STEPS.end; step++) {
      const { data, images, step: loaded } = await loader.next();
      expect([images, loaded]).toEqual([4 / size, step]);
      batches.push({
        student: data.student.slice(),
        teacher: data.teacher.slice(),
        mask: data.mask.slice(),
      });
    }
    return batches;
  } finally {
    await loader.close();
  }
}

it('gives any number of ranks together the samples, crops and masks of one', async () => {
  const whole = await batchesOf(0, 1);
  for (const size of [2, 4]) {
    const ranks: PretrainBatch[][] = [];
    for (let rank = 0; rank < size; rank++) ranks.push(await batchesOf(rank, size));
    for (const [i, batch] of whole.entries())
      for (const name of ['student', 'teacher', 'mask'] as const) {
        const parts = ranks.map((batches) => Buffer.from(batches[i]![name].buffer));
        expect(Buffer.concat(parts).equals(Buffer.from(batch[name].buffer)), name).toBe(true);
      }
  }
});
