/** Failed jobs are shown once, and where they belong. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { callStudio, untilState } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

test('a failed import does not stand before the runs', async ({ studio, home }) => {
  const page = studio.page();
  writeRun(studio.workspace, { name: 'a run', steps: 3 });
  const file = path.join(home, 'bad.pt');
  writeFileSync(file, 'not weights');
  const { id } = await callStudio(page, 'jobs.submit', {
    kind: 'import',
    file,
    out: path.join(studio.workspace, 'models', 'bad'),
  });
  await untilState(page, id, 'failed');
  await goTo(page, 'Runs');
  await expect(page.getByRole('link', { name: 'a run' })).toBeVisible();
  const others = page.getByRole('region', { name: 'Other failed jobs' });
  await expect(others.getByRole('alert')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Queue' })).toHaveCount(0);
  const [list, failed] = [
    await page.getByRole('region', { name: 'All runs' }).boundingBox(),
    await others.boundingBox(),
  ];
  expect(failed!.y).toBeGreaterThan(list!.y);
});

test('the page of a failed job shows its error once, and no other', async ({ studio, home }) => {
  const page = studio.page();
  const submit = (name: string) => {
    const folder = path.join(home, `empty-${name}`);
    mkdirSync(folder);
    return callStudio(page, 'jobs.submit', {
      kind: 'pretrain',
      name,
      recipe: 'micro',
      folders: [folder],
      settings: {},
      device: 'cpu',
    });
  };
  const [first, second] = [await submit('first'), await submit('second')];
  for (const { id } of [first, second]) await untilState(page, id, 'failed');
  await page.goto(new URL(`#/runs/job/${first.id}`, page.url()).href);
  await expect(page.getByRole('alert')).toHaveCount(1);
  await expect(page.getByRole('alert')).toContainText('empty-first');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page).not.toHaveURL(new RegExp(first.id));
});

test('the result of a failed fine-tuning shows its error once', async ({ studio, home }) => {
  const page = studio.page();
  const train = path.join(home, 'empty');
  mkdirSync(train);
  const { id } = await callStudio(page, 'jobs.submit', {
    kind: 'finetune',
    from: 'scratch',
    train,
    mode: 'full',
    recipe: 'micro',
    settings: {},
    device: 'cpu',
  });
  await untilState(page, id, 'failed');
  await page.goto(new URL(`#/finetune/results/${id}`, page.url()).href);
  await expect(page.getByRole('alert')).toContainText('empty');
  const log = page.locator('details').filter({ hasText: 'Log' }).locator('pre');
  await expect(log).toBeHidden();
  await page.getByText('Log', { exact: true }).click();
  await expect(log).toContainText('empty');
});
