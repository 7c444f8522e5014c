import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lock } from '../disk/lock.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';
import { unpackOldWorkspace } from './testing/old-workspace.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-runs-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const create = (name: string) =>
  RunFolder.create(workspace, {
    name,
    kind: 'pretrain',
    totalSteps: 10,
    device: 'cpu',
    recipe: { lr: 1 },
    versions: {},
    dataset: { folders: ['/images'], images: 1234, fingerprint: 'f' },
  });

type Options = Parameters<typeof runCommand>[2];
const runs = (words: readonly string[], options: Options = {}) =>
  runCommand(['runs', ...words, '--workspace', workspace], engineParts(), options);

describe('runs show', () => {
  it('prints all fields of a run', async () => {
    const run = await create('chest');
    const { code, records } = await runs(['show', 'chest', '--json']);
    expect(code).toBe(0);
    expect(records).toMatchObject([
      {
        type: 'run',
        id: run.record.id,
        dir: run.dir,
        name: 'chest',
        status: 'created',
        images: 1234,
        folders: ['/images'],
        recipe: { lr: 1 },
        checkpoints: [],
      },
    ]);
    const { stdout } = await runs(['show', 'chest']);
    expect(stdout).toContain('images       1,234 in /images');
    expect(stdout).toContain('checkpoints  none');
  });

  it('proposes the nearest name, and names all that are meant', async () => {
    for (const name of ['chest', 'twin', 'twin']) await create(name);
    const unknown = await runs(['show', 'chst']);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('Did you mean chest?'),
    ]);
    const ambiguous = await runs(['show', 'twin']);
    expect(ambiguous.stderr).toContain('could be any of 2 runs');
  });
});

describe('runs rename', () => {
  it('changes the shown name and keeps the first one valid', async () => {
    const { dir } = await create('chest');
    const { records } = await runs(['rename', 'chest', ' Chest, 2nd ', '--json']);
    expect(records).toMatchObject([
      { type: 'run-renamed', dir, name: 'Chest, 2nd', before: 'chest' },
    ]);
    expect((await runs([])).stdout).toMatch(/ Chest, 2nd$/m);
    expect((await runs(['--json'])).records).toMatchObject([
      { dir, name: 'Chest, 2nd', firstName: 'chest' },
    ]);
    for (const name of ['Chest, 2nd', 'chest']) expect((await runs(['show', name])).code).toBe(0);
  });

  it.each([[' '], ['n'.repeat(201)]])('refuses the name %j', async (name) => {
    await create('chest');
    const { code, stderr } = await runs(['rename', 'chest', name]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/a name (is not empty|has at most 200)/),
    ]);
  });
});

describe('runs tag', () => {
  it('adds, takes away and shows tags', async () => {
    await create('chest');
    await runs(['tag', 'chest', 'good', 'no-crops']);
    const { records } = await runs(['tag', 'chest', 'x-ray', '--remove', 'GOOD', '--json']);
    expect(records).toMatchObject([{ type: 'run-tagged', tags: ['no-crops', 'x-ray'] }]);
    expect((await runs(['tag', 'chest'])).stdout).toContain('has the tags no-crops, x-ray.');
    expect((await runs([])).stdout).toContain('chest [no-crops] [x-ray]');
    const refused = await runs(['tag', 'chest', 'a,b']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('"a,b": a tag is one line without commas.'),
    ]);
  });
});

describe('runs delete', () => {
  it('asks, and deletes nothing but what was named', async () => {
    const [kept, gone] = [await create('kept'), await create('gone')];
    const asked: string[] = [];
    const answering = (answer: boolean) => ({
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    const no = await runs(['delete', 'gone'], answering(false));
    expect([no.stdout, existsSync(gone.dir)]).toEqual(['Nothing was deleted.\n', true]);
    expect(no.stderr).toContain(gone.dir);
    const yes = await runs(['delete', 'gone', '--json'], answering(true));
    expect(yes.records).toMatchObject([
      { type: 'run-deleted', dir: gone.dir, name: 'gone', bytes: expect.any(Number) },
    ]);
    expect(yes.stderr).toMatch(/\d+ B freed\./);
    expect([existsSync(gone.dir), existsSync(kept.dir), asked.length]).toEqual([false, true, 2]);
  });

  it('refuses without a terminal, for a run in training, and for a mistyped name beside another', async () => {
    const run = await create('chest');
    expect(await runs(['delete', 'chest'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nobody can be asked here; add --yes'),
    });
    expect((await runs(['delete', 'chest', 'chst-2', '--yes'])).code).toBe(1);
    const lock = await Lock.acquire(run.dir);
    expect(await runs(['delete', 'chest', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('chest is still being trained.\nStop it first.'),
    });
    lock.release();
    expect(existsSync(run.dir)).toBe(true);
  });
});

it('names a mistyped subcommand', async () => {
  const { code, stderr } = await runCommand(['runs', 'remane', 'a', 'b']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean runs rename?')]);
  expect((await runCommand(['help', 'runs', 'delete'])).stdout).toContain('--yes');
  expect((await runCommand(['runs', '-h'])).stdout).toContain('runs rename');
});

it('takes runs of 0.1.0', async () => {
  const old = await unpackOldWorkspace(workspace);
  const where = ['--workspace', old.workspace];
  const named = await runCommand(['runs', 'rename', 'shapes', 'forms', ...where], engineParts());
  expect([named.code, named.stderr]).toEqual([0, '']);
  const { records } = await runCommand(
    ['runs', 'show', 'shapes', '--json', ...where],
    engineParts(),
  );
  expect(records).toMatchObject([{ name: 'forms', firstName: 'shapes', status: 'done' }]);
});
