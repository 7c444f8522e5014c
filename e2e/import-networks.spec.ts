/** A file with two networks without a default: the page lists them, and the user chooses one. */
import path from 'node:path';
import { writeSafetensors } from '../engine/formats/safetensors.ts';
import { tinyModel } from '../engine/models/export/testing/tiny-models.ts';
import { browserOnly, expect, test } from './fixtures.ts';
import { launchWeb } from './hosts/web-host.ts';

browserOnly('the page is the same in every host');

test('the networks of a file are listed, and one can be chosen', async ({ home, openBrowser }) => {
  const { tensors } = tinyModel();
  const both = ['first.', 'second.'].flatMap((prefix) =>
    [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const),
  );
  const file = path.join(home, 'both.safetensors');
  await writeSafetensors(file, new Map(both));
  const studio = await launchWeb({
    workspace: path.join(home, 'workspace'),
    roots: [home],
    browser: await openBrowser(),
  });
  try {
    const page = studio.page();
    await page.getByRole('link', { name: 'Models' }).first().click();
    await page.getByRole('button', { name: 'Import weights…' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'File or folder' }).fill(file);
    await dialog.getByRole('button', { name: 'Import and check' }).click();
    await expect(dialog.getByText(/"second" \(\d+ tensors.*“Network” second/)).toBeVisible();
    const choice = dialog.getByLabel('Network, of a file with several').first();
    await choice.click();
    await page.getByRole('option', { name: 'second' }).click();
    await dialog.getByRole('button', { name: 'Import and check' }).click();
    await expect(dialog.getByText('Imported and checked')).toBeVisible();
    await expect(
      dialog.getByText(/"second" was taken; for the other: “Network” first/),
    ).toBeVisible();
  } finally {
    await studio.close();
  }
});
