/** The table of runs: sort, filter, select, edit, fold, and the view in the address. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { violationsOn } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

const namesOf = (page: Page) =>
  page.getByRole('table', { name: 'Runs' }).getByRole('rowheader').getByRole('link');

test('runs are sorted, filtered, selected, edited and deleted', async ({ studio }) => {
  const { workspace } = studio;
  const page = studio.page();
  const ids = ['alpha', 'beta', 'gamma'].map((name, i) =>
    writeRun(workspace, { name, steps: 10 * (i + 1) }, i),
  );
  for (let i = 3; i < 7; i++)
    writeRun(
      workspace,
      { name: `cell ${i}`, steps: 2, record: { comparison: '/x/few labels' } },
      i,
    );
  await goTo(page, 'Runs');
  const comparison = page.getByRole('row', { name: /Comparison in few labels/ });

  await test.step('runs of a comparison are folded under it', async () => {
    await expect(namesOf(page)).toHaveText(['gamma', 'beta', 'alpha']);
    await expect(comparison).toContainText('4 runs');
    await comparison.getByRole('button').click();
    await expect(namesOf(page)).toHaveCount(7);
    await comparison.getByRole('button').click();
    await expect(namesOf(page)).toHaveCount(3);
  });

  await test.step('any column sorts, and the address keeps the order', async () => {
    await page.getByRole('button', { name: 'Loss' }).click();
    await expect(namesOf(page)).toHaveText(['gamma', 'beta', 'alpha']);
    await page.getByRole('button', { name: 'Loss' }).click();
    await expect(namesOf(page)).toHaveText(['alpha', 'beta', 'gamma']);
    await page.reload();
    await expect(page.getByRole('columnheader', { name: 'Loss' })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await expect(namesOf(page)).toHaveText(['alpha', 'beta', 'gamma']);
  });

  await test.step('columns are chosen, and stay', async () => {
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Device' }).click();
    await expect(page.getByRole('checkbox', { name: 'Device' })).toBeChecked();
    await page.reload();
    await expect(page.getByRole('columnheader', { name: 'Device' })).toBeVisible();
  });

  await test.step('a run is named anew, and has tags and a star', async () => {
    await page.getByRole('checkbox', { name: 'Select alpha' }).check();
    await page.getByRole('button', { name: 'Edit…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('alpha two');
    await dialog.getByRole('combobox', { name: 'Tags' }).fill('x-ray,');
    await dialog.getByLabel('Note').fill('lr too high');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('link', { name: 'alpha two' })).toBeVisible();
    await page.getByRole('button', { name: 'beta, favourite' }).click();
    await expect(page.getByRole('button', { name: 'beta, favourite' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    const { items } = await callStudio(page, 'runs.list', { offset: 0, count: 9, tag: 'X-RAY' });
    expect(items).toMatchObject([{ name: 'alpha two', note: 'lr too high' }]);
    await page.getByRole('switch', { name: 'Favourites' }).check({ force: true });
    await expect(namesOf(page)).toHaveText(['beta']);
    await page.getByRole('switch', { name: 'Favourites' }).uncheck({ force: true });
  });

  await test.step('selected runs are compared', async () => {
    await page.getByRole('checkbox', { name: 'Select beta' }).check();
    await page.reload();
    await expect(page.getByRole('checkbox', { name: 'Select beta' })).toBeChecked();
    await page.getByRole('button', { name: 'Compare curves' }).click();
    await expect(page.getByText(/beta fell from/).first()).toBeVisible();
    await page.goBack();
  });

  await test.step('selected runs are deleted after one question', async () => {
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 runs?' });
    await expect(dialog.getByText(/Deletes 2 runs, [\d.]+ KB on the disk/)).toBeVisible();
    await dialog.getByRole('button', { name: 'Delete 2 runs' }).click();
    await expect(namesOf(page)).toHaveText(['gamma']);
    const left = ids.map((id) => existsSync(path.join(workspace, 'runs', id)));
    expect(left).toEqual([false, false, true]);
  });

  expect(await violationsOn(page)).toEqual([]);
});
