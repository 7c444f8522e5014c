import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagedFile } from '../platform/packaged-file.ts';
import { runCommand } from './testing/fake-host.ts';

const LONG = 'a-token-of-at-least-24-characters';
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'conmim-serve-')));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('wrong usage', () => {
  it.each([
    [['--port', '70000'], /--port is 70000; ports go up to 65535/],
    [['--port', 'http'], /--port is "http"/],
    [['--token', 'short'], /has 5 characters; it needs at least 8/],
    [['--token', ''], /--token is empty/],
    [['--token', LONG, '--token-file', 'f'], /exclude each other/],
    [['--tls-cert', 'c'], /--tls-cert and --tls-key belong together/],
    [['--host', '0.0.0.0'], /opens the application to the network; give a --token/],
    [['--host', '192.0.2.1', '--token', 'not-quite-long-enough'], /needs at least 24/],
  ])('%j is refused before anything is opened', async (argv, message) => {
    const { code, stderr } = await runCommand(['serve', ...argv], {}, { cwd: folder });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('names files and folders that are not there', async () => {
    for (const [option, message] of [
      ['--token-file', /The token nowhere cannot be read/],
      ['--root', /There is no folder .*nowhere/],
    ] as const) {
      const { code, stderr } = await runCommand(['serve', option, 'nowhere'], {}, { cwd: folder });
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
    }
    writeFileSync(path.join(folder, 'empty'), '\n');
    const { stderr } = await runCommand(['serve', '--token-file', 'empty'], {}, { cwd: folder });
    expect(stderr).toMatch(/has 0 characters/);
  });
});

interface Served {
  readonly child: ChildProcess;
  readonly record: Record<string, unknown>;
  notes(): string;
  readonly ended: Promise<number | null>;
}

/** The command in a process of its own, once it has printed its link. */
function serve(...args: string[]): Promise<Served> {
  const command = packagedFile('build/conmim.mjs');
  const words = ['serve', '--workspace', path.join(folder, 'ws'), '--json', ...args];
  const child = spawn(process.execPath, [command, ...words], { cwd: folder });
  children.push(child);
  let notes = '';
  child.stderr.on('data', (text) => {
    notes += String(text);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (text) => {
      out += String(text);
      const record = out.includes('\n') ? JSON.parse(out.split('\n')[0]!) : undefined;
      if (record?.type === 'serve') resolve({ child, record, notes: () => notes, ended });
    });
    void ended.then((code) => reject(new Error(`It ended with ${code}: ${out}${notes}`)));
  });
}

describe('conmim serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints a link that works, and ends at %s',
    async (signal) => {
      const { child, record, notes, ended } = await serve('--port', '0');
      expect(record).toMatchObject({ type: 'serve', workspace: path.join(folder, 'ws') });
      expect(record['roots']).toEqual([os.homedir(), path.join(folder, 'ws')]);
      const url = new URL(String(record['url']));
      expect(url.hostname).toBe('127.0.0.1');
      expect(url.searchParams.get('token')).toMatch(/^[\w-]{43}$/);
      const login = await fetch(url, { redirect: 'manual' });
      expect(login.status).toBe(303);
      const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
      const page = await fetch(new URL('/', url), { headers: { cookie } });
      expect(await page.text()).toContain('<div id="root">');
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(notes()).toContain('Running training continues');
      expect(notes()).not.toContain('Warning');
    },
  );

  it('warns of the network, of plain text and of a token file that others can read', async () => {
    const file = path.join(folder, 'token');
    writeFileSync(file, `${LONG}\n`);
    chmodSync(file, 0o644);
    mkdirSync(path.join(folder, 'images'));
    const words = ['--host', '0.0.0.0', '--port', '0', '--token-file', 'token', '--root', 'images'];
    const { record, notes } = await serve(...words, '--server-name', 'localhost');
    expect(record['url']).toMatch(new RegExp(`^http://localhost:\\d+/login\\?token=${LONG}$`));
    expect(record['roots']).toEqual([path.join(folder, 'images'), path.join(folder, 'ws')]);
    expect(notes()).toMatch(/Warning: whoever reaches 0\.0\.0\.0/);
    expect(notes()).toMatch(/Warning: without --tls-cert/);
    if (process.platform !== 'win32') expect(notes()).toMatch(/Warning: other users .* chmod 600/);
    expect(notes()).not.toContain(LONG.repeat(2));
  });

  it('says what to do when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(serve('--port', String(port))).rejects.toThrow(
      /It ended with 1: .*"code":"port-taken".*--port/s,
    );
    other.close();
  });
});
