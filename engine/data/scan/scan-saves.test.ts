import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workerUrl } from '../../platform/worker-url.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { readIndexFile } from './index-file.ts';
import { scanFolders } from './scan.ts';
import { ScanSaves } from './scan-saves.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-saves-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('saves at most as often as it is told, and takes a tenth of the time at most', async () => {
  let now = 0;
  const saved: number[] = [];
  const save = async () => {
    saved.push(now);
    now += 50;
  };
  const saves = new ScanSaves(save, { everyMs: 100, now: () => now });
  for (; now < 2000; now += 10) await saves.tick();
  expect(saved).toEqual([100, 650, 1200, 1750]);
  await saves.end();
  now = 1e6;
  await saves.tick();
  expect(saved).toHaveLength(4);
});

it('goes on where a save fails', async () => {
  const saves = new ScanSaves(() => Promise.reject(new Error('disk full')), { everyMs: 0 });
  await saves.tick();
  await saves.end();
});

it('keeps what was examined when the process is killed in the middle', async () => {
  const folder = path.join(root, 'images');
  mkdirSync(folder);
  await writeSmallImage(root, 'one.png', 1);
  const count = 300;
  for (let i = 0; i < count; i++)
    linkSync(path.join(root, 'one.png'), path.join(folder, `${1000 + i}.png`));
  const index = path.join(root, 'memory', 'images.index');
  // Stands still when something was saved, so that it is killed before its end.
  const script = `
    const { existsSync } = await import('node:fs');
    const { scanFolders } = await import(process.argv[1]);
    await scanFolders([process.argv[2]], {
      indexFile: process.argv[3],
      gently: true,
      saveEveryMs: 0,
      onProgress() {
        if (!existsSync(process.argv[3])) return;
        process.stdout.write('saved');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      },
    });`;
  const module = workerUrl(import.meta.url, './scan.ts').href;
  const args = ['--input-type=module', '-e', script, module, folder, index];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  const { size } = await readIndexFile(index);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThan(count);
  expect(await scanFolders([folder], { indexFile: index })).toEqual(await scanFolders([folder]));
  expect((await readIndexFile(index)).size).toBe(count);
});
