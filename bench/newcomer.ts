// `npm run bench:newcomer -- DIR LABELLED`: what a newcomer does from the first page to a classifier,
// in clicks and seconds, in the browser, with real images. Writes bench/results/newcomer.csv.
//
// A click is a press of a button, link or choice, or filling one field. Seconds are what the program
// takes; a person reads in between.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Locator } from '@playwright/test';
import { findChromium } from '../build/browser.ts';
import { bundleRenderer } from '../build/renderer.ts';
import { ROOT } from '../build/root.ts';
import { serveStudio } from './start-server.ts';

export async function main(folders: string[]): Promise<void> {
  const [images, labelled] = folders.map((folder) => path.resolve(folder));
  if (images === undefined || labelled === undefined)
    throw new Error('Give a folder of images, and one of labelled images.');
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
  const add = async (kind: string, folder: string) => {
    await click(page.getByRole('link', { name: 'Data sets' }).first());
    await click(button(kind));
    const dialog = page.getByRole('dialog');
    await fill(dialog.getByLabel('Folder', { exact: true }), folder);
    await click(dialog.getByRole('button', { name: 'Go' }));
    await click(dialog.getByRole('button', { name: 'Take this folder' }));
    await page.getByText('Typical size').waitFor();
  };

  try {
    await does('open the link', async () => {
      await page.goto(url);
      await page.getByRole('heading', { name: 'Data sets', level: 1 }).waitFor();
    });
    await does('add a folder and read its health report', () => add('Add images…', images));
    await does('see what the network will see', async () => {
      await click(page.getByRole('link', { name: 'Pre-train on this' }));
      await page
        .getByAltText(/as the teacher sees it/)
        .first()
        .waitFor();
    });
    await does('measure how long it will take', async () => {
      await click(button('Measure'));
      await page.getByText(/steps on cpu/).waitFor();
    });
    await does('start and see the first step', async () => {
      await click(button('Start'));
      await page
        .getByText(/Loss (fell|rose|:)/)
        .first()
        .waitFor();
    });
    await does('stop', async () => {
      await page.getByText(/^[2-9]\d+ of [\d,]+ steps/).waitFor();
      await click(button('Stop'));
      await page.getByText('stopped', { exact: true }).waitFor();
    });
    await does('add labelled images', () => add('Add labelled images…', labelled));
    await does('judge the features by nearest neighbours', async () => {
      await click(page.getByRole('link', { name: 'Fine-tune' }).first());
      await click(page.getByRole('tab', { name: 'Nearest neighbours' }));
      for (const label of ['Network', 'Reference set', 'Validation set']) {
        await click(page.getByRole('combobox', { name: label, exact: true }));
        await click(page.locator('[role="option"]:visible').first());
      }
      await click(button('Judge'));
      await page.getByText(/Right with 20 neighbours/).waitFor();
    });
    await does('take the network away and check it', async () => {
      await click(page.getByRole('link', { name: 'Models' }).first());
      await click(page.getByRole('region', { name: 'List of models' }).getByRole('link').first());
      await click(button('Export and check'));
      await page
        .getByText(/answers exactly as the original/)
        .first()
        .waitFor();
    });
  } finally {
    const csv = [['what', 'clicks', 'seconds'], ...rows].map((row) => row.join(',')).join('\n');
    if (rows.length === 9)
      writeFileSync(path.join(ROOT, 'bench', 'results', 'newcomer.csv'), `${csv}\n`);
    await browser.close();
    server.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  }
}
