/** What forms and results state: lengths, problems, scores, units and counts. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { oneClassEvaluation, writeFineTuning } from './prepared-evaluations.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

test('forms state the number of steps, and a batch that is too large before the start', async ({
  studio,
  home,
}) => {
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 7);
  const { id } = await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [folder] });

  await test.step('of a pre-training', async () => {
    await page.goto(new URL(`#/pretrain/${id}`, page.url()).href);
    const summary = page.getByRole('region', { name: 'Summary' });
    await page.getByLabel('steps', { exact: true }).fill('5');
    await page.getByLabel('batch_size', { exact: true }).fill('128');
    await expect(summary).toContainText('takes 128 images, and there are only 14');
    await expect(summary.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();
    await page.getByLabel('batch_size', { exact: true }).fill('7');
    await expect(summary).toContainText('5 steps of 7 images (set by steps)');
    await expect(summary.getByRole('button', { name: 'Start', exact: true })).toBeEnabled();
  });

  await test.step('of a fine-tuning, with the setting that decides it', async () => {
    await goTo(page, 'Fine-tune');
    for (const [label, option] of [
      ['Begin with', /^From scratch/],
      ['Training set', /^pictures/],
    ] as const) {
      await page.getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option', { name: option }).click();
    }
    await page.getByText('Settings of the recipe', { exact: true }).click();
    await page.getByLabel('epochs', { exact: true }).fill('1');
    await page.getByRole('button', { name: /^Length/ }).click();
    const length = page.getByText(/^A training takes/);
    await page.getByLabel('min_steps', { exact: true }).fill('400');
    await expect(length).toContainText(/400 steps .*\(set by min_steps; 1 epoch would be \d+\)/);
    await page.getByLabel('min_steps', { exact: true }).fill('0');
    await expect(length).toContainText('1 epoch');
    await expect(length).not.toContainText('min_steps');
  });

  await test.step('of a comparison, for each share of the labels', async () => {
    await page.getByRole('tab', { name: 'Compare with scratch' }).click();
    const lengths = page.getByText(/^With .* of the labels a training takes/);
    await expect(lengths).toHaveText([/^With 1 %.*1 step /, /^With 10 %/, /^With 100 %/]);
  });
});

test('a finished fine-tuning is judged by its evaluation', async ({ studio, home }) => {
  const images = writePictures(path.join(home, 'pictures'), 6);
  const page = studio.page();
  const id = writeFineTuning(studio.workspace, 1, oneClassEvaluation(images));
  const events = path.join(studio.workspace, 'runs', id, 'events.jsonl');
  // The batch of the last step is at chance, the validation images are not.
  const step = { type: 'step', step: 20, time: 1, loss: 1, top1: 0.5, chance: 0.5 };
  const evaluation = {
    type: 'evaluation',
    step: 20,
    time: 2,
    n: 200,
    best: true,
    primary: { name: 'top1', better: 'higher' },
    values: { top1: 0.95, loss: 0.3 },
  };
  for (const event of [step, evaluation]) appendFileSync(events, `${JSON.stringify(event)}\n`);
  await page.goto(new URL(`#/runs/${id}`, page.url()).href);
  const main = page.getByRole('main');
  await expect(main.getByText('Validation accuracy', { exact: true }).first()).toBeVisible();
  await expect(main.getByText(/^chance level 50/)).toBeVisible();
  await expect(main.getByText(/not (yet )?(learning|above)/)).toHaveCount(0);
  // It has no teacher.
  await expect(main.getByText('Gradient norm', { exact: true }).first()).toBeVisible();
  await expect(main.getByText('EMA momentum')).toHaveCount(0);
  const result = page.getByRole('region', { name: 'Evaluation', exact: true });
  await expect(result.getByText('Calibration error (ECE) 25.0 %: overconfident.')).toBeVisible();
  await expect(result.getByText('F1 is the harmonic mean of precision and recall.')).toBeVisible();
});

test('memory has one unit, and one of a kind is singular', async ({ studio, home }) => {
  const page = studio.page();
  const folder = path.join(writePictures(path.join(home, 'one'), 1), 'discs');
  const { id } = await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
  const run = writeRun(studio.workspace, { name: 'short', steps: 1 });
  for (const [address, text] of [
    ['datasets', '1 image'],
    [`datasets/${id}`, '1 image'],
    ['runs', '1 run'],
    [`runs/${run}`, /^1 point\./],
    ['devices', /\d GB/],
  ] as const) {
    await page.goto(new URL(`#/${address}`, page.url()).href);
    const main = page.getByRole('main');
    await expect(main.getByText(text).first(), address).toBeVisible();
    const words = await main.innerText();
    expect(words, address).not.toMatch(/\b1 (images|points|tensors|runs|steps|classes|epochs)\b/);
    expect(words, address).not.toMatch(/[KMG]iB/);
  }
});
