/** The folder picker of the page, which shows the folders of the server. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, goTo, test } from './fixtures.ts';

test('a folder that cannot be read leaves what was typed and the folder before it', async ({
  studio,
  home,
  hostName,
}) => {
  test.skip(hostName !== 'web', 'the window has the dialog of the system');
  mkdirSync(path.join(home, 'pictures', 'inside'), { recursive: true });
  const page = studio.page();
  await goTo(page, 'Data sets');
  await page.getByRole('button', { name: 'Add images…' }).click();
  const dialog = page.getByRole('dialog');
  const folder = dialog.getByLabel('Folder', { exact: true });
  const go = async (to: string) => {
    await folder.fill(to);
    await dialog.getByRole('button', { name: 'Go' }).click();
  };
  const inside = dialog.getByRole('button', { name: 'inside' });
  const take = dialog.getByRole('button', { name: 'Take this folder' });
  const missing = path.join(home, 'pictures', 'missing');

  await go(path.join(home, 'pictures'));
  await expect(inside).toBeVisible();
  await expect(folder).toHaveValue('');
  await go(missing);
  await expect(dialog.getByRole('alert').first()).toBeVisible();
  await expect(folder).toHaveValue(missing);
  await expect(inside).toBeVisible();
  await expect(take).toBeDisabled();
  await expect(dialog.getByLabel('Reading the folder')).toHaveCount(0);
  await inside.click();
  await expect(folder).toHaveValue('');
  await expect(take).toBeEnabled();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
});
