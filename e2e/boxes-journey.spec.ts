/**
 * The workflow with boxes: from a folder of images with boxes, with its oddities, to a network that
 * finds objects, watched while it trains, evaluated, applied to new images and exported.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { BOTH_LAYOUTS, expectUsable } from './accessible.ts';
import { predictOn } from './choose-images.ts';
import { choose, expect, goTo, pageOnly, test } from './fixtures.ts';
import { writeShapes } from './shapes.ts';

pageOnly();

test('from a folder with boxes to a network that finds objects', async ({ studio, home }) => {
  const [scenes, others, fresh] = ['scenes', 'others', 'fresh'].map((name) =>
    path.join(home, name),
  );
  writeShapes(scenes!, 41);
  spoilBoxes(path.join(scenes!, 'objects.json'));
  writeShapes(others!, 8);
  writeShapes(fresh!, 6);
  const page = studio.page();
  const widths = studio.name === 'web' ? BOTH_LAYOUTS : undefined;

  await test.step('add the folder, and read what is odd', async () => {
    await addBoxes(page, scenes!);
    const notes = page.getByRole('listitem');
    await expect(notes.filter({ hasText: 'Boxes that reach outside their image' })).toBeVisible();
    await expect(notes.filter({ hasText: 'Objects that are there more than once' })).toBeVisible();
    await expect(page.getByText('41 images', { exact: true })).toBeVisible();
  });

  await test.step('see boxes over the images, by class', async () => {
    const images = page.getByRole('region', { name: 'Images of the data set' });
    await expect(images.locator('[data-overlay] rect').first()).toBeAttached();
    await page.getByRole('button', { name: 'bar', exact: true }).click();
    await expect(images.getByRole('status')).toHaveText('40 images');
    await images.getByRole('switch', { name: 'Labels' }).click();
    await expect(images.locator('[data-overlay]')).toHaveCount(0);
    await images.getByRole('switch', { name: 'Labels' }).click();
    await images
      .getByRole('button', { name: /^01\.png/ })
      .first()
      .click();
    const lightbox = page.getByRole('dialog');
    await expect(lightbox.locator('[data-overlay] rect')).not.toHaveCount(0);
    await expectUsable(page, 'The lightbox with boxes');
    await page.keyboard.press('Escape');
    await expect(lightbox).toBeHidden();
    await expectUsable(page, 'A data set with boxes');
  });

  await test.step('fine-tune on it, and watch its predictions', async () => {
    await addBoxes(page, others!);
    await goTo(page, 'Fine-tune');
    await choose(page, 'Begin with', /^From scratch/);
    await choose(page, 'Training set', /^scenes/);
    await expect(page.getByRole('combobox', { name: 'Task' })).toHaveValue(/^Object detection/);
    await page.getByText('Settings of the recipe', { exact: true }).click();
    for (const [name, value] of [
      ['epochs', '8'],
      ['batch_size', '8'],
      ['queries', '6'],
    ] as const)
      await page.getByLabel(name, { exact: true }).fill(value);
    await page.getByRole('button', { name: /^Length/ }).click();
    await page.getByLabel('min_steps', { exact: true }).fill('0');
    await page.getByLabel('Name of the run').fill('shapes');
    await page.getByRole('button', { name: 'Start fine-tuning' }).click();
    await goTo(page, 'Runs');
    const runs = page.getByRole('region', { name: 'All runs' });
    await runs.getByRole('link', { name: 'shapes' }).click();
    const predictions = page.getByRole('region', { name: 'Predictions' });
    for (const view of ['Image', 'Truth', 'Prediction']) {
      const picture = predictions.getByRole('img', { name: `${view} of` }).first();
      await expect
        .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth))
        .toBeGreaterThan(0);
    }
    await expect(page.getByText('done', { exact: true })).toBeVisible();
    await expect(predictions.getByRole('slider', { name: 'Evaluation' })).toBeVisible();
    await expect(predictions.getByRole('listitem').filter({ hasText: 'square' })).toBeVisible();
    await expectUsable(page, 'The run with predictions', widths);
  });

  await test.step('evaluate it on other images with boxes', async () => {
    await goTo(page, 'Fine-tune');
    await page.getByRole('tab', { name: 'Evaluate' }).click();
    await choose(page, 'Fine-tuned network', /^shapes/);
    await choose(page, 'Validation set', /^others/);
    await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expect(
      page.getByText(/^Evaluated on 16 objects in 8 images, with 2 classes/),
    ).toBeVisible();
    await expect(page.getByRole('table', { name: 'All scores' })).toContainText('AP50');
    await expectUsable(page, 'The result with boxes', widths);
  });

  await test.step('find objects in new images, and save them', async () => {
    await goTo(page, 'Models');
    await page.getByRole('main').getByRole('link', { name: 'shapes' }).first().click();
    await predictOn(studio, path.join(fresh!, 'images'));
    await expect(page.getByText('6 images', { exact: true })).toBeVisible();
    await page.getByRole('slider', { name: /^Smallest score/ }).press('Home');
    await expect(page.getByRole('article').locator('[data-overlay] rect')).not.toHaveCount(0);
    const save = page.getByRole('region', { name: 'Save objects' });
    await save.getByLabel('Format').selectOption('coco');
    await save.getByRole('button', { name: 'Save' }).click();
    await expect(save.getByText(/^\d+ objects in 6 images saved\.$/)).toBeVisible();
    await expectUsable(page, 'Found objects');
  });

  await test.step('export it, checked', async () => {
    await goTo(page, 'Models');
    await page.getByRole('main').getByRole('link', { name: 'shapes' }).first().click();
    await page.getByRole('radio', { name: /^ONNX/ }).check();
    await page.getByRole('button', { name: 'Export and check' }).click();
    await expect(page.getByText('Written and checked')).toHaveCount(1);
    await expectUsable(page, 'An exported network');
  });
});

/** A box that reaches outside its image, one that is there twice, and an image without objects. */
function spoilBoxes(file: string): void {
  const coco = JSON.parse(readFileSync(file, 'utf8'));
  const [first] = coco.annotations;
  const [x, y, width, height] = first.bbox;
  Object.assign(first, { bbox: [x - 20, y, width + 20, height] });
  const last = coco.images.at(-1).id;
  const kept = coco.annotations.filter((one: { image_id: number }) => one.image_id !== last);
  const annotations = [...kept, { ...kept[2], id: 1000 }];
  writeFileSync(file, JSON.stringify({ ...coco, annotations }));
}

async function addBoxes(page: Page, folder: string): Promise<void> {
  await goTo(page, 'Data sets');
  await page.getByRole('button', { name: 'Add masks or boxes…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Folder, or file of labels' }).fill(folder);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const title = page.getByRole('heading', { name: path.basename(folder), level: 1 });
  await expect(title).toBeVisible();
}
