// `npm run bench:ui`: does the window stay fluid with a million images, ten thousand runs and half a
// million points? Builds such a workspace, opens it in Chromium, scrolls and zooms, and appends what it
// measured to bench/results/ui.csv. Times of frames are what the page's own clock says.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import sharp from 'sharp';
import { findChromium } from '../build/browser.mjs';
import { compile } from '../build/compile.mjs';
import { bundleRenderer } from '../build/renderer.mjs';

const IMAGES = 1_000_000;
const RUNS = 10_000;
const POINTS = 500_000;
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

compile();
await bundleRenderer();
const { writeListing } = await import('../out/engine/tools/listing-file.js');

/** Real pictures, a thousand of them; the list names each a thousand times. */
async function writeImages(folder) {
  mkdirSync(folder, { recursive: true });
  const files = [];
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

async function writeDataset(workspace, folder, files) {
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
        ...{ smallest: size, median: size, largest: size },
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
      yield { path: files[i % files.length], width: 160, height: 120, bytes: 900, format: 'jpeg' };
  }
  await writeListing(path.join(dir, 'images'), {
    folders: [folder],
    images: images(),
    views: new Map([['duplicates', []]]),
  });
  return id;
}

function runRecord(i) {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
  const id = `${createdAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-run-${String(i).padStart(6, '0')}`;
  return {
    ...{ format: 1, id, name: `run ${i}`, kind: 'pretrain', status: 'done' },
    ...{ createdAt, updatedAt: createdAt, step: POINTS, totalSteps: POINTS, device: 'cpu' },
    recipe: { image_size: 32, patch_size: 4, embed_dim: 96, depth: 4 },
    dataset: { folders: ['/images'], images: IMAGES, fingerprint: '0'.repeat(64) },
    versions: {},
  };
}

function writeRuns(workspace) {
  let last;
  for (let i = 0; i < RUNS; i++) {
    last = runRecord(i);
    const dir = path.join(workspace, 'runs', last.id);
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, 'run.json'), JSON.stringify(last));
  }
  const events = path.join(workspace, 'runs', last.id, 'events.jsonl');
  for (let block = 0; block < POINTS; block += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, k) => {
      const step = block + k + 1;
      const wave = Math.sin(step / 900) + Math.sin(step * 1.7) * 0.2;
      return JSON.stringify({
        ...{ type: 'step', step, time: 1.8e12 + step * 100, epoch: Math.floor(step / 1000) },
        ...{ loss: 4 * Math.exp(-step / 2e5) + 0.1 * wave, tokenMatch: 0.5 + 0.05 * wave },
        ...{ chance: 1 / 64, gradNorm: 1, lr: 1e-3 * (1 - step / POINTS), weightDecay: 0.05 },
        ...{ emaMomentum: 0.999, imagesPerSecond: 400 + 20 * wave, dataWaitMs: 1, stepMs: 100 },
        ...{ etaSeconds: 1, rssBytes: 5e8 },
      });
    });
    appendFileSync(events, `${lines.join('\n')}\n`);
  }
  return last.id;
}

async function serve(workspace) {
  const start = `const { main } = await import(${JSON.stringify(`file://${root}/out/engine/cli/main.js`)}); await main(process.argv.slice(1));`;
  const words = ['serve', '--json', '--port', '0', '--workspace', workspace];
  const server = spawn(process.execPath, ['--input-type=module', '-e', start, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const record = JSON.parse(line);
    if (record.type === 'serve') return { server, url: record.url };
  }
  throw new Error('conmim serve ended.');
}

/** Times between frames while something is done, ms. */
async function frames(page, act) {
  await page.evaluate(() => {
    globalThis.__frames = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.__frames.push(now - last);
      last = now;
      globalThis.__raf = requestAnimationFrame(tick);
    };
    globalThis.__raf = requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.__raf);
    return globalThis.__frames;
  });
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { frames: times.length, median: at(0.5), p95: at(0.95), worst: times.at(-1) };
}

async function heapBytes(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics').catch(() => ({ metrics: [] }));
  const found = metrics.find(({ name }) => name === 'JSHeapUsedSize');
  return found?.value ?? (await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0));
}

const rssOf = (pid) =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1024;

const home = mkdtempSync(path.join(os.tmpdir(), 'conmim-bench-ui-'));
const workspace = path.join(home, 'workspace');
const rows = [];
const note = (what, values) => {
  rows.push({ what, ...values });
  process.stdout.write(`${what}: ${JSON.stringify(values)}\n`);
};
try {
  const folder = path.join(home, 'images');
  const dataset = await writeDataset(workspace, folder, await writeImages(folder));
  const run = writeRuns(workspace);
  const { server, url } = await serve(workspace);
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  const base = new URL(url).origin;
  const round = (values) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Math.round(value)]));

  let began = performance.now();
  await page.goto(`${base}/#/runs`);
  await page.getByText('run 9999', { exact: true }).waitFor({ timeout: 60_000 });
  const runsMs = performance.now() - began;
  const runsList = page.getByRole('region', { name: 'List of runs' });
  const runFrames = await frames(page, () => scroll(page, runsList, 40));
  note(
    `${RUNS} runs`,
    round({
      firstMs: runsMs,
      ...runFrames,
      heapBytes: await heapBytes(page),
      hostBytes: rssOf(server.pid),
    }),
  );

  began = performance.now();
  await page.goto(`${base}/#/datasets/${dataset}`);
  await page.getByText('1,000,000 images', { exact: true }).waitFor({ timeout: 60_000 });
  await page.locator('section img').first().waitFor();
  const gridMs = performance.now() - began;
  const grid = page.getByRole('region', { name: /^Images; arrow keys/ });
  const gridFrames = await frames(page, () => scroll(page, grid, 60));
  note(
    `${IMAGES} images`,
    round({
      firstMs: gridMs,
      ...gridFrames,
      heapBytes: await heapBytes(page),
      hostBytes: rssOf(server.pid),
    }),
  );

  began = performance.now();
  await page.goto(`${base}/#/runs/${run}`);
  await page.getByText(/Loss fell from .* 500,000/).waitFor({ timeout: 60_000 });
  const chartMs = performance.now() - began;
  const chart = page.locator('canvas').first();
  await chart.scrollIntoViewIfNeeded();
  const chartFrames = await frames(page, () => zoom(page, chart));
  note(
    `${POINTS} points`,
    round({
      firstMs: chartMs,
      ...chartFrames,
      heapBytes: await heapBytes(page),
      hostBytes: rssOf(server.pid),
    }),
  );
  await browser.close();
  server.kill('SIGTERM');
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

/** Turns the wheel over a part of the page. */
async function scroll(page, target, turns) {
  await target.hover();
  for (let i = 0; i < turns; i++) {
    await page.mouse.wheel(0, i % 10 === 9 ? 400_000 : 600);
    await page.waitForTimeout(30);
  }
}

/** Drags closer five times, moving the cursor along in between, and back out. */
async function zoom(page, chart) {
  for (let i = 0; i < 5; i++) {
    const box = await chart.boundingBox();
    const y = box.y + box.height / 2;
    for (let x = 0; x < 20; x++) await page.mouse.move(box.x + 80 + x * 10, y);
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 10 });
    await page.mouse.up();
    await page.waitForTimeout(300);
  }
}

const file = path.join(root, 'bench', 'results', 'ui.csv');
const columns = ['firstMs', 'frames', 'median', 'p95', 'worst', 'heapBytes', 'hostBytes'];
if (!existsSync(file))
  writeFileSync(
    file,
    `date,machine,what,${columns.map((name) => ({ median: 'frameMedianMs', p95: 'frameP95Ms', worst: 'frameWorstMs' })[name] ?? name).join(',')}\n`,
  );
const machine = `${os.cpus()[0].model.trim()} x${os.availableParallelism()}`;
for (const row of rows)
  appendFileSync(
    file,
    `${new Date().toISOString().slice(0, 10)},${machine},${row.what},${columns.map((name) => row[name]).join(',')}\n`,
  );
