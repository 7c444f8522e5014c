// `npm run bench:newcomer -- DIR LABELLED`: what a newcomer does from the first page to a classifier,
// in clicks and seconds, in the browser, with real images. Writes bench/results/newcomer.csv.
//
// A click is a press of a button, link or choice, or filling one field. Seconds are what the program
// takes; a person reads in between.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Locator } from '@playwright/test';
import { ArgumentError, plainArguments } from '../build/arguments.ts';
import { findChromium } from '../build/browser.ts';
import { bundleRenderer } from '../build/renderer.ts';
import { ROOT } from '../build/root.ts';
import { serveStudio } from './start-server.ts';

/** Rows of a bench that went through. */
const DONE = 8;

export async function main(args: string[]): Promise<void> {
  const [images, labelled] = plainArguments(args, 2).map((folder) => path.resolve(folder));
  if (images === undefined || labelled === undefined)
    throw new ArgumentError('Give a folder of images, and one of labelled images.');
  await bundleRenderer();

  const home = mkdtempSync(path.join(os.tmpdir(), 'conmim-newcomer-'));
  const roots = [home, images, labelled].flatMap((folder) => ['--root', folder]);
  const { server, url } = await serveStudio(path.join(home, 'workspace'), roots);
  const browser = await chromium.launch({
    executablePath: findChromium()!,
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120_000);

  const rows: string[][] = [];
  let clicks = 0;
  const click = async (locator: Locator) => {
    clicks++;
    await locator.click();
  };
  const fill = async (locator: Locator, text: string) => {
    clicks++;
    await locator.fill(text);
  };
  const button = (name: string) => page.getByRole('button', { name });
  const does = async (what: string, act: () => Promise<void>) => {
    clicks = 0;
    const began = performance.now();
    await act();
    const seconds = (performance.now() - began) / 1000;
    rows.push([what, String(clicks), seconds.toFixed(1)]);
    process.stdout.write(`${what}: ${clicks} clicks, ${seconds.toFixed(1)} s\n`);
  };
  const choose = async (label: string, option = /./) => {
    await click(page.getByRole('combobox', { name: label, exact: true }));
    await click(page.locator('[role="option"]:visible').filter({ hasText: option }).first());
  };
  const take = async (folder: string, label: string) => {
    const dialog = page.getByRole('dialog');
    await fill(dialog.getByLabel('Folder', { exact: true }), folder);
    await click(dialog.getByRole('button', { name: label }));
  };
  const pick = async (kind: string, folder: string, label: string) => {
    await click(button(kind));
    await take(folder, label);
  };

  try {
    await does('open the link', async () => {
      await page.goto(url);
      await page.getByRole('heading', { name: 'Data sets', level: 1 }).waitFor();
    });
    await does('from the open page to a running pre-training', async () => {
      await pick('Add images…', images, 'Take and pre-train');
      await click(button('Start'));
      await page.getByText(/^[1-9]\d* of [\d,]+ steps/).waitFor();
    });
    await does('stop', async () => {
      await click(button('Stop'));
      await page.getByText('stopped', { exact: true }).waitFor();
    });
    await does('add labelled images', async () => {
      await click(page.getByRole('link', { name: 'Data sets' }).first());
      await pick('Add labelled images…', labelled, 'Take this folder');
      await page.getByText('Typical size').waitFor();
    });
    await does('train a classifier and read its evaluation', async () => {
      await click(page.getByRole('link', { name: 'Fine-tune' }).first());
      await choose('Begin with', /pre-trained, step/);
      await choose('Training set');
      await click(page.getByRole('radio', { name: /^Linear probe/ }));
      await click(button('Start fine-tuning'));
      await page.getByRole('region', { name: 'Confusion matrix' }).waitFor();
    });
    await does('from its result to a classified new image', async () => {
      await click(page.getByRole('link', { name: 'Predict on new images…' }));
      await take(images, 'Take this folder');
      await page
        .getByRole('button', { name: /^Open / })
        .first()
        .waitFor();
    });
    await does('evaluate the features by nearest neighbours', async () => {
      await click(page.getByRole('link', { name: 'Fine-tune' }).first());
      await click(page.getByRole('tab', { name: 'Nearest neighbours' }));
      await choose('Network', /pre-trained, step/);
      await choose('Reference set');
      await choose('Validation set');
      await click(button('Evaluate the features'));
      await page
        .getByText(/Top-1 accuracy, k = 20/)
        .first()
        .waitFor();
    });
    await does('export the network and check it', async () => {
      await click(page.getByRole('link', { name: 'Models' }).first());
      await click(page.getByRole('region', { name: 'List of models' }).getByRole('link').first());
      await click(button('Export and check'));
      await page.getByText('Written and checked').first().waitFor();
    });
  } finally {
    const csv = [['what', 'clicks', 'seconds'], ...rows].map((row) => row.join(',')).join('\n');
    if (rows.length === DONE)
      writeFileSync(path.join(ROOT, 'bench', 'results', 'newcomer.csv'), `${csv}\n`);
    await browser.close();
    server.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  }
}
