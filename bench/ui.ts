// `npm run bench:ui`: does the window stay fluid with a million images, ten thousand runs, half a
// million points, and a map of a hundred thousand images? Builds such a workspace, opens it in Chromium, scrolls and zooms, and appends what it
// measured to bench/results/ui.csv. Times of frames are what the page's own clock says.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';
import { plainArguments } from '../build/arguments.ts';
import { findChromium } from '../build/browser.ts';
import { bundleRenderer } from '../build/renderer.ts';
import { writeListing } from '../engine/tools/listing-file.ts';
import { appendRows } from './append-rows.ts';
import { serveStudio } from './start-server.ts';
import { lasso, MAPPED, pan, wheel, writeMap } from './ui-map.ts';

const IMAGES = 1_000_000;
const RUNS = 10_000;
const POINTS = 500_000;

/** Functions of the page, for code that runs in `evaluate`. */
declare function requestAnimationFrame(tick: (now: number) => void): number;
declare function cancelAnimationFrame(id: number): void;
/** Stored in the page between two calls of `evaluate`. */
interface FrameWatch {
  __frames: number[];
  __raf: number;
}

/** A thousand real images, each listed a thousand times. */
async function writeImages(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let i = 0; i < 1000; i++) {
    const file = path.join(folder, `${i}.jpg`);
    const background = { r: (i * 37) % 256, g: (i * 91) % 256, b: (i * 53) % 256 };
    await sharp({ create: { width: 160, height: 120, channels: 3, background } })
      .jpeg()
      .toFile(file);
    files.push(file);
  }
  return files;
}

async function writeDataset(
  workspace: string,
  folder: string,
  files: readonly string[],
): Promise<string> {
  const id = 'a00000000001';
  const dir = path.join(workspace, 'datasets', id);
  mkdirSync(dir, { recursive: true });
  const addedAt = new Date().toISOString();
  const record = { id, name: 'A million images', kind: 'images', folders: [folder], addedAt };
  writeFileSync(path.join(dir, 'dataset.json'), JSON.stringify(record));
  const size = [160, 120];
  writeFileSync(
    path.join(dir, 'report.json'),
    JSON.stringify({
      images: IMAGES,
      bytes: IMAGES * 900,
      formats: { jpeg: IMAGES },
      ignored: {},
      unreadable: { count: 0, files: [] },
      duplicates: { groups: 0, extra: 0, examples: [] },
      sizes: {
        histogram: [{ from: 96, to: 128, images: IMAGES }],
        smallest: size,
        median: size,
        largest: size,
      },
      suggestion: {
        recipe: 'tiny',
        imageSize: 64,
        patchSize: 8,
        reason: 'Made for a measurement.',
      },
      notes: [],
      fingerprint: '0'.repeat(64),
      scannedAt: addedAt,
      scanSeconds: 1,
    }),
  );
  function* images() {
    for (let i = 0; i < IMAGES; i++)
      yield { path: files[i % files.length]!, width: 160, height: 120, bytes: 900, format: 'jpeg' };
  }
  await writeListing(path.join(dir, 'images'), {
    folders: [folder],
    images: images(),
    views: new Map([['duplicates', []]]),
  });
  return id;
}

function runRecord(i: number) {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
  const id = `${createdAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-run-${String(i).padStart(6, '0')}`;
  return {
    format: 1,
    id,
    name: `run ${i}`,
    kind: 'pretrain',
    status: 'done',
    createdAt,
    updatedAt: createdAt,
    step: POINTS,
    totalSteps: POINTS,
    device: 'cpu',
    recipe: { image_size: 32, patch_size: 4, embed_dim: 96, depth: 4 },
    dataset: { folders: ['/images'], images: IMAGES, fingerprint: '0'.repeat(64) },
    versions: {},
  };
}

/** @returns the newest run, which has events of all steps */
function writeRuns(workspace: string): string {
  const runs = Array.from({ length: RUNS }, (_, i) => runRecord(i));
  for (const run of runs) {
    const dir = path.join(workspace, 'runs', run.id);
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, 'run.json'), JSON.stringify(run));
  }
  const { id } = runs.at(-1)!;
  const events = path.join(workspace, 'runs', id, 'events.jsonl');
  for (let block = 0; block < POINTS; block += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, k) => {
      const step = block + k + 1;
      const wave = Math.sin(step / 900) + Math.sin(step * 1.7) * 0.2;
      return JSON.stringify({
        type: 'step',
        step,
        time: 1.8e12 + step * 100,
        epoch: Math.floor(step / 1000),
        loss: 4 * Math.exp(-step / 2e5) + 0.1 * wave,
        tokenMatch: 0.5 + 0.05 * wave,
        chance: 1 / 64,
        gradNorm: 1,
        lr: 1e-3 * (1 - step / POINTS),
        weightDecay: 0.05,
        emaMomentum: 0.999,
        imagesPerSecond: 400 + 20 * wave,
        dataWaitMs: 1,
        stepMs: 100,
        etaSeconds: 1,
        rssBytes: 5e8,
      });
    });
    appendFileSync(events, `${lines.join('\n')}\n`);
  }
  return id;
}

/** Times between frames during an action. */
async function frames(page: Page, act: () => Promise<void>) {
  await page.evaluate(() => {
    const watch = globalThis as unknown as FrameWatch;
    watch.__frames = [];
    let last = performance.now();
    const tick = (now: number) => {
      watch.__frames.push(now - last);
      last = now;
      watch.__raf = requestAnimationFrame(tick);
    };
    watch.__raf = requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => {
    const watch = globalThis as unknown as FrameWatch;
    cancelAnimationFrame(watch.__raf);
    return watch.__frames;
  });
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return {
    frames: times.length,
    frameMedianMs: at(0.5),
    frameP95Ms: at(0.95),
    frameWorstMs: at(1),
  };
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics').catch(() => ({ metrics: [] }));
  const found = metrics.find(({ name }) => name === 'JSHeapUsedSize');
  if (found !== undefined) return found.value;
  return page.evaluate(() => {
    const { memory } = performance as { memory?: { readonly usedJSHeapSize: number } };
    return memory?.usedJSHeapSize ?? 0;
  });
}

const rssOf = (pid: number) =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1024;

/** Turn the mouse wheel over a part of the page. */
async function scroll(page: Page, target: Locator, turns: number): Promise<void> {
  await target.hover();
  for (let i = 0; i < turns; i++) {
    await page.mouse.wheel(0, i % 10 === 9 ? 400_000 : 600);
    await page.waitForTimeout(30);
  }
}

/** Zoom in five times by dragging, move the cursor, and zoom out. */
async function zoom(page: Page, chart: Locator): Promise<void> {
  await chart.scrollIntoViewIfNeeded();
  for (let i = 0; i < 5; i++) {
    const box = (await chart.boundingBox())!;
    const y = box.y + box.height / 2;
    for (let x = 0; x < 20; x++) await page.mouse.move(box.x + 80 + x * 10, y);
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 10 });
    await page.mouse.up();
    await page.waitForTimeout(300);
  }
}

export async function main(args: string[]): Promise<void> {
  plainArguments(args, 0);
  await bundleRenderer();
  const home = mkdtempSync(path.join(os.tmpdir(), 'conmim-bench-ui-'));
  const workspace = path.join(home, 'workspace');
  const machine = `${os.cpus()[0]?.model.trim()} x${os.availableParallelism()}`;
  try {
    const folder = path.join(home, 'images');
    const files = await writeImages(folder);
    const dataset = await writeDataset(workspace, folder, files);
    const run = writeRuns(workspace);
    writeMap(workspace, run, { folder, files });
    const { server, url } = await serveStudio(workspace);
    const browser = await chromium.launch({
      executablePath: findChromium()!,
      args: ['--no-sandbox', '--enable-precise-memory-info'],
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    const base = new URL(url).origin;

    /** Open a page of the application, wait for its content, and move in it. */
    const measure = async (
      what: string,
      address: string,
      shown: Locator,
      act: () => Promise<void>,
    ) => {
      const began = performance.now();
      await page.goto(`${base}/#/${address}`);
      await shown.waitFor({ timeout: 60_000 });
      const measured = {
        firstMs: performance.now() - began,
        ...(await frames(page, act)),
        heapBytes: await heapBytes(page),
        hostBytes: rssOf(server.pid!),
      };
      const rounded = Object.entries(measured).map(([key, value]) => [key, Math.round(value)]);
      const row = { machine, what, ...Object.fromEntries(rounded) };
      process.stdout.write(`${JSON.stringify(row)}\n`);
      appendRows('ui', [row]);
    };

    const runs = page.getByRole('region', { name: 'List of runs' });
    await measure(`${RUNS} runs`, 'runs', page.getByText('run 9999', { exact: true }), () =>
      scroll(page, runs, 40),
    );
    const grid = page.getByRole('region', { name: /^Images; arrow keys/ });
    await measure(`${IMAGES} images`, `datasets/${dataset}`, grid.locator('img').first(), () =>
      scroll(page, grid, 60),
    );
    const chart = page.locator('canvas').first();
    await measure(
      `${POINTS} points`,
      `runs/${run}`,
      page.getByText(/Loss fell from .* 500,000/),
      () => zoom(page, chart),
    );
    const map = page.locator('canvas').first();
    const outliers = page.getByRole('list', { name: /^Least like/ }).locator('img');
    for (const [what, move] of Object.entries({ pan, zoom: wheel, lasso }))
      await measure(
        `map of ${MAPPED} points, ${what}`,
        `insight/map/${run}`,
        outliers.first(),
        () => move(page, map),
      );
    await browser.close();
    server.kill('SIGTERM');
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
