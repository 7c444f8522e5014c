import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeGeometry } from '../contract/recipe.ts';
import { viewSchema } from '../contract/studio/datasets.ts';
import { writeSlide } from '../data/pixels/tiles/testing/slide.ts';
import { scanFolders } from '../data/scan/scan.ts';
import { writeSampleJpegs } from '../data/testing/sample-jpegs.ts';
import { loadRecipe } from '../recipes/load.ts';
import { openPretrainLoader } from '../tasks/pretrain/batches.ts';
import { pretrainParts } from '../tasks/pretrain/parts.ts';
import { previewViews } from './preview.ts';
import { scanDataset } from './scan.ts';

const IMAGES = 9;
let folder: string;
let listing: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-preview-'));
  await writeSampleJpegs(folder, IMAGES);
  listing = path.join(folder, 'list');
  const memory = path.join(folder, 'memory.index');
  await scanDataset({ kind: 'images', folders: [folder], memory, listing });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Settings without normalisation, so that batches contain the bytes of the views. */
const settings = {
  mean: '0',
  std: '1',
  batch_size: '3',
  workers: '0',
  seed: '5',
  image_size: '48,64',
  patch_size: '8',
  mask_cell: '8',
  blur: '0.5',
};
const order = (more = {}) => ({
  folders: [folder],
  recipe: 'tiny',
  settings,
  count: 4,
  draw: 0,
  listing,
  ...more,
});

async function bytesOf(address: string): Promise<number[]> {
  const [, base64] = /^data:image\/png;base64,(.+)$/.exec(address)!;
  return [...(await sharp(Buffer.from(base64!, 'base64')).raw().toBuffer())];
}

/** Both views and the mask of every image of an epoch in training, by path. */
async function trainingViews(epoch: number) {
  const { recipe } = loadRecipe('tiny', settings);
  const { height, width, patches } = recipeGeometry(recipe);
  const index = await scanFolders([folder]);
  const perEpoch = IMAGES / recipe.batch_size;
  // The rendered batches tell the order of samples, and the loader adds the masks.
  const ids: number[][] = [];
  const parts: typeof pretrainParts = {
    ...pretrainParts,
    async openLoader(...request) {
      const images = await pretrainParts.openLoader(...request);
      return {
        stepsPerEpoch: images.stepsPerEpoch,
        async next() {
          const batch = await images.next();
          ids.push([...batch.sampleIds]);
          return batch;
        },
        close: () => images.close(),
      };
    },
  };
  const loader = await openPretrainLoader(parts, index, recipe, epoch * perEpoch);
  const size = 3 * height * width;
  const interleaved = (planes: Float32Array) =>
    Array.from({ length: size }, (_, i) =>
      Math.round(planes[(i % 3) * height * width + Math.floor(i / 3)]! * 255),
    );
  const views = new Map<string, { student: number[]; teacher: number[]; mask: boolean[] }>();
  for (let step = 0; step < perEpoch; step++) {
    const { epoch: at, data } = await loader.next();
    expect(at).toBe(epoch);
    for (const [i, id] of ids[step]!.entries()) {
      views.set(index.samples.at(id)!.path, {
        student: interleaved(data.student.subarray(i * size, (i + 1) * size)),
        teacher: interleaved(data.teacher.subarray(i * size, (i + 1) * size)),
        mask: [...data.mask.subarray(i * patches, (i + 1) * patches)].map((value) => value === 1),
      });
    }
  }
  await loader.close();
  return views;
}

describe('a preview', () => {
  it.each([0, 2])('shows what training sees of scanned images in epoch %d', async (draw) => {
    const training = await trainingViews(draw);
    const views = await previewViews(order({ draw }));
    expect(views).toHaveLength(4);
    for (const view of views) {
      expect(viewSchema.parse(view)).toEqual(view);
      expect(view).toMatchObject({ width: 64, height: 48, rows: 6, cols: 8 });
      const { student, teacher, mask } = training.get(view.path)!;
      expect(await bytesOf(view.student)).toEqual(student);
      expect(await bytesOf(view.teacher)).toEqual(teacher);
      expect(view.mask).toEqual(mask);
    }
    expect(new Set(views.map((view) => view.path)).size).toBe(4);
  });

  it('shows images of folders that were never scanned, past broken ones', async () => {
    await writeFile(path.join(folder, '0000.jpg.png'), 'words');
    const views = await previewViews(order({ listing: undefined, count: IMAGES }));
    expect(views).toHaveLength(IMAGES);
    const again = await previewViews(order({ listing: path.join(folder, 'gone'), count: IMAGES }));
    expect(again).toEqual(views);
    await rm(path.join(folder, '0000.jpg.png'));
  });

  it('goes by the folders, not by the list of others', async () => {
    const empty = await mkdtemp(path.join(os.tmpdir(), 'conmim-preview-empty-'));
    await expect(previewViews(order({ folders: [empty] }))).rejects.toMatchObject({
      code: 'no-images',
    });
    await rm(empty, { recursive: true });
  });

  it('refuses settings as training does', async () => {
    await expect(
      previewViews(order({ settings: { ...settings, crop_min_area: '7' } })),
    ).rejects.toMatchObject({ code: 'recipe-invalid' });
  });

  it('shows tiles of a large image, evenly spaced, before it is scanned', async () => {
    const slides = await mkdtemp(path.join(os.tmpdir(), 'conmim-preview-slide-'));
    await writeFile(path.join(slides, 'slide.tif'), writeSlide(20_000, { copies: 5 }));
    const views = await previewViews(order({ folders: [slides], listing: undefined, count: 3 }));
    expect(views).toHaveLength(3);
    for (const { path: at } of views) expect(at).toMatch(/slide\.tif#tile=0,\d+,\d+,512$/);
    await rm(slides, { recursive: true });
  });
});
