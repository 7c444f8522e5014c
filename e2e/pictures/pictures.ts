/** Pictures of the application for docs/ and its help. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, test } from '@playwright/test';
import sharp from 'sharp';
import { ROOT } from '../../build/root.ts';
import { callStudio } from '../call-studio.ts';
import { chromiumOptions, chromiumPath } from '../hosts/chromium.ts';
import type { LaunchedHost } from '../hosts/host.ts';
import { launchWeb } from '../hosts/web-host.ts';
import { contentOf, watchedRun, writeImages } from './content.ts';
import { shotsOf } from './shots.ts';
import { fillWorkspace, jobLike, until } from './workspace.ts';

const HOME = process.env['CONMIM_PICTURES'] ?? path.join(os.tmpdir(), 'conmim-pictures');
const PICTURES = path.join(ROOT, 'docs', 'pictures', 'app');
/** The help shows all pictures in this ratio. */
const SIZE = { width: 1200, height: 750 };
const SHARPNESS = 1.5;
const QUALITY = 82;
/** Animations and images have ended. */
const SETTLED_MS = 1500;

let studio: LaunchedHost;
let browser: Browser;

test.beforeAll(async () => {
  mkdirSync(HOME, { recursive: true });
  mkdirSync(PICTURES, { recursive: true });
  await writeImages(HOME, (words) => {
    const command = path.join(ROOT, 'build', 'conmim.mjs');
    execFileSync(process.execPath, [command, ...words], { stdio: 'inherit' });
  });
  browser = await chromium.launch(chromiumOptions(chromiumPath()));
  studio = await launchWeb({ workspace: path.join(HOME, 'ConMIM'), roots: [HOME], browser });
  const page = studio.page();
  await fillWorkspace(page, HOME);
  // The run that is watched is shown running.
  const { id, run = '' } = (await jobLike(page, watchedRun(contentOf(HOME))))!;
  const { status } = await callStudio(page, 'runs.get', { id: run });
  if (id !== undefined && status === 'stopped')
    await callStudio(page, 'jobs.submit', { kind: 'resume', run });
  await until(async () => {
    const now = await callStudio(page, 'runs.get', { id: run });
    return now.status === 'running' || now.status === 'done';
  });
});

test.afterAll(async () => {
  const { run = '' } = (await jobLike(studio.page(), watchedRun(contentOf(HOME))))!;
  const { status } = await callStudio(studio.page(), 'runs.get', { id: run });
  if (status === 'running')
    await callStudio(studio.page(), 'runs.control', { id: run, command: 'stop' });
  await studio.close();
  await browser.close();
});

for (const shot of shotsOf(HOME))
  test(shot.name, async () => {
    const base = studio.page();
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        viewport: SIZE,
        deviceScaleFactor: SHARPNESS,
        colorScheme,
        storageState: await base.context().storageState(),
      });
      const page = await context.newPage();
      const open = async (address: string) => {
        await page.goto(new URL(`/#${address}`, base.url()).href);
        await page.getByRole('heading', { level: 1 }).waitFor();
      };
      await open('/help');
      await shot.show(page, open);
      await page.waitForTimeout(SETTLED_MS);
      const picture = await sharp(await page.screenshot())
        .webp({ quality: QUALITY, effort: 6 })
        .toBuffer();
      writeFileSync(path.join(PICTURES, `${shot.name}-${colorScheme}.webp`), picture);
      await context.close();
    }
  });
