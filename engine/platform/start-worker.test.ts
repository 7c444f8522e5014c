import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerUrl } from './worker-url.ts';

const HOOK = 'data:text/javascript,globalThis.isHooked = true';
const SCRIPT = `
const { startWorker } = await import(process.argv.at(-2));
const worker = startWorker(process.argv.at(-1), './echo.ts', 'given');
worker.on('message', (message) => console.log(JSON.stringify(message)));`;
const ECHO = `
import { parentPort, workerData } from 'node:worker_threads';
parentPort.postMessage({ workerData, isHooked: globalThis.isHooked ?? false });`;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'start-worker-'));
  writeFileSync(path.join(dir, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(dir, 'main.js'), SCRIPT);
  writeFileSync(path.join(dir, 'echo.js'), ECHO);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** What a thread says that Node starts with these arguments. */
function answer(...args: string[]): unknown {
  const main = path.join(dir, 'main.js');
  const given = args.includes('--eval') ? [] : [main];
  const places = [workerUrl(import.meta.url, './start-worker.ts').href, pathToFileURL(main).href];
  const node = [...args, ...given, ...places];
  const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('a worker thread', () => {
  it('takes over the options of its process', () => {
    expect(answer('--import', HOOK)).toEqual({ workerData: 'given', isHooked: true });
  });

  it.each([[['--input-type=module']], [['--input-type', 'module']]])(
    'starts in a process whose script is given as text with %j',
    (type) => {
      expect(answer(...type, '--eval', SCRIPT)).toEqual({ workerData: 'given', isHooked: false });
    },
  );
});
