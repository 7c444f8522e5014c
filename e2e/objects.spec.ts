/** The journey to a network that finds objects: the set, its task, a training, and the result. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BOTH_LAYOUTS, expectUsable } from './accessible.ts';
import { callStudio, untilState } from './call-studio.ts';
import { chooseImages } from './choose-images.ts';
import { choose, expect, goTo, pageOnly, test } from './fixtures.ts';
import { writeShapes } from './shapes.ts';

pageOnly();

test('finds objects: set, task, training, worst images', async ({ studio, home }) => {
  const page = studio.page();
  const shapes = path.join(home, 'shapes');
  writeShapes(shapes, 24);
  await callStudio(page, 'datasets.add', { kind: 'dense', folders: [shapes], name: 'shapes' });
  const scanned = async () => (await callStudio(page, 'datasets.list', {}))[0]?.report?.dense?.of;
  await expect.poll(scanned).toBe('objects');

  await test.step('the set decides the task, and another that fits is kept', async () => {
    await goTo(page, 'Fine-tune');
    const task = page.getByRole('combobox', { name: 'Task' });
    await choose(page, 'Training set', /^shapes/);
    await expect(task).toHaveValue(/^Object detection/);
    await choose(page, 'Task', /^Instance segmentation/);
    await choose(page, 'Training set', /^shapes/);
    await expect(task).toHaveValue(/^Instance segmentation/);
    await expect(page.getByText('The labels do not fit the task')).toHaveCount(0);
    await page.getByRole('button', { name: /^How labels are read/ }).click();
    await expect(page.getByLabel('Format').getByRole('option')).toContainText(['COCO', 'YOLO']);
    await expect(page.getByLabel('Ignored values')).toHaveCount(0);
    await expectUsable(page, 'Fine-tuning on objects');
  });

  const { id } = await callStudio(page, 'jobs.submit', {
    kind: 'finetune',
    from: 'scratch',
    train: shapes,
    task: 'instances',
    mode: 'full',
    recipe: 'micro',
    name: 'shapes',
    settings: {
      steps: '30',
      warmup_epochs: '0',
      batch_size: '8',
      image_size: '32',
      patch_size: '8',
      embed_dim: '32',
      depth: '3',
      heads: '2',
      queries: '6',
      query_blocks: '2',
      mask_points: '64',
      lr: '0.002',
    },
    device: 'cpu',
  });
  await untilState(page, id, 'done');

  await test.step('the result shows scores, curves, classes and the worst images', async () => {
    await page.goto(new URL(`#/finetune/results/${id}`, page.url()).href);
    await expect(
      page.getByText(/^Evaluated on \d+ objects in \d+ images, with 2 classes/),
    ).toBeVisible();
    await expect(page.getByRole('img', { name: /^Precision by recall of masks/ })).toBeVisible();
    await expect(page.getByRole('table', { name: 'All scores' })).toContainText('AP50');
    await expect(page.getByRole('region', { name: 'Boxes per class', exact: true })).toContainText(
      'square',
    );
    const worst = page.getByRole('region', { name: 'Worst images' });
    await expect(worst.getByText(/^Actual: 1 square, 1 bar$/).first()).toBeVisible();
    const slider = worst.getByRole('slider');
    await slider.press('Home');
    await expect(worst.getByText('Smallest score 5 %')).toBeVisible();
    await expect(worst.getByText(/^Predicted: \d/).first()).toBeVisible();
    await expectUsable(
      page,
      'The result with objects',
      studio.name === 'web' ? BOTH_LAYOUTS : undefined,
    );
    await worst
      .getByRole('button', { name: /^Predicted in/ })
      .first()
      .click();
    const box = page.getByRole('dialog');
    await expect(box.getByText(/1 of \d/)).toBeVisible();
    await box.getByText('Actual', { exact: true }).click();
    await expect(box.getByText(/1 square, 1 bar/)).toBeVisible();
    await expectUsable(page, 'The lightbox with objects');
    await page.keyboard.press('Escape');
  });

  await test.step('objects of new images are shown from a score on, by class, and saved', async () => {
    const fresh = path.join(home, 'fresh');
    writeShapes(fresh, 14);
    writeFileSync(path.join(fresh, 'images', 'broken.png'), 'no image');
    await page.goto(new URL(`#/finetune/results/${id}`, page.url()).href);
    await page.getByRole('link', { name: 'Predict on new images…' }).click();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('combobox', { name: 'Fine-tuned network' })).toHaveValue(/^shapes/);
    await expect(page.getByLabel('Format')).toHaveCount(0);
    await chooseImages(studio, path.join(fresh, 'images'));
    // The page that the form leads to follows the job to its end.
    await expect(page.getByText('14 images', { exact: true })).toBeVisible();
    const job = /#\/predict\/([^/]+)$/.exec(page.url())![1]!;
    await expect(page.getByText('broken.png')).toBeVisible();
    const cards = page.getByRole('article');
    await expect(cards).toHaveCount(12);
    const boxes = cards.first().locator('[data-overlay] rect');
    const slider = page.getByRole('slider', { name: /^Smallest score/ });
    await slider.press('End');
    await expect(page.getByText('Smallest score 95 %')).toBeVisible();
    await expect(boxes).toHaveCount(0);
    const classes = page.getByRole('combobox', { name: 'Predicted class' });
    await classes.click();
    await expect(page.getByRole('option', { name: 'square (0)', exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    const jobs = (await callStudio(page, 'jobs.list', {})).length;
    await slider.press('Home');
    await expect(boxes).not.toHaveCount(0);
    await expect(page.getByText('Smallest score 5 %')).toBeVisible();
    expect((await callStudio(page, 'jobs.list', {})).length).toBe(jobs);
    await expectUsable(page, 'Predicted objects');

    await cards.first().getByRole('button').click();
    const box = page.getByRole('dialog');
    await expect(box.getByText(/1 of 12/)).toBeVisible();
    await expect(box.locator('[data-overlay] rect')).not.toHaveCount(0);
    await expect(box.getByText(/^(square|bar) \d+ %$/).first()).toBeVisible();
    await box.getByRole('slider').press('End');
    await expect(box.locator('[data-overlay] rect')).toHaveCount(0);
    await box.getByRole('slider').press('Home');
    await page.keyboard.press('Escape');

    await classes.click();
    // Counts of another score are not shown as numbers.
    const counted = page.getByRole('option', { name: /^square \([1-9]\d*\)$/ });
    const all = Number(/\d+/.exec((await counted.textContent())!)![0]);
    await counted.click();
    await expect(page.getByText(`${all === 14 ? '' : `${all} of `}14 images`)).toBeVisible();
    const save = page.getByRole('region', { name: 'Save objects' });
    await expect(save.getByText(/score of 5 % or more, of the class square alone/)).toBeVisible();
    for (const format of ['yolo', 'coco']) {
      await save.getByLabel('Format').selectOption(format);
      await save.getByRole('button', { name: 'Save' }).click();
      await expect(save.getByText(`${format}-5-square`)).toBeVisible();
    }
    await expect(save.getByText(/^\d+ objects in 14 images saved\.$/)).toBeVisible();
    const { results } = (await callStudio(page, 'jobs.list', {})).find((one) => one.id === job)!;
    const file = path.join(results!, 'coco-5-square', 'annotations.json');
    const coco = JSON.parse(readFileSync(file, 'utf8'));
    expect(coco.images).toHaveLength(14);
    const kinds = coco.annotations.map((one: { category_id: number }) => one.category_id);
    // As the training set numbers it.
    expect(new Set(kinds)).toEqual(new Set([1]));
    await expectUsable(page, 'Predicted objects');
  });
});
