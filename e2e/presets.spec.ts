/** Presets of the user: saved, imported, exported, renamed and deleted on Pre-train and Fine-tune. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectUsable } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

pageOnly();

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const card = (page: Page, name: string) => page.getByRole('radio', { name });

async function openForm(page: Page, home: string): Promise<void> {
  const folder = writePictures(path.join(home, 'pictures'), 4);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  await goTo(page, 'Pre-train');
  await card(page, 'Micro').click();
}

async function save(page: Page, name: string): Promise<void> {
  await button(page, 'Save as preset…').click();
  await page.getByLabel('Name of the preset').fill(name);
  await page.keyboard.press('Enter');
}

test('settings are saved as a preset, which is trained like a recipe', async ({ studio, home }) => {
  const page = studio.page();
  await openForm(page, home);
  await page.getByRole('textbox', { name: 'Batch size' }).fill('6');
  await save(page, 'X-rays 96 px');
  await expect(card(page, 'X-rays 96 px')).toBeChecked();
  await expect(card(page, 'X-rays 96 px')).toContainText('own');
  await expect(card(page, 'X-rays 96 px')).toContainText('micro with batch_size 6');
  await expect(page.getByText('No setting changed.')).toBeVisible();
  const command = page.getByText(/conmim pretrain/);
  await expect(command).toContainText('--set batch_size=6');
  await expect(command).toContainText('--recipe micro');
  const file = path.join(home, 'workspace', 'recipes', 'pretrain', 'X-rays 96 px.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ extends: 'micro', batch_size: 6 });
  await expectUsable(page, 'Pre-train with a preset');

  await test.step('a name that exists is replaced only after a question', async () => {
    await page.getByRole('textbox', { name: 'Batch size' }).fill('8');
    await save(page, 'x-rays 96 PX');
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
      'There is a preset “X-rays 96 px” already.',
    );
    await expectUsable(page, 'the question');
    expect(readFileSync(file, 'utf8')).toContain('"batch_size": 6');
    await button(page, 'Replace “X-rays 96 px”').click();
    await expect(card(page, 'X-rays 96 px')).toContainText('micro with batch_size 8');
  });

  await test.step('rename and delete', async () => {
    await button(page, 'Rename…').click();
    await page.getByLabel('Name of the preset').fill('tiny');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
      '“tiny” cannot name a preset',
    );
    await page.getByLabel('Name of the preset').fill('Chest');
    await page.keyboard.press('Enter');
    await expect(card(page, 'Chest')).toBeChecked();
    await button(page, 'Delete…').click();
    await expect(page.getByRole('dialog')).toContainText('Delete the preset “Chest”?');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(card(page, 'Chest')).toHaveCount(0);
    expect(existsSync(file)).toBe(false);
  });
});

test('recipe files are exported, and imported whole or not at all', async ({ studio, home }) => {
  test.skip(studio.name !== 'web', 'downloads are of the browser');
  const page = studio.page();
  await openForm(page, home);
  await page.getByRole('textbox', { name: 'Learning rate' }).fill('0.002');
  const downloading = page.waitForEvent('download');
  await button(page, 'Export').click();
  const download = await downloading;
  const exported = path.join(home, 'exported.json');
  await download.saveAs(exported);
  expect(JSON.parse(readFileSync(exported, 'utf8'))).toEqual({ extends: 'micro', lr: 0.002 });

  const choose = async (file: string) => {
    const choosing = page.waitForEvent('filechooser');
    await button(page, 'Import…').click();
    await (await choosing).setFiles(file);
  };
  await choose(exported);
  await button(page, 'Import').click();
  await expect(card(page, 'exported')).toBeChecked();
  await expect(card(page, 'exported')).toContainText('micro with lr 0.002');

  const later = path.join(home, 'later.json');
  writeFileSync(later, '{"extends": "tiny", "lr": 0.1, "warp_speed": 9}');
  await choose(later);
  await button(page, 'Import').click();
  const alert = page.getByRole('dialog').getByRole('alert');
  await expect(alert).toContainText('warp_speed is no setting of a recipe');
  await expect(alert).toContainText('Update ConMIM Studio if a later version has written the file');
  await button(page, 'Cancel').click();
  await expect(card(page, 'later')).toHaveCount(0);
  await expect(button(page, 'Import…'), 'the focus is back').toBeFocused();
  await choose(later);
  await button(page, 'Cancel').click();
  writeFileSync(later, ' '.repeat(60_000));
  await choose(later);
  await expect(page.getByText('later.json has')).toBeVisible();
  writeFileSync(later, '{"extends": "tiny"}');
  await choose(later);
  await button(page, 'Cancel').click();

  await goTo(page, 'Fine-tune');
  await expect(page.getByRole('combobox', { name: 'Recipe' })).toBeVisible();
  await choose(exported);
  await button(page, 'Import').click();
  await expect(page.getByRole('combobox', { name: 'Recipe' })).toHaveValue('exported');
});

test('presets of a later version are named, and those of Fine-tune stay there', async ({
  studio,
  home,
}) => {
  const folder = path.join(home, 'workspace', 'recipes', 'pretrain');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'later.json'), '{"extends": "tiny", "warp_speed": 9}');
  const page = studio.page();
  await openForm(page, home);
  await expect(page.getByRole('alert', { name: 'Presets that cannot be used' })).toContainText(
    'The preset “later” cannot be used: warp_speed is no setting of a recipe.',
  );
  await expectUsable(page, 'a preset of a later version');
  await button(page, 'Delete the preset later').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('alert', { name: 'Presets that cannot be used' })).toHaveCount(0);

  await goTo(page, 'Fine-tune');
  const recipe = page.getByRole('combobox', { name: 'Recipe' });
  await recipe.selectOption('tiny');
  await page.getByText('Settings of the recipe').click();
  await page.getByRole('textbox', { name: 'Batch size' }).fill('16');
  await save(page, 'wards 12');
  await expect(recipe).toHaveValue('wards 12');
  await expectUsable(page, 'Fine-tune with a preset');
  await goTo(page, 'Pre-train');
  await expect(card(page, 'Micro')).toBeVisible();
  await expect(card(page, 'wards 12')).toHaveCount(0);
});
