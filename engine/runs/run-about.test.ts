import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lock } from '../disk/lock.ts';
import { LockWatch, SILENT_MS } from '../disk/lock-watch.ts';
import { thisProcess } from '../disk/process-identity.ts';
import { deleteRun } from './delete-run.ts';
import { changeAbout, readAbout } from './run-about.ts';
import { findRun, listRuns, RunFolder, shownName } from './run-folder.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-about-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const create = (name: string, inside = workspace) =>
  RunFolder.create(inside, {
    name,
    kind: 'pretrain',
    totalSteps: 1,
    device: 'cpu',
    recipe: {},
    versions: {},
    dataset: { folders: [], images: 0, fingerprint: '' },
  });

describe('what is said of a run', () => {
  it('is nothing at first, changes by parts, and goes when it says what the record says', async () => {
    const { dir, record } = await create('first');
    expect(await readAbout(dir)).toEqual({});
    await changeAbout(dir, record, { name: 'second', tags: ['a'] });
    await changeAbout(dir, record, { favourite: true, note: 'n' });
    expect(await readAbout(dir)).toEqual({
      name: 'second',
      tags: ['a'],
      favourite: true,
      note: 'n',
    });
    const cleared = { name: 'first', tags: [], favourite: false, note: '' };
    expect(await changeAbout(dir, record, cleared)).toEqual({});
    expect(readdirSync(dir).sort()).toEqual(['about.json', 'run.json']);
  });

  it('that cannot be understood leaves the run usable', async () => {
    const { dir } = await create('first');
    writeFileSync(path.join(dir, 'about.json'), '{"tags": 7}');
    expect(await readAbout(dir)).toEqual({});
    expect((await listRuns(workspace)).runs.map(shownName)).toEqual(['first']);
  });

  it('is kept while the process that trains writes its record', async () => {
    const run = await create('first');
    await changeAbout(run.dir, run.record, { name: 'second' });
    await run.update({ status: 'done' });
    expect((await listRuns(workspace)).runs.map(shownName)).toEqual(['second']);
  });
});

describe('a run that was named anew', () => {
  it('is found by either name, unless another one is shown under the first', async () => {
    const run = await create('first');
    await changeAbout(run.dir, run.record, { name: 'second' });
    expect((await findRun(workspace, 'second')).dir).toBe(run.dir);
    expect((await findRun(workspace, 'first')).dir).toBe(run.dir);
    const other = await create('first');
    expect((await findRun(workspace, 'first')).dir).toBe(other.dir);
  });

  it('is proposed where its name is mistyped', async () => {
    const run = await create('first');
    await changeAbout(run.dir, run.record, { name: 'chest-x-rays' });
    await expect(findRun(workspace, 'chst-x-rays')).rejects.toMatchObject({
      code: 'run-not-found',
      advice: expect.stringContaining('Did you mean chest-x-rays?'),
    });
  });
});

describe('deleting a run', () => {
  it('takes its folder and nothing else, and says what it took', async () => {
    const [kept, run] = [await create('kept'), await create('gone')];
    const outside = mkdtempSync(path.join(tmpdir(), 'conmim-outside-'));
    writeFileSync(path.join(outside, 'image'), 'x');
    symlinkSync(outside, path.join(run.dir, 'link'));
    mkdirSync(path.join(run.dir, 'checkpoints', '5'), { recursive: true });
    writeFileSync(path.join(run.dir, 'checkpoints', '5', 'state'), Buffer.alloc(5000));
    const { bytes } = await deleteRun(workspace, run.dir, { name: 'gone' });
    expect(bytes).toBeGreaterThan(5000);
    expect(bytes).toBeLessThan(10_000);
    expect(readdirSync(path.join(workspace, 'runs'))).toEqual([path.basename(kept.dir)]);
    expect(existsSync(path.join(outside, 'image'))).toBe(true);
    rmSync(outside, { recursive: true });
  });

  it('is refused while a process holds it, and outside the workspace', async () => {
    const run = await create('held');
    const lock = await Lock.acquire(run.dir);
    const refused = deleteRun(workspace, run.dir, { name: 'held' });
    await expect(refused).rejects.toMatchObject({ code: 'run-live' });
    lock.release();
    const other = path.join(workspace, 'other');
    const elsewhere = await create('elsewhere', other);
    const link = path.join(workspace, 'runs', 'link');
    symlinkSync(elsewhere.dir, link);
    for (const dir of [elsewhere.dir, link])
      await expect(deleteRun(workspace, dir, { name: 'x' })).rejects.toMatchObject({
        code: 'run-elsewhere',
      });
    expect(existsSync(elsewhere.dir)).toBe(true);
  });

  it('is refused while its trainer elsewhere may only be stalled, as taking it over is', async () => {
    const run = await create('elsewhere');
    const file = path.join(run.dir, 'lock');
    const holder = { ...thisProcess(), bootId: 'another', machine: 'another', token: 'other' };
    writeFileSync(file, JSON.stringify({ ...holder, startedAt: Date.now() }));
    const remove = (beatsAt: number) => {
      let ms = 0;
      const clock = {
        elapsed: () => ms,
        async sleep(duration: number) {
          ms += duration;
          if (ms === beatsAt) utimesSync(file, new Date(ms), new Date(ms));
        },
      };
      return deleteRun(workspace, run.dir, { name: 'elsewhere', watch: new LockWatch({ clock }) });
    };
    await expect(remove(SILENT_MS - 1000)).rejects.toMatchObject({ code: 'run-live' });
    expect(existsSync(run.dir)).toBe(true);
    await remove(Number.POSITIVE_INFINITY);
    expect(existsSync(run.dir)).toBe(false);
  });
});
