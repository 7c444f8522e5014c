/** Evaluations on pages of runs, their mistakes, and the files of results. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { expect, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import {
  oneClassEvaluation,
  severalLabelsEvaluation,
  writeComparison,
  writeFineTuning,
} from './prepared-evaluations.ts';
import { writeRun } from './prepared-runs.ts';

async function open(page: Page, address: string): Promise<void> {
  await page.goto(new URL(`#${address}`, page.url()).href);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

test('a fine-tuned run shows its evaluation and gives its files', async ({ studio, home }) => {
  const images = writePictures(path.join(home, 'pictures'), 6);
  const page = studio.page();
  const id = writeFineTuning(studio.workspace, 0, oneClassEvaluation(images));
  await open(page, `/runs/${id}`);
  const evaluation = page.getByRole('region', { name: 'Evaluation', exact: true });

  await test.step('by the parts of a result', async () => {
    for (const name of ['Confusion matrix', 'Calibration', 'Most confident mistakes', 'Files'])
      await expect(evaluation.getByRole('region', { name })).toBeVisible();
    await expect(evaluation.getByText(/Evaluated on 4 images of 2 classes/)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('a cell of the matrix opens its images, and so does a mistake', async () => {
    const matrix = evaluation.getByRole('table').filter({ hasText: 'actual \\ predicted' });
    await matrix.getByRole('button').first().click();
    const box = page.getByRole('dialog');
    await expect(box.getByText(/1 of 1 · actual/)).toBeVisible();
    await page.keyboard.press('Escape');
    const mistakes = evaluation.getByRole('region', { name: 'Most confident mistakes' });
    await mistakes.getByRole('button').first().click();
    await expect(box.getByText(/Actual discs, predicted stripes, confidence 80 %/)).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('the files', async () => {
    const files = evaluation.getByRole('region', { name: 'Files' });
    await expect(files.getByRole('listitem')).toHaveText([/^metrics\.json/, /^predictions\.csv/]);
    const links = files.getByRole('listitem').getByRole('link');
    await expect(links).toHaveCount(studio.name === 'web' ? 2 : 0);
    if (studio.name !== 'web') return;
    const saved = page.waitForEvent('download');
    await files.getByRole('link', { name: 'predictions.csv' }).click();
    expect(readFileSync(await (await saved).path(), 'utf8')).toMatch(/^path,label,predicted,/);
  });

  await test.step('a run without one says how to get it', async () => {
    const record = { kind: 'finetune', recipe: {}, classes: ['a', 'b'] };
    const old = writeRun(studio.workspace, { name: 'old', steps: 3, record }, 9);
    await open(page, `/runs/${old}`);
    await expect(page.getByText('This run keeps no confusion matrix')).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.getByRole('link', { name: 'Evaluate it' }).click();
    await expect(page.getByRole('tab', { name: 'Evaluate' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
  });
});

test.describe('on the page alone', () => {
  pageOnly();

  test('wrong labels of several are shown by label and kind', async ({ studio, home }) => {
    const images = writePictures(path.join(home, 'pictures'), 6);
    const page = studio.page();
    const id = writeFineTuning(studio.workspace, 0, severalLabelsEvaluation(images));
    await open(page, `/runs/${id}`);
    const mistakes = page.getByRole('region', { name: 'Most confident mistakes' });
    const captions = mistakes.getByRole('figure');

    await expect(captions).toHaveText([
      /^Missed stripesprobability 5 %001\.png/,
      /^False discsprobability 75 %002\.png/,
      /^Missed stripesprobability 40 %001\.png/,
    ]);
    await expectAccessible(page);
    await mistakes.getByText('Missed', { exact: true }).click();
    await expect(captions).toHaveCount(2);
    await mistakes.getByRole('combobox', { name: 'Label' }).click();
    await page.getByRole('option', { name: 'stripes (2)' }).click();
    await expect(captions).toHaveCount(2);
    await captions.last().getByRole('button').click();
    const box = page.getByRole('dialog');
    await expect(
      box.getByText('2 of 2 · Missed stripes, probability 40 %; actual stripes, predicted none'),
    ).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(box.getByText(/1 of 2 · Missed stripes, probability 5 %/)).toBeVisible();
    await page.keyboard.press('Escape');
    await mistakes.getByText('False', { exact: true }).click();
    await expect(mistakes.getByText('There are no such mistakes.')).toBeVisible();
    await mistakes.getByRole('combobox', { name: 'Label' }).click();
    await page.getByRole('option', { name: 'All labels (1)' }).click();
    await expect(captions).toHaveText([/^False discs/]);
  });
});

test('a comparison lists its files, though its job recorded none', async ({ studio }) => {
  const id = writeComparison(studio.workspace);
  await studio.kill();
  await studio.relaunch();
  const page = studio.page();
  await open(page, `/finetune/results/${id}`);
  const files = page.getByRole('region', { name: 'Files' });
  await expect(files.getByRole('listitem')).toHaveText([
    /^compare-full\.svg/,
    /^compare\.csv/,
    /^compare\.json/,
    /^compare\.md/,
  ]);
  await expectAccessible(page);
});
