/** A folder whose labels are of two formats: read as each of them, told apart, and trained on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { encode } from 'fast-png';
import { expectUsable } from './accessible.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';

pageOnly();

const SIDE = 24;
const COUNT = 4;

/** A square in each image, as a mask and in a COCO file. */
function writeScenes(root: string): void {
  for (const folder of ['images', 'masks']) mkdirSync(path.join(root, folder), { recursive: true });
  for (let i = 0; i < COUNT; i++) {
    const isIn = (at: number) => at % SIDE < 8 + i && at < SIDE * 8;
    const mask = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (isIn(at) ? 1 : 0));
    const data = Uint8Array.from({ length: 3 * mask.length }, (_, at) => (at * 37 + i * 60) % 256);
    const size = { width: SIDE, height: SIDE };
    writeFileSync(path.join(root, `images/${i}.png`), encode({ ...size, data, channels: 3 }));
    writeFileSync(path.join(root, `masks/${i}.png`), encode({ ...size, data: mask, channels: 1 }));
  }
  const ids = Array.from({ length: COUNT }, (_, i) => i);
  const coco = {
    images: ids.map((id) => ({ id, file_name: `images/${id}.png`, width: SIDE, height: SIDE })),
    annotations: ids.map((id) => ({ id, image_id: id, category_id: 1, bbox: [0, 0, 8 + id, 8] })),
    categories: [{ id: 1, name: 'square' }],
  };
  writeFileSync(path.join(root, 'boxes.json'), JSON.stringify(coco));
}

test('one folder is read in two formats, and both can be trained on', async ({ studio, home }) => {
  const scenes = path.join(home, 'scenes');
  writeScenes(scenes);
  const page = studio.page();
  const main = page.getByRole('main');

  await test.step('choose a format where there are two', async () => {
    await add(page, scenes);
    const alert = main.getByRole('alert');
    await expect(alert).toContainText('labels of several formats');
    await expect(alert).not.toContainText('--');
    await expect(alert.getByLabel('Format').locator('option')).toHaveText([
      'Masks',
      'COCO boxes and outlines',
    ]);
    await expectUsable(page, 'A choice of formats');
    await alert.getByRole('button', { name: 'Read in this format' }).click();
    await expect(main.getByText(/^Masks: /)).toBeVisible();
  });

  await test.step('add it once more, and change how it is read in its menu', async () => {
    await add(page, scenes);
    await expect(main.getByRole('alert')).toBeVisible();
    await page.getByRole('button', { name: 'More for scenes' }).click();
    await page.getByRole('menuitem', { name: 'How labels are read…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Format').selectOption('coco');
    await dialog.getByRole('button', { name: 'Scan again' }).click();
    await expect(main.getByText(/^COCO boxes and outlines: /)).toBeVisible();
  });

  await test.step('tell the cards apart', async () => {
    await goTo(page, 'Data sets');
    const cards = main.getByRole('listitem');
    await expect(cards.filter({ hasText: 'Masks: 4 images' })).toHaveCount(1);
    await expect(cards.filter({ hasText: 'COCO boxes and outlines: 4 images' })).toHaveCount(1);
  });

  await test.step('fine-tune on one, then choose the other', async () => {
    await cardLink(page, 'COCO').click();
    await main.getByRole('link', { name: 'Fine-tune on this' }).click();
    const task = page.getByRole('combobox', { name: 'Task', exact: true });
    const training = page.getByRole('combobox', { name: 'Training set', exact: true });
    await expect(task).toHaveValue(/^Object detection/);
    await expect(training).toHaveValue(/COCO boxes and outlines$/);
    await training.click();
    await page.getByRole('option', { name: /^scenes – .*Masks$/ }).click();
    await expect(training).toHaveValue(/Masks$/);
    await expect(task).toHaveValue(/^Semantic segmentation/);
  });

  await test.step('see the format that labels are read in, and whether it fits', async () => {
    await main.getByRole('button', { name: 'How labels are read (1 option)' }).click();
    const format = main.getByLabel('Format');
    const mismatch = main.getByRole('alert').filter({ hasText: 'do not fit the task' });
    await expect(format).toHaveValue('masks');
    await expect(mismatch).toBeHidden();
    await page.getByRole('combobox', { name: 'Task', exact: true }).click();
    await page.getByRole('option', { name: /^Object detection/ }).click();
    await expect(format).toHaveValue('masks');
    await expect(mismatch).toBeVisible();
    await format.selectOption('coco');
    await expect(mismatch).toBeHidden();
  });
});

function cardLink(page: Page, text: string) {
  return page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: text })
    .getByRole('link', { name: 'scenes', exact: true });
}

async function add(page: Page, folder: string): Promise<void> {
  await goTo(page, 'Data sets');
  await page.getByRole('button', { name: 'Add masks or boxes…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Folder, or file of labels' }).fill(folder);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('heading', { name: path.basename(folder), level: 1 })).toBeVisible();
}
