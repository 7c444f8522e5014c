/** Preparing the images of a training that waits for them. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { presets } from '../engine/recipes/presets.ts';
import { expectUsable } from './accessible.ts';
import { callStudio, untilState } from './call-studio.ts';
import { expect, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

test('a run that waits for images offers to prepare them, and the next run reads them', async ({
  studio,
  home,
}) => {
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 8);
  const changes = { batch_size: 8, steps: 2, warmup_epochs: 0, crop_min_area: 0.2 };
  const id = writeRun(studio.workspace, {
    name: 'waiting',
    steps: 60,
    record: {
      recipe: { ...presets.micro.recipe, ...changes },
      dataset: { folders: [folder], images: 16, fingerprint: '0'.repeat(64) },
    },
  });
  const waits = { type: 'warning', step: 60, time: Date.now(), code: 'data-wait', message: '55 %' };
  const events = path.join(studio.workspace, 'runs', id, 'events.jsonl');
  appendFileSync(events, `${JSON.stringify(waits)}\n`);
  await test.step('the page of the data set prepares, states the size, and removes', async () => {
    const set = await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
    await page.goto(new URL(`#/datasets/${set.id}`, page.url()).href);
    await page.getByRole('button', { name: 'More for pictures' }).click();
    await page.getByRole('menuitem', { name: 'Prepare images…' }).click();
    const dialog = page.getByRole('dialog');
    await expectUsable(page, 'The dialog to prepare images');
    await dialog.getByRole('button', { name: 'Prepare', exact: true }).click();
    const prepared = page.getByRole('region', { name: 'Prepared images' });
    await expect(
      prepared.getByText(/^16 images for views of \d+ × \d+ pixels: \d+ KB$/),
    ).toBeVisible();
    await page.goto(new URL('#/devices', page.url()).href);
    await expect(page.getByText(/Prepared images take \d+ KB/)).toBeVisible();
    await page.goto(new URL(`#/datasets/${set.id}`, page.url()).href);
    await expectUsable(page, 'A data set with prepared images');
    await prepared.getByRole('button', { name: /^Remove the images/ }).click();
    await expect(prepared).toHaveCount(0);
  });
  await page.goto(new URL(`#/runs/${id}`, page.url()).href);
  const offer = page.getByRole('region', { name: 'Training waited for images' });
  await expect(offer).toContainText(/at most 186 KB in the workspace/);
  await expectUsable(page, 'The page of a run that waited for images');
  await offer.getByRole('button', { name: 'Prepare images' }).click();
  await expect(offer.getByText(/^16 images are prepared/)).toBeVisible();
  await expect(offer.getByRole('button')).toHaveCount(0);

  const { id: job } = await callStudio(page, 'jobs.submit', {
    kind: 'pretrain',
    name: 'prepared',
    recipe: 'micro',
    folders: [folder],
    settings: Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [name, String(value)]),
    ),
    device: 'cpu',
  });
  await untilState(page, job, 'done');
  const { run } = (await callStudio(page, 'jobs.list', {})).find((one) => one.id === job)!;
  const { prepared } = await callStudio(page, 'runs.get', { id: run! });
  expect(prepared?.images).toBe(16);
});
