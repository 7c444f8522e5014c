/** The choice of new images by the form of the Predict page. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import type { LaunchedHost } from './hosts/host.ts';

/** From the page of a trained network: in a browser the choice of images is open at once. */
export async function predictOn(
  studio: LaunchedHost,
  folder: string,
  look = async () => {},
): Promise<void> {
  const page = studio.page();
  await page.getByRole('link', { name: 'Predict on new images…' }).click();
  await look();
  if (studio.name === 'web') await takeFolder(page, folder);
  else await chooseImages(studio, folder);
}

/** Take a folder in the dialog of the page, or in that of the system. */
export async function chooseImages(studio: LaunchedHost, folder: string): Promise<void> {
  const page = studio.page();
  if (studio.name !== 'web') {
    await studio.choose({ folders: [folder] });
    await page.getByRole('button', { name: 'Choose folders…' }).click();
    return;
  }
  await page.getByRole('button', { name: 'Choose images…' }).click();
  await takeFolder(page, folder);
}

async function takeFolder(page: Page, folder: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder', { exact: true }).fill(folder);
  await page.keyboard.press('Enter');
  const name = path.basename(folder);
  await expect(dialog.getByLabel('Place').getByRole('button', { name })).toBeVisible();
  await dialog.getByRole('button', { name: 'Take this folder' }).click();
}
