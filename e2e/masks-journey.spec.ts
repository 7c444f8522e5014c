/**
 * The workflow with masks: from a folder of images and masks, with its oddities, to a network that
 * segments, watched while it trains and evaluated.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { encode } from 'fast-png';
import { BOTH_LAYOUTS, expectUsable } from './accessible.ts';
import { choose, expect, goTo, pageOnly, test } from './fixtures.ts';

pageOnly();

const SIDE = 48;

/** Bright discs (class 1) and squares (class 2) on a dark ground, each with its mask. */
function writeShapes(root: string, count: number, seed: number): void {
  for (const folder of ['images', 'masks']) mkdirSync(path.join(root, folder), { recursive: true });
  for (let i = 0; i < count; i++) {
    const number = seed * 1000 + i;
    const [x0, y0, r] = [14 + ((number * 7) % 20), 14 + ((number * 11) % 20), 8 + (number % 5)];
    const mask = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
      const [dx, dy] = [(at % SIDE) - x0, Math.floor(at / SIDE) - y0];
      if (i % 2 === 0) return dx * dx + dy * dy < r * r ? 1 : 0;
      return Math.max(Math.abs(dx), Math.abs(dy)) < r ? 2 : 0;
    });
    const image = Uint8Array.from(
      { length: 3 * mask.length },
      (_, at) => [40, 130, 220][mask[Math.floor(at / 3)]!]! + ((at * 37 + number) % 20),
    );
    write(root, `images/${String(i).padStart(2, '0')}.png`, image, 3);
    write(root, `masks/${String(i).padStart(2, '0')}.png`, mask, 1);
  }
  writeFileSync(path.join(root, 'classes.txt'), 'background\ndisc\nsquare\n');
}

function write(root: string, name: string, data: Uint8Array, channels: number, height = SIDE) {
  writeFileSync(path.join(root, name), encode({ width: SIDE, height, data, channels }));
}

test('from a folder with masks to a network that segments', async ({ studio, home }) => {
  const scenes = path.join(home, 'scenes');
  const others = path.join(home, 'others');
  writeShapes(scenes, 40, 0);
  writeShapes(others, 8, 1);
  // A mask of another size, and an image without a mask.
  write(scenes, 'images/odd.png', new Uint8Array(3 * SIDE * SIDE).fill(90), 3);
  write(scenes, 'masks/odd.png', new Uint8Array(SIDE * 10), 1, 10);
  write(scenes, 'images/bare.png', new Uint8Array(3 * SIDE * SIDE).fill(120), 3);
  const page = studio.page();

  await test.step('add the folder, and read what is odd', async () => {
    await addMasks(page, scenes);
    const notes = page.getByRole('listitem');
    await expect(notes.filter({ hasText: 'Masks of another size than their image' })).toBeVisible();
    await expect(notes.filter({ hasText: 'Images without labels, left out: 1' })).toBeVisible();
    await expect(page.getByText('40 images', { exact: true })).toBeVisible();
  });

  await test.step('see labels over the images, by class', async () => {
    const images = page.getByRole('region', { name: 'Images of the data set' });
    await expect(images.locator('[data-overlay]').first()).toBeAttached();
    await page.getByRole('button', { name: 'disc', exact: true }).click();
    await expect(images.getByRole('status')).toHaveText('20 images');
    await images.getByRole('switch', { name: 'Labels' }).click();
    await expect(images.locator('[data-overlay]')).toHaveCount(0);
    await images.getByRole('switch', { name: 'Labels' }).click();
    await images
      .getByRole('button', { name: /by 48, disc/ })
      .first()
      .click();
    const lightbox = page.getByRole('dialog');
    await expect(lightbox.locator('[data-overlay] image')).toHaveAttribute('opacity', '0.5');
    const slider = lightbox.getByRole('slider', { name: 'Opacity of the labels' });
    await slider.press('ArrowRight');
    await expect(lightbox.locator('[data-overlay] image')).toHaveAttribute('opacity', '0.6');
    // The arrow key has moved the slider, not the picture.
    await expect(lightbox.getByText(/^1 of 20/)).toBeVisible();
    await expectUsable(page, 'The lightbox with labels');
    await page.keyboard.press('Escape');
    await expect(lightbox).toBeHidden();
    await expectUsable(page, 'A data set with masks');
  });

  await test.step('fine-tune on it, and watch its predictions', async () => {
    await addMasks(page, others);
    await goTo(page, 'Fine-tune');
    await choose(page, 'Begin with', /^From scratch/);
    await choose(page, 'Training set', /^scenes/);
    await expect(page.getByRole('combobox', { name: 'Task' })).toHaveValue(/^Semantic segm/);
    await page.getByRole('button', { name: /^How labels are read/ }).click();
    await expect(page.getByLabel('Ignored values')).toBeVisible();
    await expectUsable(page, 'Fine-tuning on masks');
    await page.getByText('Settings of the recipe', { exact: true }).click();
    await page.getByLabel('epochs', { exact: true }).fill('8');
    await page.getByLabel('batch_size', { exact: true }).fill('8');
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
        .toBe(SIDE);
    }
    await expect(page.getByText('done', { exact: true })).toBeVisible();
    await expect(predictions.getByRole('slider', { name: 'Evaluation' })).toBeVisible();
    await expect(predictions.getByRole('listitem').filter({ hasText: 'square' })).toBeVisible();
    await expectUsable(page, 'The run with predictions');
  });

  await test.step('evaluate it on other images with masks', async () => {
    await goTo(page, 'Fine-tune');
    await page.getByRole('tab', { name: 'Evaluate' }).click();
    await choose(page, 'Fine-tuned network', /^shapes/);
    await choose(page, 'Validation set', /^others/);
    await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expect(page.getByText('Mean IoU', { exact: true }).first()).toBeVisible();
    await expectUsable(
      page,
      'The result with masks',
      studio.name === 'web' ? BOTH_LAYOUTS : undefined,
    );
  });

  await test.step('look at its page among the models', async () => {
    await goTo(page, 'Models');
    await page.getByRole('main').getByRole('link', { name: 'shapes' }).first().click();
    await expect(page.getByRole('button', { name: 'Export and check' })).toBeVisible();
    await expectUsable(page, 'A network', studio.name === 'web' ? BOTH_LAYOUTS : undefined);
  });

  await test.step('lose a mask, and read why there are no labels', async () => {
    rmSync(path.join(others, 'masks', '00.png'));
    await goTo(page, 'Data sets');
    await page.getByRole('link', { name: 'others', exact: true }).click();
    await page.getByRole('button', { name: /^00\.png, 48 by 48/ }).click();
    const lightbox = page.getByRole('dialog');
    await expect(lightbox.getByRole('alert')).toContainText('00.png cannot be read');
  });
});

async function addMasks(page: Page, folder: string): Promise<void> {
  await goTo(page, 'Data sets');
  await page.getByRole('button', { name: 'Add masks or boxes…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Folder, or file of labels' }).fill(folder);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const title = page.getByRole('heading', { name: path.basename(folder), level: 1 });
  await expect(title).toBeVisible();
}
