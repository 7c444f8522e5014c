import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findElectron } from './start.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'conmim-start-'));
  await writeFile(path.join(home, 'package.json'), '{"type":"commonjs"}');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const FETCHES = `
const fs = require('node:fs'), path = require('node:path');
fs.mkdirSync(path.join(__dirname, 'dist'));
fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');
`;
const FAILS = `console.error('TypeError: fetch failed\\n    at a place'); process.exit(1);`;

describe('the Electron that npm start takes', () => {
  it('is fetched by the package itself, once', async () => {
    await writeFile(path.join(home, 'install.js'), FETCHES);
    const file = path.join(home, 'dist', 'electron');
    const notices: string[] = [];
    const options = { env: {}, home, notice: (text: string) => notices.push(text) };
    expect(findElectron(options)).toEqual({ file });
    expect(notices).toEqual(['Fetching Electron, once …', '']);
    await writeFile(path.join(home, 'install.js'), FAILS);
    expect(findElectron(options)).toEqual({ file });
    expect(notices).toHaveLength(2);
  });

  it('is missing with a reason of one line where it cannot be fetched', async () => {
    await writeFile(path.join(home, 'install.js'), FAILS);
    expect(findElectron({ env: {}, home })).toEqual({
      why: 'its binary could not be fetched (fetch failed)',
    });
  });

  it('is the one that ELECTRON_BIN names', async () => {
    const file = path.join(home, 'mine');
    await writeFile(file, '');
    expect(findElectron({ env: { ELECTRON_BIN: file }, home })).toEqual({ file });
    const { why } = findElectron({ env: { ELECTRON_BIN: `${file}-not` }, home });
    expect(why).toContain('which is not there');
  });
});

describe.skipIf(process.platform === 'win32')('npm start', () => {
  /** Starts it with a program in Electron's place. */
  async function start(text: string): Promise<{ code: number; out: string; err: string }> {
    const file = path.join(home, 'bin', 'electron');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, 0o755);
    const script = path.join(import.meta.dirname, 'run.mjs');
    return new Promise((resolve) =>
      execFile(
        process.execPath,
        [script, 'build/start.ts', '--some-switch'],
        { env: { ...process.env, ELECTRON_BIN: file, CONMIM_NODE: undefined } },
        (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
      ),
    );
  }

  it('opens the application with its arguments, and with this Node for the engine', async () => {
    const { code, out, err } = await start('#!/bin/sh\necho "$@ $CONMIM_NODE"\n');
    const root = path.dirname(import.meta.dirname);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${root} --some-switch ${process.execPath}\n`,
      err: '',
    });
  });

  it('names the other way where no window can be opened', async () => {
    const { code, err } = await start('#!/bin/sh\nexit 3\n');
    expect(code).toBe(1);
    expect(err).toMatch(/^Electron could not open a window \(code 3\)\. .*npm run serve\n$/);
  });
});
