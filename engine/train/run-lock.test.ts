import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerUrl } from '../platform/worker-url.ts';
import { isLocked, lockHolder, RunLock } from './run-lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'conmim-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = () => path.join(dir, 'lock');
const hold = (holder: object) =>
  writeFileSync(
    file(),
    JSON.stringify({
      pid: process.pid,
      hostname: os.hostname(),
      startedAt: Date.now(),
      token: 'someone else',
      ...holder,
    }),
  );
const age = (seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(file(), then, then);
};
const acquires = () => RunLock.acquire(dir).release();

describe('a run’s lock', () => {
  it('is held once, also within one process, and free after release', async () => {
    const lock = RunLock.acquire(dir);
    expect(lockHolder(dir)).toMatchObject({ pid: process.pid, hostname: os.hostname() });
    expect(await isLocked(dir)).toBe(true);
    expect(() => RunLock.acquire(dir)).toThrow(
      expect.objectContaining({
        code: 'run-locked',
        message: expect.stringContaining(`process ${process.pid} on ${os.hostname()}`),
      }),
    );
    lock.release();
    expect(await isLocked(dir)).toBe(false);
    expect(existsSync(file())).toBe(false);
    acquires();
  });

  it('is respected while its process lives, however long it is silent', async () => {
    hold({ pid: process.ppid });
    age(3600);
    expect(await isLocked(dir)).toBe(true);
    expect(acquires).toThrow(/is open in process/);
  });

  it('of a process that ended is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    hold({ pid });
    expect(await isLocked(dir)).toBe(false);
    acquires();
  });

  it('from before the machine was started is taken over', () => {
    hold({ pid: process.ppid, startedAt: Date.now() - os.uptime() * 1000 - 3_600_000 });
    acquires();
  });

  it.runIf(process.platform === 'linux')('of a process number used again is taken over', () => {
    hold({ pid: process.ppid, processStart: '1' });
    acquires();
  });

  it('of another machine counts until its heartbeat is a minute old', async () => {
    hold({ hostname: 'elsewhere', pid: 1 });
    age(50);
    expect(acquires).toThrow(/elsewhere/);
    age(70);
    expect(await isLocked(dir)).toBe(false);
    acquires();
  });

  it('that is being written counts, one that never was does not', () => {
    writeFileSync(file(), '');
    expect(acquires).toThrow(/another process/);
    age(70);
    acquires();
  });

  it('is taken over by one process at a time', () => {
    hold({ hostname: 'elsewhere' });
    age(70);
    writeFileSync(`${file()}.takeover`, '');
    expect(acquires).toThrow(expect.objectContaining({ code: 'run-locked' }));
    const then = new Date(Date.now() - 70_000);
    utimesSync(`${file()}.takeover`, then, then);
    acquires();
    expect(existsSync(`${file()}.takeover`)).toBe(false);
  });

  it('left stale goes to exactly one of many processes that want it', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    hold({ pid });
    const script = `
      const { RunLock } = await import(process.argv[1]);
      while (Date.now() < Number(process.argv[3])) {}
      try { RunLock.acquire(process.argv[2]); process.stdout.write('got'); }
      catch (error) { process.stdout.write(error.code); }
      setInterval(() => {}, 1000);`;
    const module = workerUrl(import.meta.url, './run-lock.ts').href;
    const start = String(Date.now() + 500);
    const args = ['--input-type=module', '-e', script, module, dir, start];
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    const answers = await Promise.all(
      children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])),
    );
    for (const child of children) child.kill('SIGKILL');
    expect(answers.sort()).toEqual(['got', ...Array(5).fill('run-locked')]);
  });

  it('shows life, and notices that it was taken over', () => {
    const lock = RunLock.acquire(dir);
    age(50);
    lock.beat();
    expect(Date.now() - statSync(file()).mtimeMs).toBeLessThan(40_000);
    lock.release();
    const lost = RunLock.acquire(dir);
    hold({});
    expect(() => lost.beat()).toThrow(expect.objectContaining({ code: 'run-lock-lost' }));
    lost.release();
    expect(readFileSync(file(), 'utf8')).toContain('someone else');
  });
});
