/** The lightbox over the images of a data set. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { expectAccessible } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, test } from './fixtures.ts';
import type { LaunchedDesktop } from './hosts/desktop.ts';
import { writePictures } from './images.ts';

/** Add the folder as a data set and open its page. */
async function openDataset(page: Page, folder: string): Promise<void> {
  const { id } = await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  await page.goto(new URL(`#/datasets/${id}`, page.url()).href);
}

test('walk through images, zoom, and come back to the image that was shown last', async ({
  studio,
  home,
}) => {
  const folder = writePictures(path.join(home, 'pictures'), 6);
  const large = path.join(folder, 'a-large.jpg');
  await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#2f7f6f' } })
    .jpeg()
    .toFile(large);
  const page = studio.page();
  await openDataset(page, folder);
  const tile = page.getByRole('button', { name: 'a-large.jpg, 3000 by 2000' });
  await tile.click();
  const box = page.getByRole('dialog');
  const picture = box.locator('img');
  const position = box.getByText(/^\d+ of 13/);
  await expect(picture).toHaveAttribute('alt', 'a-large.jpg');
  await expect(position).toContainText('3,000 × 2,000 pixels');

  await test.step('zoom by keys and buttons', async () => {
    const width = () => picture.evaluate((img) => img.getBoundingClientRect().width);
    // It has its size once it is there.
    await expect
      .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(0);
    const whole = await width();
    expect(whole).toBeLessThanOrEqual(1440);
    await page.keyboard.press('1');
    await expect.poll(width).toBe(3000);
    await expect
      .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBe(3000);
    await page.keyboard.press('-');
    await expect.poll(width).toBe(1500);
    await box.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(width).toBe(3000);
    await page.keyboard.press('Shift+ArrowRight');
    await expect(picture).toHaveAttribute('alt', 'a-large.jpg');
    await page.keyboard.press('0');
    await expect.poll(width).toBe(whole);
  });

  await test.step('the focus stays within', async () => {
    for (let i = 0; i < 15; i++) {
      await page.keyboard.press('Tab');
      expect(await box.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
  });

  await test.step('it is accessible in both colour schemes', async () => {
    await expectAccessible(page);
  });

  await test.step('its file can be found', async () => {
    if (studio.name === 'web') {
      await expect(box.getByRole('button', { name: 'Show in folder' })).toHaveCount(0);
    } else {
      const desktop = studio as LaunchedDesktop;
      const since = desktop.told.length;
      await box.getByRole('button', { name: 'Show in folder' }).click();
      expect((await desktop.next('reveal', since)).file).toBe(large);
    }
    await expect(box.getByRole('button', { name: 'Copy path' })).toBeVisible();
  });

  await test.step('arrows walk, Escape closes', async () => {
    await page.keyboard.press('Home');
    await expect(position).toContainText('1 of 13');
    await page.keyboard.press('ArrowLeft');
    await expect(position).toContainText('1 of 13');
    await page.keyboard.press('ArrowRight');
    await expect(position).toContainText('2 of 13');
    const name = await picture.getAttribute('alt');
    await page.keyboard.press('Escape');
    await expect(box).toHaveCount(0);
    const focused = page.locator(':focus');
    await expect(focused).toHaveAttribute('aria-label', new RegExp(`^${name}`));
  });
});

test('a picture whose file is gone is named, and the others can be reached', async ({
  studio,
  home,
}) => {
  const folder = writePictures(path.join(home, 'pictures'), 3);
  const page = studio.page();
  await openDataset(page, folder);
  await page
    .getByRole('button', { name: /^000\.png/ })
    .first()
    .click();
  const box = page.getByRole('dialog');
  await expect(box.locator('img')).toBeVisible();
  rmSync(path.join(folder, 'discs', '001.png'));
  await page.keyboard.press('ArrowRight');
  await expect(box.getByRole('alert')).toContainText('001.png');
  await page.keyboard.press('ArrowRight');
  await expect(box.locator('img')).toBeVisible();
});
