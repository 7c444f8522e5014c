import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagedFile } from '../../platform/packaged-file.ts';
import { workerUrl } from '../../platform/worker-url.ts';

const compiled = (entry: string) => JSON.stringify(workerUrl(import.meta.url, entry).href);
const VALUE = "(name) => ({ name, type: 'f32', shape: [1] })";
/** Opens a session on a model of one node, which is when ONNX Runtime begins to report. */
const OPEN = `
  const { encodeOnnxModel } = await import(${compiled('../../formats/onnx/model.ts')});
  const value = ${VALUE};
  await ort.InferenceSession.create(encodeOnnxModel({
    name: 'one', opset: 17, nodes: [{ op: 'Identity', inputs: ['a'], outputs: ['b'] }],
    inputs: [value('a')], outputs: [value('b')], initializers: [],
  }));`;
const BY_ENGINE = `const ort = (await import(${compiled('./runtime.ts')})).loadOrt();${OPEN}`;
const LIBRARY = 'onnxruntime-node';
const BY_ITSELF = `
  const { createRequire } = await import('node:module');
  const ort = createRequire(${JSON.stringify(packagedFile('package.json'))})(${JSON.stringify(LIBRARY)});${OPEN}`;

describe.skipIf(process.platform === 'win32')('telemetry of ONNX Runtime', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'conmim-runtime-'));
    mkdirSync(path.join(home, 'tmp'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** Files that a process has left in its home and its folder for temporary files. */
  function leftBy(script: string, env: Record<string, string>): string[] {
    // No variable of this process's: the library is silent on machines that call themselves CI.
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, TMPDIR: path.join(home, 'tmp'), ...env },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(home, path.join(entry.parentPath, entry.name)));
  }

  it.each([
    ['no variable', {}],
    ['a variable that asks for it', { ORT_DISABLE_TELEMETRY: '0' }],
    ['an empty variable', { ORT_DISABLE_TELEMETRY: '' }],
  ])('is off when the engine loads it, with %s', (_, env) => {
    expect(leftBy(BY_ENGINE, env)).toEqual([]);
  });

  it('would be on otherwise, so that these tests see it', () => {
    expect(leftBy(BY_ITSELF, {})).toContainEqual(expect.stringMatching(/\.onnxruntime\/deviceid$/));
  });

  it('is not loaded by a worker thread, whose environment is a copy', async () => {
    const script = `
      import { parentPort } from 'node:worker_threads';
      const { loadOrt } = await import(${compiled('./runtime.ts')});
      try { loadOrt(); parentPort.postMessage('loaded'); }
      catch (error) { parentPort.postMessage(error.code); }`;
    const source = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    const worker = new Worker(source);
    const said = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    expect(said).toBe('telemetry-not-off');
  });
});
