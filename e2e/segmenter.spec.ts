/** A fine-tuned segmenter: new images with overlays, and an export that predicts the same. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { encode } from 'fast-png';
import { expectAccessible } from './accessible.ts';
import { callStudio, untilState } from './call-studio.ts';
import { chooseImages } from './choose-images.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';

pageOnly();

const [WIDTH, HEIGHT] = [48, 40];

const SMALL = {
  warmup_epochs: '0',
  batch_size: '8',
  image_size: '32',
  patch_size: '4',
  embed_dim: '32',
  depth: '2',
  heads: '2',
  lr: '0.002',
  init_std: '0.1',
  drop_path: '0',
};

/** Bright squares on dark ground, with masks if wanted. */
function writeSquares(folder: string, count: number, masks: boolean): void {
  const write = (kind: string, i: number, channels: 1 | 3, data: Uint8Array) => {
    const at = path.join(folder, masks ? kind : '');
    mkdirSync(at, { recursive: true });
    const png = encode({ width: WIDTH, height: HEIGHT, channels, data });
    writeFileSync(path.join(at, `${i}.png`), png);
  };
  for (let i = 0; i < count; i++) {
    const [left, top] = [4 + ((i * 7) % 20), 4 + ((i * 5) % 16)];
    const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
      const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
      return x >= left && x < left + 20 && y >= top && y < top + 18 ? 1 : 0;
    });
    const image = Uint8Array.from(
      { length: 3 * mask.length },
      (_, at) => (mask[Math.floor(at / 3)] === 1 ? 200 : 50) + ((at * 37 + i * 11) % 20),
    );
    write('images', i, 3, image);
    if (masks) write('masks', i, 1, mask);
  }
}

/** The job, once it is done. */
async function finished(page: Page, job: string) {
  await untilState(page, job, 'done');
  return (await callStudio(page, 'jobs.list', {})).find(({ id }) => id === job)!;
}

test('segments new images, and so does what it is exported to', async ({ studio, home }) => {
  const page = studio.page();
  const [train, fresh] = [path.join(home, 'squares'), path.join(home, 'new')];
  writeSquares(train, 24, true);
  writeSquares(fresh, 14, false);
  writeFileSync(path.join(train, 'classes.txt'), 'background\nsquare\n');
  writeFileSync(path.join(fresh, 'broken.png'), 'no image');
  const { id } = await callStudio(page, 'jobs.submit', {
    kind: 'finetune',
    from: 'scratch',
    train,
    task: 'segment',
    mode: 'full',
    recipe: 'micro',
    name: 'squares',
    settings: { ...SMALL, steps: '40' },
    device: 'cpu',
  });
  const { run } = await finished(page, id);

  await test.step('the gallery shows images, masks and classes', async () => {
    await page.goto(new URL(`#/finetune/results/${id}`, page.url()).href);
    await page.getByRole('link', { name: 'Predict on new images…' }).click();
    await expect(page.getByLabel('Format')).toHaveValue('masks');
    await page.keyboard.press('Escape');
    await expectAccessible(page);
    await chooseImages(studio, fresh);
    // The page that the form leads to follows the job to its end.
    await expect(page.getByText('14 images', { exact: true })).toBeVisible();
    await expect(page.getByText('broken.png')).toBeVisible();
    const overlays = page.getByRole('img', { name: /^Predicted classes of/ });
    await expect(overlays).toHaveCount(12);
    await expect(page.getByRole('article').first()).toContainText('square');
    await page.getByRole('slider', { name: 'Opacity of the overlay' }).press('Home');
    await expect(overlays.first()).toHaveCSS('opacity', '0');
    await page.getByRole('button', { name: '2', exact: true }).click();
    await expect(overlays).toHaveCount(2);
    await page.getByRole('combobox', { name: 'Predicted class' }).click();
    await page.getByRole('option', { name: /^square \(1[0-4]\)/ }).click();
    await expect(page.getByText(/^1[0-4]( of 14)? images$/)).toBeVisible();
    await expect(page.getByText('classes.json')).toBeVisible();
    await expect(page.getByText(/^masks 14 files/)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('an export is a model of predict', async () => {
    const out = path.join(studio.workspace, 'exports', 'squares.onnx');
    await goTo(page, 'Models');
    await page.getByRole('link', { name: 'squares' }).first().click();
    await expect(page.getByText('2 classes, linear head')).toBeVisible();
    await page.getByRole('radio', { name: /^ONNX/ }).check();
    await page.getByRole('button', { name: 'Export and check' }).click();
    await expect.poll(() => existsSync(out)).toBe(true);
    await goTo(page, 'Predict');
    await page.getByRole('combobox', { name: 'Fine-tuned network' }).click();
    await page.getByRole('option', { name: /^A file or folder of weights/ }).click();
    await page.getByRole('textbox', { name: 'File or folder of weights' }).fill(out);
    // The task is read from the file.
    await expect(page.getByLabel('Format')).toHaveValue('masks');
    await expect(
      page.getByLabel('Format').getByRole('option', { name: /^Table of classes/ }),
    ).toHaveCount(0);
    const { id: job } = await callStudio(page, 'jobs.submit', {
      kind: 'predict',
      model: out,
      data: [fresh],
      format: 'coco',
      device: 'cpu',
    });
    const { results } = await finished(page, job);
    const coco = JSON.parse(readFileSync(path.join(results!, 'annotations.json'), 'utf8'));
    expect(coco.categories).toEqual([{ id: 1, name: 'square', supercategory: '' }]);
    expect(coco.images).toHaveLength(14);
    await page.goto(new URL(`#/predict/${job}`, page.url()).href);
    await expect(page.getByText('annotations.json')).toBeVisible();
  });

  await test.step('a comparison with scratch reads masks of a validation set in their folder', async () => {
    const held = path.join(home, 'held');
    writeSquares(held, 6, true);
    renameSync(path.join(held, 'images'), path.join(held, 'pictures'));
    renameSync(path.join(held, 'masks'), path.join(held, 'drawn'));
    const { id: job } = await callStudio(page, 'jobs.submit', {
      kind: 'compare',
      from: run!,
      task: 'segment',
      train,
      val: path.join(held, 'pictures'),
      valMasks: path.join(held, 'drawn'),
      classTable: path.join(train, 'classes.txt'),
      fractions: [1],
      seeds: 1,
      modes: ['full'],
      recipe: 'micro',
      settings: { ...SMALL, steps: '4' },
      device: 'cpu',
    });
    await finished(page, job);
    await page.goto(new URL(`#/finetune/results/${job}`, page.url()).href);
    await expect(page.getByRole('heading', { name: 'Did pre-training help?' })).toBeVisible();
    await expect(page.getByText(/^With all labels pre-training gives [+−]/)).toBeVisible();
    await expect(page.getByRole('heading', { name: /^Mean IoU, full fine-tuning/ })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Edit and rerun' }).click();
    await expect(page.getByRole('combobox', { name: 'Task' })).toHaveValue(/^Semantic segm/);
    await page.getByRole('button', { name: /^How labels are read \(2 options\)/ }).click();
    await expect(page.getByRole('textbox', { name: 'Folder of validation masks' })).toHaveValue(
      path.join(held, 'drawn'),
    );
    await expectAccessible(page);
  });
});
