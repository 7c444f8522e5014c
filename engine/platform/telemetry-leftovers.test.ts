import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTelemetryLeftovers } from './telemetry-leftovers.ts';

/** This is larger than any process number. */
const DEAD = 2 ** 30;

describe.skipIf(process.platform === 'win32')('removeTelemetryLeftovers', () => {
  let home: string;
  let temporary: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'conmim-leftovers-'));
    temporary = path.join(home, 'tmp');
    mkdirSync(temporary);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function write(name: string, text = ''): string {
    const file = path.join(home, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
  const remove = (env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') =>
    removeTelemetryLeftovers({ env, platform, home, temporary });
  const names = (files: readonly string[]) => files.map((file) => path.relative(home, file)).sort();
  /** The remaining files except the mark. */
  const left = () =>
    names(
      readdirSync(home, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory() && entry.name !== 'telemetry-removed.json')
        .map((entry) => path.join(entry.parentPath, entry.name)),
    );
  const queue = '.cache/Microsoft/DeveloperTools/.onnxruntime';
  const session = '1795869618896\n8a173d4c-a2cb-e151-9bb0-b951db450c00';

  it('removes the queue, the device id, empty logs and the session mark, and their folders', async () => {
    write(`${queue}/onnxruntime.db`, 'SQLite format 3');
    write(`${queue}/onnxruntime.db-wal`);
    write(`${queue}/onnxruntime.db-shm`);
    write(`${queue}/deviceid`, 'a');
    write(`${queue}/deviceid.lock`);
    write(`tmp/mat-debug-${DEAD}.log`);
    write('tmp/.ses', session);
    expect(names(await remove())).toHaveLength(7);
    expect(left()).toEqual([]);
    expect(existsSync(path.join(home, '.cache', 'Microsoft'))).toBe(false);
  });

  it('looks where the cache is, on each system', async () => {
    write('elsewhere/Microsoft/DeveloperTools/.onnxruntime/deviceid');
    write('Library/Application Support/Microsoft/DeveloperTools/.onnxruntime/onnxruntime.db');
    await remove({ XDG_CACHE_HOME: path.join(home, 'elsewhere') });
    expect(left()).toEqual([expect.stringMatching(/^Library/)]);
    await remove({ CONMIM_CACHE: path.join(home, 'another') }, 'darwin');
    expect(left()).toEqual([]);
  });

  it('leaves what others wrote', async () => {
    const others = [
      '.cache/Microsoft/DeveloperTools/deviceid',
      '.cache/Microsoft/other/file',
      `${queue}/notes.txt`,
      `${queue}/other.db`,
    ].map((name) => path.relative(home, write(name)));
    const logs = [
      write(`tmp/mat-debug-${DEAD}.log`, 'What another program has to say.'),
      write(`tmp/mat-debug-${process.pid}.log`),
      write('tmp/mat-debug-x.log'),
      write('tmp/.ses', 'mine'),
    ];
    const target = write('valuable', 'text');
    mkdirSync(path.join(home, queue), { recursive: true });
    symlinkSync(target, path.join(home, queue, 'deviceid'));
    expect(await remove()).toEqual([]);
    expect(left()).toEqual([...others, ...names(logs), 'valuable', `${queue}/deviceid`].sort());
  });

  it('does it once', async () => {
    write(`${queue}/deviceid`);
    expect(await remove()).toHaveLength(1);
    const mark = path.join(home, '.cache/conmim-studio/telemetry-removed.json');
    expect(JSON.parse(readFileSync(mark, 'utf8'))).toMatchObject({
      removed: [path.join(home, queue, 'deviceid')],
    });
    write(`${queue}/deviceid`);
    expect(await remove()).toEqual([]);
    expect(left()).toEqual([`${queue}/deviceid`]);
  });

  it.skipIf(process.platform !== 'linux')(
    'leaves a queue that a process has open, and looks again at the next start',
    async () => {
      const database = write(`${queue}/onnxruntime.db`, 'x');
      write(`${queue}/deviceid`);
      const script = `require('node:fs').openSync(${JSON.stringify(database)}, 'r+'); console.log('open'); setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['-e', script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await once(child.stdout, 'data');
      expect(await remove()).toEqual([]);
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      expect(await remove()).toHaveLength(2);
    },
  );

  it('writes nothing where there is no cache to write to', async () => {
    write(`${queue}/deviceid`);
    write('file');
    expect(await remove({ CONMIM_CACHE: path.join(home, 'file', 'below') })).toHaveLength(1);
    expect(left()).toEqual(['file']);
  });
});
