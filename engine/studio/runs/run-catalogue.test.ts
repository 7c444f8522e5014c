import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFolder } from '../../runs/run-folder.ts';
import { RunCatalogue } from './run-catalogue.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-catalogue-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const create = (name: string) =>
  RunFolder.create(workspace, {
    name,
    kind: 'pretrain',
    totalSteps: 1,
    device: 'cpu',
    recipe: {},
    versions: {},
    dataset: { folders: [], images: 0, fingerprint: '' },
  });

describe('runs that cannot be read', () => {
  const hurts: [string, (dir: string) => void][] = [
    ['a record that is a folder', (dir) => mkdirSync(path.join(dir, 'run.json'))],
    ['a record that leads to itself', (dir) => symlinkSync('run.json', path.join(dir, 'run.json'))],
    ['half a record', (dir) => writeFileSync(path.join(dir, 'run.json'), '{"format":')],
    ['no record', () => {}],
  ];
  it.each(hurts)('are left out of the list: %s', async (_, hurt) => {
    const [good, bad] = [await create('good'), await create('bad')];
    rmSync(path.join(bad.dir, 'run.json'));
    hurt(bad.dir);
    const catalogue = new RunCatalogue(workspace);
    expect((await catalogue.list()).map(({ id }) => id)).toEqual([good.record.id]);
    await expect(catalogue.get(bad.record.id)).rejects.toMatchObject({
      code: expect.stringMatching(/^run-(not-found|damaged)$/),
    });
  });

  it('have a lock that is a folder, and then count as held', async () => {
    const run = await create('odd');
    await run.update({ status: 'running' });
    mkdirSync(path.join(run.dir, 'lock'));
    expect(await new RunCatalogue(workspace).list()).toMatchObject([{ status: 'running' }]);
  });
});

describe('what people say of a run', () => {
  it('is listed, found by its words, and told apart from the name it was started with', async () => {
    const [first, second] = [await create('first'), await create('second')];
    const catalogue = new RunCatalogue(workspace);
    await catalogue.list();
    const { id } = first.record;
    const edited = await catalogue.edit(id, {
      name: 'Chest',
      tags: ['good', 'X-ray'],
      note: 'lr too high',
      favourite: true,
    });
    const said = { name: 'Chest', tags: ['good', 'X-ray'], note: 'lr too high', favourite: true };
    expect(edited).toMatchObject({ id, ...said });
    expect(await catalogue.detail(id)).toMatchObject({ id, ...said, firstName: 'first' });
    for (const filter of [{ search: 'x-r' }, { tag: 'x-RAY' }, { favourite: true }] as const)
      expect((await catalogue.list(filter)).map((run) => run.id)).toEqual([id]);
    expect(await catalogue.detail(second.record.id)).not.toHaveProperty('firstName');
  });

  it('is kept when several change it at once', async () => {
    const run = await create('a');
    const catalogue = new RunCatalogue(workspace);
    const { id } = run.record;
    await Promise.all([
      catalogue.edit(id, { name: 'b' }),
      catalogue.edit(id, { favourite: true }),
      catalogue.edit(id, { tags: ['c'] }),
    ]);
    const again = new RunCatalogue(workspace);
    expect((await again.get(id)).summary).toMatchObject({
      name: 'b',
      favourite: true,
      tags: ['c'],
    });
  });
});

describe('the values of the last step', () => {
  const step = (number: number, loss: number) =>
    `${JSON.stringify({ type: 'step', step: number, loss, tokenMatch: 0.5, imagesPerSecond: 9 })}\n`;

  it('are read from the end of a log, also behind many other events', async () => {
    const run = await create('a');
    const other = `${JSON.stringify({ type: 'warning', message: 'step '.repeat(100) })}\n`;
    writeFileSync(run.eventsFile, step(1, 3) + step(2, 2) + other.repeat(40));
    const catalogue = new RunCatalogue(workspace);
    const [found] = await catalogue.withLastSteps(await catalogue.list());
    expect(found!.last).toEqual({ loss: 2, match: 0.5, imagesPerSecond: 9 });
  });

  it('sort a list', async () => {
    for (const [name, loss] of [
      ['a', 2],
      ['b', 1],
      ['c', 3],
    ] as const)
      writeFileSync((await create(name)).eventsFile, step(1, loss));
    await create('without steps');
    const names = (await new RunCatalogue(workspace).list({ sort: 'loss' })).map((run) => run.name);
    expect(names).toEqual(['b', 'a', 'c', 'without steps']);
  });
});

it('tells the size of runs on the disk', async () => {
  const [a, b] = [await create('a'), await create('b')];
  const catalogue = new RunCatalogue(workspace);
  const size = (ids: string[]) => catalogue.size(ids);
  const before = await size([a.record.id, b.record.id]);
  writeFileSync(path.join(a.dir, 'more'), 'x'.repeat(1000));
  expect(await size([a.record.id, b.record.id])).toBe(before + 1000);
});
