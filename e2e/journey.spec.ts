/**
 * The main workflow, from a folder of images to an exported classifier: every step through the page, with
 * real training in real engine processes.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { violationsOn } from './accessible.ts';
import { choose, expect, goTo, test } from './fixtures.ts';
import type { LaunchedHost } from './hosts/host.ts';
import { writePictures } from './images.ts';

/** Steps that are calls of the page alone, which are the same in the double; see `pageOnly`. */
const onPage = (studio: LaunchedHost, title: string, steps: () => Promise<void>) =>
  studio.name === 'double' ? undefined : test.step(title, steps);

test('from a folder of pictures to a classifier, and away with it', async ({ studio, home }) => {
  const pictures = writePictures(path.join(home, 'pictures'), 40);
  const labelled = writePictures(path.join(home, 'labelled'), 30, 1);
  const unseen = writePictures(path.join(home, 'unseen'), 10, 2);

  await test.step('add a folder, and see what is in it', async () => {
    await addFolder(studio, 'Add images…', pictures);
    const page = studio.page();
    await expect(page.getByRole('heading', { name: 'pictures', level: 1 })).toBeVisible();
    await expect(page.getByText(/Suggested: the recipe/)).toBeVisible();
    await expect(page.getByText('80 images', { exact: true })).toBeVisible();
    await expect(page.locator('img').first()).toBeVisible();
    await expect
      .poll(() =>
        page
          .locator('img')
          .evaluateAll((all) => all.every((img) => (img as HTMLImageElement).naturalWidth > 0)),
      )
      .toBe(true);
  });

  await test.step('set up a pre-training, see views and an estimate, and start', async () => {
    const page = studio.page();
    await page.getByRole('link', { name: 'Pre-train on this' }).click();
    await page.getByRole('radio', { name: /Micro/ }).click();
    await page.getByLabel('steps', { exact: true }).fill('20000');
    await page.getByLabel('batch_size', { exact: true }).fill('9999999');
    await expect(page.getByText(/must be a whole number from 1/).first()).toBeVisible();
    await expect(page.getByText('Fix first: Batch size (batch_size).')).toBeVisible();
    await page.getByLabel('batch_size', { exact: true }).fill('16');
    await page.getByRole('button', { name: /^Running/ }).click();
    await page.getByLabel('checkpoint_every', { exact: true }).fill('50');
    await page.getByLabel('log_every', { exact: true }).fill('1');
    await expect(page.getByAltText(/as the teacher sees it/).first()).toBeVisible();
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    await expect(page.getByText(/20,000 steps on cpu/)).toBeVisible();
    await page.getByLabel('Name of the run').fill('first run');
    await expect(page.getByText(/conmim pretrain .*--set batch_size=16/)).toBeVisible();
    await page.getByRole('button', { name: 'Start' }).click();
  });

  await test.step('watch it learn', async () => {
    await openRun(studio.page(), 'first run');
    await stepPast(studio.page(), 10);
    await expect(studio.page().locator('canvas').first()).toBeVisible();
    await expect(studio.page().getByText(/Loss (fell|rose) from/)).toBeVisible();
  });

  await test.step('lose the window, and find the training where it is by then', async () => {
    const before = await stepsDone(studio.page());
    await studio.kill();
    await studio.relaunch();
    await openRun(studio.page(), 'first run');
    await stepPast(studio.page(), before + 5);
    await expect(studio.page().getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  });

  await test.step('pause it, and go on', async () => {
    const page = studio.page();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('paused', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('training', { exact: true })).toBeVisible();
  });

  await test.step('lose the engine, see it said, and resume', async () => {
    const page = studio.page();
    const dir = await page.getByText(path.join(studio.workspace, 'runs')).last().innerText();
    await expect.poll(() => existsSync(path.join(dir, 'checkpoints', '50'))).toBe(true);
    const { pid } = JSON.parse(readFileSync(path.join(dir, 'lock'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await expect(page.getByRole('alert', { name: 'Process exited unexpectedly' })).toBeVisible();
    await expect(page.getByText('Log', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await expect(page.getByText('training', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByText('stopped', { exact: true })).toBeVisible();
  });

  await onPage(studio, 'go on with it on a device that is named', async () => {
    const page = studio.page();
    await page.getByRole('button', { name: 'Resume elsewhere…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resume on another device' });
    await expect(dialog.getByText(/It ran on cpu with float32/)).toBeVisible();
    await dialog.getByLabel('Compute on').selectOption('cpu');
    await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
    await expect(page.getByText('training', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByText('stopped', { exact: true })).toBeVisible();
  });

  await onPage(studio, 'see where it looks, beside what it was untrained', async () => {
    const page = studio.page();
    await page.getByRole('link', { name: 'Attention…' }).click();
    const maps = page.getByRole('region', { name: 'Attention of the class token' });
    const last = maps.getByRole('img', { name: /^teacher of .* on .*block 4, mean of the heads/ });
    await expect(last).toHaveCount(4);
    await expect(maps.getByRole('img', { name: /^untrained, seed \d+ on / })).toHaveCount(4);
    await maps.getByRole('slider', { name: 'Block' }).press('ArrowLeft');
    await expect(maps.getByText('Block 3 of 4')).toBeVisible();
    await maps.getByRole('switch', { name: 'Rollout' }).press('Space');
    await expect(maps.getByRole('img', { name: /block 3, rollout: highest \d/ })).toHaveCount(8);
    expect(await violationsOn(page)).toEqual([]);
    await page
      .getByRole('textbox', { name: 'Images', exact: true })
      .fill(path.join(home, 'nothing'));
    await page.getByRole('button', { name: 'Show attention' }).click();
    await expect(
      page.getByRole('alert').getByText(/There is no folder, list or image/),
    ).toBeVisible();
    await page.getByRole('link', { name: 'Its run' }).click();
  });

  await test.step('teach it classes', async () => {
    await addFolder(studio, 'Add labelled images…', labelled);
    await addFolder(studio, 'Add labelled images…', unseen);
    const page = studio.page();
    await expect(page.getByRole('row', { name: /discs/ })).toBeVisible();
    await openRun(page, 'first run');
    await page.getByRole('link', { name: 'Fine-tune from this' }).click();
    await choose(page, 'Training set', /^labelled/);
    await page.getByText('Settings of the recipe', { exact: true }).click();
    await page.getByLabel('epochs', { exact: true }).fill('2');
    await page.getByLabel('batch_size', { exact: true }).fill('16');
    await page.getByRole('button', { name: /^Length/ }).click();
    await page.getByLabel('min_steps', { exact: true }).fill('30');
    await page.getByLabel('Name of the run').fill('shapes');
    await page.getByRole('button', { name: 'Start fine-tuning' }).click();
    await openRun(page, 'shapes');
    await expect(page.getByText('done', { exact: true })).toBeVisible();
    await expect(page.getByText('Validation accuracy').first()).toBeVisible();
  });

  await onPage(studio, 'judge it on pictures that it has never seen', async () => {
    const page = studio.page();
    await goTo(page, 'Fine-tune');
    await page.getByRole('tab', { name: 'Evaluate' }).click();
    await choose(page, 'Fine-tuned network', /^shapes/);
    await choose(page, 'Validation set', /^unseen/);
    await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expect(page.getByText('Top-1 accuracy', { exact: true })).toBeVisible();
    await expect(page.getByText(/Evaluated on 20 images of 2 classes/)).toBeVisible();
    await expect(page.getByRole('table').filter({ hasText: 'actual \\ predicted' })).toBeVisible();
    await openCell(page);
  });

  await onPage(studio, 'see the same of its own validation images, without a job', async () => {
    const page = studio.page();
    await goTo(page, 'Fine-tune');
    await page.getByRole('link', { name: 'shapes', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Evaluate on other images…' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Calibration' })).toBeVisible();
    await openCell(page);
  });

  await test.step('take it away, checked, and bring it back', async () => {
    const page = studio.page();
    await goTo(page, 'Models');
    await page.getByRole('link', { name: 'shapes' }).click();
    await page.getByRole('radio', { name: /ONNX/ }).click();
    await page.getByRole('button', { name: 'Export and check' }).click();
    await expect(page.getByText('Written and checked').first()).toBeVisible();
    await page.getByRole('radio', { name: /Weights/ }).click();
    await page.getByRole('button', { name: 'Export and check' }).click();
    await expect(page.getByText(/bit-identical to those of the original/).first()).toBeVisible();
    const file = path.join(studio.workspace, 'exports', 'shapes.safetensors');
    expect(existsSync(file)).toBe(true);
    await goTo(page, 'Models');
    await page.getByRole('button', { name: 'Import weights…' }).click();
    await page.getByRole('textbox', { name: 'File or folder' }).fill(file);
    await page.getByLabel('Name', { exact: true }).fill('shapes-again');
    await page.getByRole('button', { name: 'Import and check' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('Imported and checked')).toBeVisible();
    await dialog.getByRole('link', { name: 'Look at it' }).click();
    await expect(page.getByRole('heading', { name: 'shapes-again', level: 1 })).toBeVisible();
    await expect(page.getByText('discs, stripes', { exact: true })).toBeVisible();
  });
});

/** Add a folder with the system dialog or the folder picker of the page. */
async function addFolder(studio: LaunchedHost, button: string, folder: string): Promise<void> {
  const page = studio.page();
  await goTo(page, 'Data sets');
  if (studio.name !== 'web') await studio.choose({ folders: [folder] });
  await page.getByRole('button', { name: button }).click();
  if (studio.name === 'web') {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Folder', { exact: true }).fill(folder);
    await dialog.getByRole('button', { name: 'Go', exact: true }).click();
    await expect(dialog.getByRole('button', { name: path.basename(folder) })).toBeVisible();
    await dialog.getByRole('button', { name: 'Take this folder' }).click();
  }
  await expect(page.getByRole('heading', { name: path.basename(folder), level: 1 })).toBeVisible();
}

async function openRun(page: Page, name: string): Promise<void> {
  await goTo(page, 'Runs');
  await page.getByRole('region', { name: 'All runs' }).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

async function stepsDone(page: Page): Promise<number> {
  const text = await page.getByText(/^[\d,]+ of [\d,]+ steps/).innerText();
  return Number(/^[\d,]+/.exec(text)![0].replaceAll(',', ''));
}

async function stepPast(page: Page, least: number): Promise<void> {
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(least);
}

/** A cell of the confusion matrix shows its images. */
async function openCell(page: Page): Promise<void> {
  const cells = page.getByRole('table').filter({ hasText: 'actual \\ predicted' });
  await cells.getByRole('button').first().click();
  const lightbox = page.getByRole('dialog');
  await expect(lightbox.getByText(/1 of \d+ · actual \w+, predicted \w+/)).toBeVisible();
  const picture = lightbox.getByRole('img', { name: /: actual/ });
  await expect
    .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth))
    .toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await expect(lightbox).toBeHidden();
}
