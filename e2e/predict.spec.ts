/** A fine-tuned classifier used on new images: predictions, corrections, and a folder that is watched. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectUsable } from './accessible.ts';
import { callStudio, untilState } from './call-studio.ts';
import { chooseImages, predictOn } from './choose-images.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

/** Fine-tune a very small network and open the page of its result. */
async function fineTune(page: Page, train: string, task?: 'multilabel'): Promise<void> {
  const { id } = await callStudio(page, 'jobs.submit', {
    kind: 'finetune',
    from: 'scratch',
    train,
    ...(task === undefined ? {} : { task }),
    mode: 'full',
    recipe: 'micro',
    name: 'shapes',
    settings: { steps: '12', warmup_epochs: '0', batch_size: '8' },
    device: 'cpu',
  });
  await untilState(page, id, 'done');
  await page.goto(new URL(`#/finetune/results/${id}`, page.url()).href);
}

test('from the end of a fine-tuning to classified new images, and to a labelled set', async ({
  studio,
  home,
}) => {
  const labelled = writePictures(path.join(home, 'labelled'), 12);
  const unseen = writePictures(path.join(home, 'unseen'), 9, 2);
  writeFileSync(path.join(unseen, 'broken.png'), 'no image');
  const page = studio.page();

  await test.step('without a classifier the page says what to do', async () => {
    await goTo(page, 'Predict');
    await expect(
      page.getByRole('heading', { name: 'There is no fine-tuned network yet' }),
    ).toBeVisible();
    await expect(page.getByText('There are none yet.')).toBeVisible();
    await expectUsable(page, 'Predictions');
  });

  await fineTune(page, labelled);
  const rows = page.getByRole('region', { name: 'Predictions' }).locator('[aria-posinset]');

  await test.step('three clicks later the new images are classified', async () => {
    await predictOn(studio, unseen, async () => {
      await expect(page.getByLabel('Fine-tuned network').first()).toHaveValue(/^shapes/);
      await expectUsable(page, 'Predictions');
    });
    await expect(page.getByText('done', { exact: true })).toBeVisible();
    await expect(page.getByText('18 images', { exact: true })).toBeVisible();
    await expect(page.getByText('1 image could not be decoded and was left out')).toBeVisible();
    await expect(
      page.getByRole('button', { name: /^Open 000\.png: (discs|stripes), / }),
    ).toHaveCount(2);
    const picture = rows.first().getByRole('button').locator('img');
    await expect
      .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(0);
    await expectUsable(page, 'Predictions');
  });

  const confidences = async () =>
    await rows
      .getByRole('button', { name: /^Open/ })
      .evaluateAll((all) =>
        all.map((one) => Number(/([\d.]+) %$/.exec(one.getAttribute('aria-label')!)![1])),
      );

  await test.step('sort and filter', async () => {
    await page.getByLabel('Order').selectOption('Least confident first');
    let least: number[] = [];
    // The images of the order before are shown until the answer is there.
    const rises = async () => {
      least = await confidences();
      return least.length > 4 && least.every((one, i) => i === 0 || one >= least[i - 1]!);
    };
    await expect.poll(rises).toBe(true);
    await page.getByLabel('Order').selectOption('Most confident first');
    await expect.poll(async () => (await confidences())[0]).toBeGreaterThanOrEqual(least.at(-1)!);
    await page.getByLabel('Confidence from, %').fill('100');
    await expect(page.getByText('No prediction passes the filter.')).toBeVisible();
    await page.getByLabel('Confidence from, %').fill('');
    await page.getByRole('combobox', { name: 'Predicted class' }).click();
    // Of the classes one has images for certain, and with it nothing else is shown.
    const option = page.getByRole('option', { name: /^(discs|stripes) \([1-9]/ }).first();
    const [, name, count] = /^(\w+) \((\d+)\)$/.exec(await option.innerText())!;
    await option.click();
    const shown = count === '18' ? '18 images' : `${count} of 18 images`;
    await expect(page.getByText(shown, { exact: true })).toBeVisible();
    const others = page.getByRole('button', { name: /^Open/ }).filter({ hasNotText: name! });
    await expect(rows.getByText(name!, { exact: true }).first()).toBeVisible();
    await expect(others.and(page.getByLabel(new RegExp(`: (?!${name})`)))).toHaveCount(0);
    await page.getByRole('combobox', { name: 'Predicted class' }).click();
    await page.getByRole('option', { name: 'All classes (18)' }).click();
    await expect(page.getByText('18 images', { exact: true })).toBeVisible();
  });

  await test.step('look at an image, with its probabilities', async () => {
    await rows.first().getByRole('button', { name: /^Open/ }).click();
    const box = page.getByRole('dialog');
    await expect(box.locator('img')).toBeVisible();
    await expect(box.getByText(/^1 of 18 .*discs [\d.]+ %/)).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(box.getByText(/^2 of 18/)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(box).toHaveCount(0);
  });

  await test.step('correct labels: they are a labelled set, and no image folder changes', async () => {
    const before = readdirSync(unseen);
    for (const [at, name] of ['stripes', 'discs'].entries()) {
      const label = rows.nth(at).getByLabel(/^Label of/);
      await label.selectOption(name);
      await expect(label).toHaveValue(name);
    }
    await expect(page.getByRole('link', { name: 'Corrections of shapes' })).toBeVisible();
    await expect(page.getByText(/: 2 images\. Choose it on Fine-tune/)).toBeVisible();
    const list = path.join(studio.workspace, 'labels', 'Corrections of shapes.csv');
    const labelsOf = (text: string) => {
      const [header, ...lines] = text.trim().split('\n');
      return { header, labels: lines.map((line) => line.split(',')[1]).sort() };
    };
    await expect
      .poll(() => labelsOf(readFileSync(list, 'utf8')))
      .toEqual({ header: 'path,label', labels: ['discs', 'stripes'] });
    expect(readdirSync(unseen)).toEqual(before);

    // A list that was damaged: the label is not shown as if it were kept, and images stay visible.
    const third = rows.nth(2).getByLabel(/^Label of/);
    const text = readFileSync(list, 'utf8');
    writeFileSync(list, 'nonsense\n');
    await third.selectOption('discs');
    const failure = page.getByRole('alert').filter({ hasText: 'The label was not saved' });
    await expect(failure).toContainText(list);
    await expect(third).toHaveValue('');
    writeFileSync(list, text);
    await third.selectOption('discs');
    await expect(third).toHaveValue('discs');
    await expect(failure).toHaveCount(0);
    await third.selectOption('');
    await expect(third).toHaveValue('');
    await goTo(page, 'Fine-tune');
    await page.getByRole('combobox', { name: 'Training set', exact: true }).click();
    await expect(
      page.getByRole('option', { name: /^Corrections of shapes – 2 images/ }),
    ).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('they are kept, and saved as tables', async () => {
    await page.reload();
    await goTo(page, 'Predict');
    await page.getByRole('link', { name: /^Predict unseen with/ }).click();
    await expect(rows.first()).toBeVisible();
    await page.getByLabel('Order').selectOption('Most confident first');
    await expect(rows.first().getByLabel(/^Label of/)).toHaveValue('stripes');
    if (studio.name !== 'web') return;
    for (const [button, check] of [
      ['Save as CSV', (text: string) => text.trim().split('\n').length - 1],
      ['Save as JSON', (text: string) => (JSON.parse(text) as unknown[]).length],
    ] as const) {
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      expect(check(readFileSync(await (await saved).path(), 'utf8'))).toBe(18);
    }
  });

  await test.step('watch a folder', async () => {
    const inbox = path.join(home, 'inbox');
    mkdirSync(inbox);
    await page.getByRole('button', { name: 'More images…' }).click();
    await page.getByRole('switch', { name: /^Watch the folders/ }).click();
    await chooseImages(studio, inbox);
    await expect(page.getByText('watching', { exact: true })).toBeVisible();
    copyFileSync(path.join(unseen, 'discs', '000.png'), path.join(inbox, 'new.png'));
    await expect(page.getByRole('button', { name: /^Open new\.png/ })).toBeVisible();
    renameSync(inbox, `${inbox}-away`);
    await expect(page.getByText(`${inbox} is not there; it is looked for.`)).toBeVisible();
    renameSync(`${inbox}-away`, inbox);
    copyFileSync(path.join(unseen, 'discs', '001.png'), path.join(inbox, 'later.png'));
    await expect(page.getByRole('button', { name: /^Open later\.png/ })).toBeVisible();
    await expect(page.getByText('2 images so far. New images are classified')).toBeVisible();
    rmSync(path.join(inbox, 'later.png'));
    await page.getByRole('button', { name: 'Stop watching' }).click();
    await expect(page.getByText('It was stopped. Predictions up to then are kept.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Open new\.png/ })).toBeVisible();
  });
});

test('corrections with several labels an image may be none, and leave the set again', async ({
  studio,
  home,
}) => {
  const folder = writePictures(path.join(home, 'labelled'), 6);
  const rowsOf = (name: string, labels: string) =>
    Array.from({ length: 6 }, (_, i) => `${name}/00${i}.png,${i % 2 === 0 ? labels : name}`);
  const list = path.join(folder, 'labels.csv');
  const lines = ['path,labels', ...rowsOf('discs', 'discs;round'), ...rowsOf('stripes', 'stripes')];
  writeFileSync(list, `${lines.join('\n')}\n`);
  const page = studio.page();
  await fineTune(page, list, 'multilabel');
  const labels = page.getByRole('region', { name: 'Per label' });
  await expect(labels.getByRole('button', { name: 'stripes' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'predictions.csv' })).toHaveCount(
    studio.name === 'web' ? 1 : 0,
  );
  await predictOn(studio, folder);
  await expect(page.getByText('12 images', { exact: true })).toBeVisible();

  const first = page
    .getByRole('region', { name: 'Predictions' })
    .locator('[aria-posinset]')
    .first();
  const remove = first.getByRole('button', { name: /^Remove from the set: / });
  await expect(remove).toHaveCount(0);
  await first.getByRole('combobox', { name: /^Label of/ }).click();
  await page.getByRole('option', { name: 'round' }).click();
  await page.keyboard.press('Escape');
  await expect(remove).toBeVisible();
  await expectUsable(page, 'Predictions');
  const sets = async () => (await callStudio(page, 'datasets.list', {})).map((one) => one.several);
  await expect.poll(sets).toEqual([true]);
  const corrections = path.join(studio.workspace, 'labels', 'Corrections of shapes.csv');
  const written = () => readFileSync(corrections, 'utf8').trim().split('\n').slice(1);
  await expect.poll(() => existsSync(corrections)).toBe(true);
  await expect.poll(written).toHaveLength(1);
  await first.getByRole('combobox', { name: /^Label of/ }).click();
  await page.keyboard.press('Backspace');
  await expect.poll(() => written()[0]?.split(',')[1]).toBe('');
  await page.keyboard.press('Escape');
  await remove.click();
  await expect(remove).toHaveCount(0);
  await expect.poll(written).toEqual([]);
});

test('predictions that fail say why, and how to go on', async ({ studio, home }) => {
  const folder = writePictures(path.join(home, 'pictures'), 4);
  const page = studio.page();
  await callStudio(page, 'jobs.submit', {
    kind: 'predict',
    model: path.join(home, 'nothing.safetensors'),
    data: [folder],
    device: 'cpu',
  });
  await goTo(page, 'Predict');
  await page.getByRole('link', { name: /^Predict pictures with/ }).click();
  await expect(page.getByText('failed', { exact: true })).toBeVisible();
  await expect(page.getByRole('alert').first()).toContainText('nothing.safetensors');
  await expectUsable(page, 'Predictions');
  await page.goto(new URL('#/predict/gone', page.url()).href);
  await expect(page.getByText('These predictions are not in the list any more.')).toBeVisible();
});

test('a network that gives each pixel a class is named as what it is', async ({ studio }) => {
  const page = studio.page();
  const labelled = { kind: 'finetune', recipe: {}, classes: ['road', 'sky'] };
  const write = (name: string, task: string, number: number) =>
    writeRun(studio.workspace, { name, steps: 3, record: { ...labelled, task } }, number);
  const segmenter = write('streets', 'segment', 0);
  write('weather', 'multilabel', 1);
  const options = page.getByRole('listbox', { name: 'Fine-tuned network' }).getByRole('option');
  await goTo(page, 'Predict');
  await page.getByRole('combobox', { name: 'Fine-tuned network' }).click();
  await expect(options.filter({ hasText: /^weather – classifier/ })).toBeVisible();
  await expect(options.filter({ hasText: /^streets – semantic segmentation/ })).toBeVisible();
  await page.keyboard.press('Escape');

  await goTo(page, 'Fine-tune');
  await page.getByRole('tab', { name: 'Evaluate' }).click();
  await page.getByRole('combobox', { name: 'Fine-tuned network' }).click();
  await expect(options.filter({ hasText: /^streets – semantic segmentation/ })).toBeVisible();
  await page.keyboard.press('Escape');

  await goTo(page, 'Models');
  await expect(page.getByText('semantic segmentation, 2 classes')).toBeVisible();
  await page.goto(new URL(`#/models/${segmenter}`, page.url()).href);
  await expect(page.getByRole('link', { name: 'Its run' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Predict on new images…' })).toBeVisible();
});
