import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryPath } from '../disk/atomic-file.ts';
import { Lock } from '../disk/lock.ts';
import { findRun, listRuns, RunFolder, summary } from './run-folder.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-runs-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const T0 = Date.UTC(2026, 0, 31, 14, 25, 1);
const create = (name: string, now = T0) =>
  RunFolder.create(
    workspace,
    {
      name,
      kind: 'pretrain',
      totalSteps: 10,
      device: 'cpu',
      recipe: { lr: 1e-3 },
      dataset: { folders: ['/images'], images: 3, fingerprint: 'f' },
      versions: { studio: '0' },
    },
    { now },
  );

describe('a new run', () => {
  it('has an id that sorts by time and is valid on every disk', async () => {
    const run = await create('Chest X-rays: Ärzte / 2026?');
    expect(run.record.id).toMatch(/^20260131-142501-chest-x-rays-a-rzte-2026-[0-9a-f]{6}$/);
    expect((await create('日本')).record.id).toMatch(/^20260131-142501-[0-9a-f]{6}$/);
    expect(run.dir).toBe(path.join(workspace, 'runs', run.record.id));
    expect(readdirSync(run.dir)).toEqual(['run.json']);
    expect(JSON.parse(readFileSync(path.join(run.dir, 'run.json'), 'utf8'))).toEqual(run.record);
  });

  it('of the same name and second is another run', async () => {
    const runs = [await create('a'), await create('a'), await create('a')];
    expect(new Set(runs.map(({ dir }) => dir)).size).toBe(3);
  });
});

describe('what was left by processes killed while they made a run', () => {
  it('is removed by the next that makes one, once it is surely nobody’s', async () => {
    const runs = path.join(workspace, 'runs');
    const gone = spawnSync(process.execPath, ['--version']).pid!;
    const young = path.basename(temporaryPath(path.join(runs, 'young')));
    const leave = (name: string, when = Date.now()) => {
      mkdirSync(path.join(runs, name), { recursive: true });
      writeFileSync(path.join(runs, name, 'run.json'), '{"form');
      utimesSync(path.join(runs, name), new Date(when), new Date(when));
    };
    leave(young);
    leave(young.replace(`-${process.pid}-`, `-${gone}-`));
    leave('.new-20250101-000000-old-aaaaaa', T0 - 1e11);
    leave('.new-20250101-000000-new-aaaaaa');
    const run = await create('a');
    const left = [young, '.new-20250101-000000-new-aaaaaa', run.record.id];
    expect(readdirSync(runs).sort()).toEqual(left.sort());
    expect((await listRuns(workspace)).damaged).toEqual([]);
  });
});

describe('the record', () => {
  it('is replaced as a whole, drops what became undefined, and keeps unknown fields', async () => {
    const run = await create('a');
    const file = path.join(run.dir, 'run.json');
    writeFileSync(file, JSON.stringify({ ...run.record, later: { x: 1 } }));
    await run.refresh();
    await run.update({ status: 'running', pid: 7, reason: { code: 'c', message: 'm' } }, T0 + 1000);
    await run.update({ status: 'stopped', pid: undefined, reason: undefined }, T0 + 2000);
    const back = await RunFolder.open(run.dir);
    expect(back.record).toMatchObject({ status: 'stopped', later: { x: 1 } });
    expect(back.record.updatedAt).toBe('2026-01-31T14:25:03.000Z');
    expect(Object.keys(back.record)).not.toContain('pid');
    expect(readdirSync(run.dir)).toEqual(['run.json']);
  });

  it('that cannot be understood is named', async () => {
    const run = await create('a');
    writeFileSync(path.join(run.dir, 'run.json'), '{"format":');
    await expect(RunFolder.open(run.dir)).rejects.toMatchObject({ code: 'run-damaged' });
    await expect(RunFolder.open(workspace)).rejects.toMatchObject({ code: 'run-not-found' });
  });
});

describe('a workspace', () => {
  it('lists runs newest first and names damaged ones apart', async () => {
    const old = await create('old', T0);
    const young = await create('young', T0 + 5000);
    mkdirSync(path.join(workspace, 'runs', 'stray'));
    mkdirSync(path.join(workspace, 'runs', '.new-half'));
    const { runs, damaged } = await listRuns(workspace);
    expect(runs.map(({ record }) => record.id)).toEqual([young.record.id, old.record.id]);
    expect(damaged.map(({ dir }) => path.basename(dir))).toEqual(['stray']);
    expect(await listRuns(path.join(workspace, 'nowhere'))).toEqual({ runs: [], damaged: [] });
  });

  it('names runs whose record or lock it cannot read, and lists the others', async () => {
    const made = [await create('good'), await create('locked'), await create('broken')];
    for (const run of made) await run.update({ status: 'running' });
    const [, locked, broken] = made.map(({ dir }) => dir) as [string, string, string];
    mkdirSync(path.join(locked, 'lock'));
    rmSync(path.join(broken, 'run.json'));
    mkdirSync(path.join(broken, 'run.json'));
    const { runs, damaged } = await listRuns(workspace);
    expect(runs.map(({ record, status }) => [record.name, status]).sort()).toEqual([
      ['good', 'died'],
      ['locked', 'running'],
    ]);
    expect(damaged.map(({ dir }) => dir)).toEqual([broken]);
  });

  it('knows a run that died from one that lives', async () => {
    const run = await create('a');
    await run.update({ status: 'running', pid: 1 });
    expect((await summary(run.dir, run.record)).status).toBe('died');
    const lock = await Lock.acquire(run.dir);
    expect((await summary(run.dir, run.record)).status).toBe('running');
    lock.release();
    await run.update({ status: 'done' });
    expect((await listRuns(workspace)).runs[0]!.status).toBe('done');
  });

  it('finds runs by path, id, name and unique beginning', async () => {
    const first = await create('first', T0);
    const second = await create('second', T0 + 60_000);
    for (const reference of [second.dir, second.record.id, 'second', '20260131-1426']) {
      expect((await findRun(workspace, reference)).dir).toBe(second.dir);
    }
    expect((await findRun(workspace, 'first')).dir).toBe(first.dir);
    await expect(findRun(workspace, '2026')).rejects.toMatchObject({
      code: 'run-ambiguous',
      details: { ids: [second.record.id, first.record.id] },
    });
    for (const reference of ['third', '', '..']) {
      await expect(findRun(workspace, reference)).rejects.toMatchObject({ code: 'run-not-found' });
    }
  });
});
