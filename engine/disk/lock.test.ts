import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerUrl } from '../platform/worker-url.ts';
import { isLocked, seemsLocked, signalableHolder } from './is-locked.ts';
import { Lock } from './lock.ts';
import { lockLeftovers } from './lock-files.ts';
import { LockWatch, SILENT_MS, UNREADABLE_MS } from './lock-watch.ts';
import { type ProcessIdentity, thisProcess } from './process-identity.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'conmim-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
});

const file = () => path.join(dir, 'lock');
const hold = (holder: object) =>
  writeFileSync(
    file(),
    JSON.stringify({ ...thisProcess(), startedAt: Date.now(), token: 'someone else', ...holder }),
  );
/** A process that has ended. */
const ended = () => spawnSync(process.execPath, ['--version']).pid!;
const elsewhere = { bootId: 'another', machine: 'another' };
/** Write a lock in the format of 0.1.0. */
const holdOld = (holder: object) =>
  writeFileSync(
    file(),
    JSON.stringify({
      pid: process.pid,
      hostname: os.hostname(),
      startedAt: 0,
      token: 'old',
      ...holder,
    }),
  );

/** A clock that advances by sleeping only; `each` is called at every sleep. */
function watchWith(each: (elapsed: number) => void = () => {}, self?: ProcessIdentity): LockWatch {
  let ms = 0;
  const clock = {
    elapsed: () => ms,
    async sleep(duration: number) {
      ms += duration;
      each(ms);
    },
  };
  return new LockWatch({ clock, ...(self === undefined ? {} : { self }) });
}
const take = async (watch = watchWith()) => {
  const lock = await Lock.acquire(dir, { watch });
  lock.release();
  return watch.clock.elapsed();
};
const touch = (time: number) => utimesSync(file(), new Date(time), new Date(time));

describe('a lock', () => {
  it('is held once, also within one process, and free after release', async () => {
    const lock = await Lock.acquire(dir);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ ...thisProcess() });
    expect(isLocked(dir)).toBe(true);
    expect(signalableHolder(dir)).toBe(process.pid);
    await expect(Lock.acquire(dir)).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining(`process ${process.pid} on ${os.hostname()}`),
    });
    lock.release();
    expect(isLocked(dir)).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
    await take();
  });

  it('has a heartbeat from a thread of its own while this one is busy', async () => {
    const lock = await Lock.acquire(dir);
    touch(0);
    // This loop blocks the main thread, as a long step does; the heartbeat thread goes on.
    const until = Date.now() + 60_000;
    while (statSync(file()).mtimeMs === 0 && Date.now() < until);
    expect(statSync(file()).mtimeMs).toBeGreaterThan(0);
    lock.release();
  });
});

describe('a holder on this system', () => {
  it('that is running is respected, however old its last heartbeat is', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    children.push(child);
    await once(child, 'spawn');
    const stat = existsSync('/proc/self/stat')
      ? readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]
      : undefined;
    if (stat === undefined) return;
    hold({ pid: child.pid, processStart: stat });
    touch(0);
    const watch = watchWith();
    await expect(Lock.acquire(dir, { watch })).rejects.toMatchObject({ code: 'run-locked' });
    expect(watch.clock.elapsed()).toBe(0);
    expect(signalableHolder(dir)).toBe(child.pid);
  });

  it('that has ended is taken over at once', async () => {
    hold({ pid: ended() });
    expect(isLocked(dir)).toBe(false);
    expect(signalableHolder(dir)).toBeUndefined();
    expect(await take()).toBe(0);
  });

  it.runIf(process.platform === 'linux')('whose number was reused is taken over', async () => {
    hold({ pid: process.ppid, processStart: '1' });
    expect(await take()).toBe(0);
  });
});

describe('a holder that cannot be seen from here', () => {
  const places: [string, object][] = [
    ['of another machine', { hostname: 'elsewhere', bootId: 'another' }],
    ['of another machine of the same name', { bootId: 'another', machine: 'another' }],
    ['of a machine that is not told', { bootId: 'another', machine: undefined }],
    ['of another namespace of process numbers', { pidNamespace: 'pid:[1]' }],
    ['of another system that tells nothing', { bootId: undefined, hostname: 'elsewhere' }],
  ];
  it.each(places)('%s is respected while its heartbeat is seen', async (_, place) => {
    for (const skew of [-86_400_000, -70_000, 0, 86_400_000]) {
      hold({ ...place, pid: ended() });
      let beats = 0;
      touch(Date.now() + skew);
      const watch = watchWith((ms) => ms % 5000 === 0 && touch(Date.now() + skew + ++beats * 5000));
      await expect(Lock.acquire(dir, { watch })).rejects.toMatchObject({ code: 'run-locked' });
      expect(beats).toBe(1);
      expect(signalableHolder(dir, watch)).toBeUndefined();
    }
  });

  it.each(places)(
    '%s is taken over once there was no heartbeat for long enough',
    async (_, place) => {
      for (const skew of [-86_400_000, 0, 86_400_000]) {
        hold({ ...place, pid: process.pid });
        touch(Date.now() + skew);
        expect(await take()).toBeGreaterThanOrEqual(SILENT_MS);
      }
    },
  );

  it('counts as running at first, and is shown as ended after some checks', async () => {
    hold(elsewhere);
    const watch = watchWith();
    expect(isLocked(dir, watch)).toBe(true);
    expect(await seemsLocked(dir, { watch })).toBe(false);
    await expect(Lock.acquire(dir, { watch, wait: false })).rejects.toThrow(/is open in/);
    while (isLocked(dir, watch)) await watch.clock.sleep(1000);
    expect(watch.clock.elapsed()).toBeGreaterThanOrEqual(SILENT_MS);
  });

  it('does not count as ended for a process that was suspended itself', async () => {
    hold(elsewhere);
    const watch = watchWith();
    expect(isLocked(dir, watch)).toBe(true);
    await watch.clock.sleep(100 * SILENT_MS);
    expect(isLocked(dir, watch)).toBe(true);
  });
});

describe('a holder of an earlier boot of this machine', () => {
  const machine = 'this one';
  const here = { ...thisProcess(), bootId: 'now', machine };

  it('is taken over at once', async () => {
    hold({ bootId: 'before', machine });
    const watch = watchWith(undefined, here);
    expect(isLocked(dir, watch)).toBe(false);
    expect(await seemsLocked(dir, { watch })).toBe(false);
    expect(await take(watch)).toBe(0);
  });

  it('counts as one elsewhere where the boot is unknown', async () => {
    hold({ bootId: 'before', machine });
    const { bootId: _, ...unknown } = here;
    expect(await take(watchWith(undefined, unknown))).toBeGreaterThanOrEqual(SILENT_MS);
  });
});

describe('what is waited for', () => {
  it.each([
    ['whether a holder elsewhere lives', () => hold(elsewhere), /process \d+ on .* up to 30 s/],
    ['whether a lock is still being written', () => writeFileSync(file(), ''), /up to 2 s/],
  ])('is told once: %s', async (_, make, words) => {
    make();
    const told: string[] = [];
    const watch = watchWith();
    const lock = await Lock.acquire(dir, { watch, onWait: (text) => told.push(text) });
    lock.release();
    expect(told).toEqual([expect.stringMatching(words)]);
    expect(told[0]).toContain(`The run ${path.basename(dir)}`);
  });

  it('is told by a list too', async () => {
    hold(elsewhere);
    const told: string[] = [];
    await seemsLocked(dir, { watch: watchWith(), onWait: (text) => told.push(text) });
    expect(told).toEqual([expect.stringContaining('up to 8 s')]);
  });

  it('is nothing where it is known at once', async () => {
    hold({ pid: ended() });
    const lock = await Lock.acquire(dir, { onWait: () => expect.unreachable() });
    lock.release();
  });
});

describe('a lock of version 0.1.0', () => {
  it('is respected while its process is here for certain', async () => {
    const { processStart } = thisProcess();
    if (processStart === undefined) return;
    holdOld({ processStart });
    const watch = watchWith();
    await expect(Lock.acquire(dir, { watch })).rejects.toMatchObject({ code: 'run-locked' });
  });

  it.each([
    ['with this host’s name', {}],
    ['with another host’s name', { hostname: 'elsewhere' }],
  ])('%s is judged by its heart', async (_, place) => {
    holdOld({ ...place, pid: ended() });
    const watch = watchWith((ms) => ms === 5000 && touch(1_000_000));
    await expect(Lock.acquire(dir, { watch })).rejects.toMatchObject({ code: 'run-locked' });
    expect(await take()).toBeGreaterThanOrEqual(SILENT_MS);
  });
});

describe('a lock that nobody can read', () => {
  it.each([
    ['empty, as it is after a power cut', ''],
    ['cut off', '{"pid":12,'],
    ['of zeros', '\0\0\0\0'],
  ])('(%s) shuts its owner out for a moment only', async (_, text) => {
    writeFileSync(file(), text);
    const waited = await take();
    expect(waited).toBeGreaterThanOrEqual(UNREADABLE_MS);
    expect(waited).toBeLessThan(SILENT_MS);
  });

  it('may be one that is just being written', async () => {
    writeFileSync(file(), '');
    const watch = watchWith((ms) => ms === 1000 && hold({ pid: process.pid, ...elsewhere }));
    expect(isLocked(dir, watch)).toBe(true);
    expect(await take(watch)).toBeGreaterThanOrEqual(SILENT_MS);
  });
});

describe('of many that want a stale lock', () => {
  const script = `
    const { Lock } = await import(process.argv[1]);
    process.stdout.write('ready');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    try { await Lock.acquire(process.argv[2]); process.stdout.write('got'); }
    catch (error) { process.stdout.write(error.code + ' ' + error.details.pid); }
    setInterval(() => {}, 1000);`;
  const contend = async (count: number) => {
    const args = ['--input-type=module', '-e', script];
    const places = [workerUrl(import.meta.url, './lock.ts').href, dir];
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    const wanting = Array.from({ length: count }, () =>
      spawn(process.execPath, [...args, ...places], { stdio: [...stdio] }),
    );
    children.push(...wanting);
    await Promise.all(wanting.map(({ stdout }) => once(stdout!, 'data')));
    const answers = wanting.map(async ({ stdout }) => String((await once(stdout!, 'data'))[0]));
    for (const { stdin } of wanting) stdin!.write('go');
    return { answers: await Promise.all(answers), wanting };
  };

  it.each([
    ['whose process ended', () => hold({ pid: ended() })],
    ['that is empty', () => writeFileSync(file(), '')],
  ])('%s exactly one gets it, and the others name it', async (_, make) => {
    for (let round = 0; round < 3; round++) {
      make();
      const { answers, wanting } = await contend(6);
      const winner = wanting[answers.indexOf('got')]!;
      expect(answers.sort()).toEqual(['got', ...Array<string>(5).fill(`run-locked ${winner.pid}`)]);
      expect(lockLeftovers(dir)).toEqual([]);
      for (const child of wanting) child.kill('SIGKILL');
      await Promise.all(wanting.map((child) => once(child, 'exit')));
    }
  });

  it('the claim of one that was killed is taken over too', async () => {
    const claims = () => readdirSync(dir).filter((name) => name.startsWith('lock.after-'));
    hold({ pid: ended() });
    const stale = readFileSync(file(), 'utf8');
    const { createHash } = await import('node:crypto');
    const name = `lock.after-${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;
    writeFileSync(path.join(dir, name), stale.replace('someone else', 'a thief'));
    expect(claims()).toEqual([name]);
    expect(await take()).toBe(0);
    expect(claims()).toEqual([]);
  });
});

describe('a held lock', () => {
  it('that another process has taken over is named with that process', async () => {
    const lock = await Lock.acquire(dir);
    hold({ hostname: 'thief', pid: 77 });
    expect(() => lock.check()).toThrow(
      expect.objectContaining({
        code: 'run-lock-lost',
        message: expect.stringContaining('process 77 on thief'),
      }),
    );
    lock.release();
    expect(readFileSync(file(), 'utf8')).toContain('someone else');
  });

  it.each([
    ['deleted', () => rmSync(file())],
    ['emptied', () => writeFileSync(file(), '')],
  ])('that was %s is made again', async (_, hurt) => {
    const lock = await Lock.acquire(dir, { mark: 'run.json' });
    writeFileSync(path.join(dir, 'run.json'), '{}');
    expect(lock.check()).toEqual({ restored: false });
    hurt();
    expect(lock.check()).toEqual({ restored: true });
    expect(lock.check()).toEqual({ restored: false });
    expect(isLocked(dir)).toBe(true);
    lock.release();
    expect(readdirSync(dir)).toEqual(['run.json']);
  });

  it.each([
    ['removed', () => rmSync(dir, { recursive: true })],
    ['moved', () => renameSync(dir, `${dir}-moved`)],
    ['emptied', () => rmSync(file())],
  ])('whose folder was %s says so', async (_, hurt) => {
    const lock = await Lock.acquire(dir, { mark: 'run.json' });
    hurt();
    expect(() => lock.check()).toThrow(
      expect.objectContaining({
        code: 'run-folder-removed',
        message: expect.stringContaining(dir),
      }),
    );
    lock.release();
    rmSync(`${dir}-moved`, { recursive: true, force: true });
    expect(existsSync(file())).toBe(false);
    mkdirSync(dir, { recursive: true });
  });

  it('needs a folder', async () => {
    await expect(Lock.acquire(path.join(dir, 'gone'))).rejects.toMatchObject({
      code: 'run-folder-removed',
    });
  });
});

const canUnshare =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status === 0;

describe.skipIf(!canUnshare)('in a namespace of process numbers of its own', () => {
  const script = `
    const { Lock } = await import(process.argv[1]);
    const lock = await Lock.acquire(process.argv[2]);
    process.stdout.write('got');
    setInterval(() => lock.check(), 100);`;

  it('a running holder is respected, and a killed one is taken over after a while', async () => {
    const places = [workerUrl(import.meta.url, './lock.ts').href, dir];
    const node = [process.execPath, '--input-type=module', '-e', script, ...places];
    const holder = spawn('unshare', ['-p', '-f', '--mount-proc', '--kill-child', ...node], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(holder);
    await once(holder.stdout!, 'data');
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      hostname: os.hostname(),
      bootId: thisProcess().bootId,
    });
    await expect(Lock.acquire(dir)).rejects.toMatchObject({ code: 'run-locked' });
    expect(holder.exitCode).toBeNull();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    // A new watch has no observations, like a new process.
    (await Lock.acquire(dir, { watch: new LockWatch() })).release();
  });
});
