/** Labels of form fields explain their terms, by pointer and by keyboard. */
import path from 'node:path';
import { expectAccessible, violationsOn } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

pageOnly();

test('labels explain terms and settings on hover and on focus by keyboard', async ({
  studio,
  home,
}) => {
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 3);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  await goTo(page, 'Pre-train');
  const tip = page.getByRole('tooltip');
  await page.getByText('Training set', { exact: true }).hover();
  await expect(tip.filter({ hasText: 'Images that a network learns from.' })).toBeVisible();
  await page.getByText('Mask ratio', { exact: true }).hover();
  await expect(tip.filter({ hasText: 'share of masked cells' })).toBeVisible();

  const rate = page.getByRole('textbox', { name: 'Learning rate' });
  await rate.click();
  await page.mouse.move(0, 0);
  await expect(tip).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('textbox', { name: 'Image size' })).toBeFocused();
  await expect(tip.filter({ hasText: 'Side of the square crop' })).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await expect(rate).toBeFocused();
  await expect(tip.filter({ hasText: 'Peak learning rate' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(tip).toHaveCount(0);

  await goTo(page, 'Fine-tune');
  await page.getByText('Validation split', { exact: true }).hover();
  await expect(
    tip.filter({ hasText: 'Share of the training set that is set apart as validation set.' }),
  ).toBeVisible();
  await page.getByRole('combobox', { name: 'Task' }).focus();
  await page.keyboard.press('Escape');
  await page.mouse.move(0, 0);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(tip.filter({ hasText: 'What is learnt or evaluated' })).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
});
