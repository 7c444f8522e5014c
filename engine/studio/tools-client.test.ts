import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { estimateSchema } from '../contract/studio/estimate.ts';
import type { ToolProgress } from '../contract/tools.ts';
import { readIndexFile } from '../data/scan/index-file.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { ToolsClient } from './tools-client.ts';

let folder: string;
let client: ToolsClient;
const at = (name: string) => path.join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-tools-'));
  client = new ToolsClient();
});
afterEach(async () => {
  await client.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function images(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await writeSmallImage(folder, `images/${i}.png`, i);
}
const scanOrder = () => ({
  kind: 'images' as const,
  folders: [at('images')],
  memory: at('memory.index'),
  listing: at('list'),
});

describe('the tools process', () => {
  it('scans with progress, lists images, and draws small pictures', async () => {
    await images(20);
    const progress: ToolProgress[] = [];
    const report = await client.call('scan', scanOrder(), {
      onProgress: (one) => progress.push(one),
    });
    expect(report).toMatchObject({ images: 20, formats: { png: 20 } });
    expect(progress.at(-1)).toEqual({ done: 20, total: 20 });
    const { total, items } = await client.call('images', {
      listing: at('list'),
      offset: 3,
      count: 2,
    });
    expect(total).toBe(20);
    expect(items.map(({ index }) => index)).toEqual([3, 4]);
    const { type, base64 } = await client.call('thumbnail', { path: items[0]!.path, side: 128 });
    expect(type).toBe('image/webp');
    expect(Buffer.from(base64, 'base64').toString('latin1', 8, 12)).toBe('WEBP');
  });

  it('hands errors over unchanged', async () => {
    await expect(
      client.call('thumbnail', { path: at('gone.png'), side: 64 }),
    ).rejects.toMatchObject({
      name: 'StudioError',
      code: 'image-unreadable',
      message: `${at('gone.png')} cannot be read: it is not there (ENOENT)`,
      advice: expect.stringContaining('that the disk is connected'),
      details: { path: at('gone.png'), reason: 'file cannot be read: it is not there (ENOENT)' },
    });
    await expect(
      client.call('preview', {
        folders: [folder],
        recipe: 'smal',
        settings: {},
        count: 1,
        draw: 0,
      }),
    ).rejects.toMatchObject({ code: 'recipe-unknown', advice: expect.stringMatching(/micro/) });
  });

  it('previews what was never scanned, and knows the devices', async () => {
    await images(3);
    const views = await client.call('preview', {
      folders: [at('images')],
      recipe: 'micro',
      settings: {},
      count: 2,
      draw: 1,
    });
    expect(views).toHaveLength(2);
    expect(views[0]!.mask).toHaveLength(64);
    const { devices, chosen } = await client.call('devices', {});
    expect(devices.map(({ id }) => id)).toContain(chosen!.id);
  });

  it('stops a scan as asked, and keeps what was seen', async () => {
    await images(400);
    const stop = new AbortController();
    const scan = client.call('scan', scanOrder(), {
      signal: stop.signal,
      onProgress: ({ done }) => done > 0 && stop.abort(),
    });
    await expect(scan).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readIndexFile(at('memory.index'))).size).toBeGreaterThan(1);
    expect(existsSync(at('list'))).toBe(false);
    const before = new AbortController();
    before.abort();
    await expect(client.call('scan', scanOrder(), { signal: before.signal })).rejects.toMatchObject(
      {
        code: 'cancelled',
      },
    );
  });

  it('measures a run, and stops measuring at once', async () => {
    await images(70);
    const request = {
      kind: 'pretrain' as const,
      folders: [at('images')],
      recipe: 'micro',
      device: 'cpu',
      settings: { steps: '500', embed_dim: '24' },
    };
    const workspace = at('workspace');
    const estimate = await client.call('estimate', { workspace, request });
    expect(estimateSchema.parse(estimate)).toEqual(estimate);
    expect(estimate).toMatchObject({ device: 'cpu', images: 70, steps: 500, stepsPerEpoch: 2 });
    // Images are read until then; it would go on for long.
    const stop = new AbortController();
    const measuring = client.call(
      'estimate',
      { workspace, request: { ...request, recipe: 'small', settings: {} } },
      {
        signal: stop.signal,
        onProgress: ({ text }) => text?.startsWith('Trying') && stop.abort(),
      },
    );
    await expect(measuring).rejects.toMatchObject({ code: 'cancelled' });
    await expect(
      client.call('estimate', { workspace, request: { ...request, device: 'abacus' } }),
    ).rejects.toMatchObject({ code: 'device-unknown' });
  });

  it('fails what is under way when it dies, and is there again for the next call', async () => {
    await images(1);
    const dying = new ToolsClient({
      env: { ...process.env, NODE_OPTIONS: `--import ${at('die.mjs')}` },
    });
    await writeFile(
      at('die.mjs'),
      `import { existsSync, writeFileSync } from 'node:fs';
       if (!existsSync(${JSON.stringify(at('died'))})) {
         writeFileSync(${JSON.stringify(at('died'))}, '');
         process.on('message', () => { console.error('the disk sang'); process.abort(); });
       }`,
    );
    const calls = [1, 2].map(() => dying.call('thumbnail', { path: at('images/0.png'), side: 64 }));
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'tools-died',
          message: expect.stringMatching(/draws small pictures failed: it was ended by SIGABRT/),
          details: { lastLines: expect.arrayContaining(['the disk sang']) },
        },
      });
    }
    expect((await dying.call('thumbnail', { path: at('images/0.png'), side: 64 })).type).toBe(
      'image/webp',
    );
    await dying.dispose();
  });

  it('has few processes at a time, however many calls there are', async () => {
    const log = at('started.log');
    await writeFile(
      at('log.mjs'),
      `import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(log)}, '+');
       process.on('exit', () => appendFileSync(${JSON.stringify(log)}, '-'));
       process.on('message', () => setTimeout(() => process.exit(), 200));`,
    );
    const busy = new ToolsClient({
      env: { ...process.env, NODE_OPTIONS: `--import ${at('log.mjs')}` },
    });
    const gone = new AbortController();
    setMaxListeners(0, gone.signal);
    const call = () =>
      busy.call('describeModel', { workspace: folder, reference: 'x' }, { signal: gone.signal });
    const calls = Array.from({ length: 20 }, call);
    const all = Promise.allSettled(calls);
    await calls[0]!.catch(() => undefined);
    gone.abort();
    for (const { status } of await all) expect(status).toBe('rejected');
    const marks = await readFile(log, 'utf8');
    let running = 0;
    for (const mark of marks) {
      running += mark === '+' ? 1 : -1;
      expect(running).toBeLessThanOrEqual(2);
    }
    expect(marks.length).toBeLessThan(20);
    await busy.dispose();
  });

  it('says so when Node cannot be started', async () => {
    const missing = new ToolsClient({ node: at('no-node') });
    await expect(missing.call('thumbnail', { path: 'x', side: 64 })).rejects.toMatchObject({
      code: 'tools-died',
      message: expect.stringMatching(/cannot be started/),
    });
    await missing.dispose();
  });

  it('ends with its studio; a scan under way writes down what it has seen', async () => {
    await images(400);
    let begun: () => void;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const scan = client.call('scan', scanOrder(), { onProgress: () => begun() });
    const outcome = expect(scan).rejects.toMatchObject({ code: 'tools-closed' });
    await started;
    await client.dispose();
    await outcome;
    await expect(client.call('devices', {})).rejects.toMatchObject({ code: 'tools-closed' });
    for (let i = 0; i < 200 && !existsSync(at('memory.index')); i++) await sleep(50);
    expect(existsSync(at('memory.index'))).toBe(true);
  });
});
