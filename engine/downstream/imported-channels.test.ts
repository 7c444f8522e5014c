/** Images are normalised for an imported network as its configuration says, in every command. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { finetunePresets } from '../recipes/finetune-presets.ts';
import { classifierStart } from '../tasks/classify/classification.ts';
import { modelImages } from '../tasks/shared/model-images.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-channels-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MODEL = { ...tinyModel(), mean: [0, 0.5, 1], std: [1, 0.5, 1 / 255] } as const;

it('evaluation and features see value/255 less the mean, over the deviation', async () => {
  const file = path.join(root, 'grey.png');
  const background = { r: 51, g: 102, b: 204 };
  await sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .png()
    .toFile(file);
  const values = await modelImages(MODEL, [{ path: file }]).load(0, 1);
  expect(values[0]).toBeCloseTo(0.2, 6);
  expect(values[256]).toBeCloseTo((0.4 - 0.5) / 0.5, 6);
  expect(values[512]).toBeCloseTo((0.8 - 1) * 255, 3);
});

it('fine-tuning uses them, unless others are given', () => {
  const recipe = classifierStart.recipeFor(MODEL, finetunePresets['micro']!, {});
  expect([recipe.mean, recipe.std]).toEqual([MODEL.mean, MODEL.std]);
  expect(
    classifierStart.recipeFor(MODEL, finetunePresets['micro']!, { mean: 'half' }).mean,
  ).toEqual([0.5, 0.5, 0.5]);
});
