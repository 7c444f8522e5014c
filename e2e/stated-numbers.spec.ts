/** Numbers and verdicts of forms and results agree with each other, and with what will happen. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { callStudio } from './call-studio.ts';
import { expect, goTo, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { oneClassEvaluation, writeFineTuning } from './prepared-evaluations.ts';
import { writeRun } from './prepared-runs.ts';

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

test('a batch larger than the set is named, and cannot be started', async ({ studio, home }) => {
  const page = studio.page();
  const folder = await writePictures(path.join(home, 'pictures'), 7);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  await goTo(page, 'Pre-train');
  await page.getByRole('radio', { name: 'Micro' }).click();
  const batch = page.getByRole('textbox', { name: 'Batch size' });
  const start = page.getByRole('button', { name: 'Start', exact: true });
  await batch.fill('128');
  const problem = 'A batch takes 128 images, and there are only 14: lower batch_size';
  await expect(page.getByText(problem).first()).toBeVisible();
  await expect(page.getByText(/\b0 steps/)).toHaveCount(0);
  await expect(start).toBeDisabled();
  await batch.fill('7');
  await expect(page.getByText(problem)).toHaveCount(0);
  await expect(page.getByText(/steps of 7 images \(/).first()).toBeVisible();
  await expect(start).toBeEnabled();
});

test('a fine-tuning states its steps and what decides them', async ({ studio, home }) => {
  const page = studio.page();
  const folder = await writePictures(path.join(home, 'pictures'), 8);
  await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [folder] });
  await goTo(page, 'Fine-tune');
  await choose(page, 'Training set', /^pictures/);
  await page.getByText('Settings of the recipe', { exact: true }).click();
  await page.getByLabel('epochs', { exact: true }).fill('1');
  await page.getByLabel('batch_size', { exact: true }).fill('4');
  await page.getByRole('button', { name: /^Length/ }).click();
  const least = page.getByLabel('min_steps', { exact: true });
  await least.fill('400');
  await expect(page.getByText('400 steps of 4 images (set by min_steps; 1 epoch')).toBeVisible();
  await least.fill('0');
  await expect(page.getByText(/takes [34] steps of 4 images \(1 epoch\)/)).toBeVisible();
});

test('a result has one verdict on chance and one on calibration', async ({ studio, home }) => {
  const images = await writePictures(path.join(home, 'pictures'), 6);
  const page = studio.page();
  const evaluated = writeFineTuning(studio.workspace, 0, oneClassEvaluation(images));
  const primary = { name: 'top1', better: 'higher' };
  const record = {
    kind: 'finetune',
    recipe: { image_size: 32, batch_size: 8 },
    classes: ['discs', 'stripes'],
    best: { step: 20, primary, values: { top1: 0.95 }, n: 200 },
  };
  const learned = writeRun(studio.workspace, { name: 'learned', steps: 20, record }, 1);
  await page.goto(new URL(`#/runs/${evaluated}`, page.url()).href);
  const calibration = page.getByText(/^Calibration error \(ECE\) /);
  await expect(calibration.first()).toHaveText('Calibration error (ECE) 25.0 %: overconfident.');
  await expect(page.getByText('F1 is the harmonic mean of precision and recall.')).toBeVisible();
  for (const id of [evaluated, learned]) {
    await page.goto(new URL(`#/runs/${id}`, page.url()).href);
    await expect(page.getByText('done', { exact: true })).toBeVisible();
    await expect(page.getByText(/not learning|roughly right|surer of itself/)).toHaveCount(0);
  }
});

test('memory is stated in decimal units on every page', async ({ studio, home }) => {
  const page = studio.page();
  const folder = await writePictures(path.join(home, 'pictures'), 7);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  const run = writeRun(studio.workspace, { name: 'sampled', steps: 20, sampled: true });
  await goTo(page, 'Devices');
  await expect(page.getByText(/\d GB\b/).first()).toBeVisible();
  for (const address of ['/devices', '/datasets', '/pretrain', '/runs', `/runs/${run}`]) {
    await page.goto(new URL(`#${address}`, page.url()).href);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(/\d [KMGT]iB\b/), address).toHaveCount(0);
    await expect(page.getByText(/(?<![\d,.])1 (images|points|tensors|steps)\b/)).toHaveCount(0);
  }
});
