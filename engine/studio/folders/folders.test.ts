import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerWithin, askDisk } from './ask-disk.ts';
import { folderPictures } from './folder-pictures.ts';
import { listFolder } from './folders.ts';
import { liesIn } from './lies-in.ts';

let base: string;
const at = (...names: string[]) => path.join(base, ...names);

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'conmim-folders-')));
  for (const folder of ['root/inner', 'root/..odd', 'root-beside', 'outside'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('root', 'image 10.png'), '');
  writeFileSync(at('root', 'image 9.png'), '');
  symlinkSync(at('outside'), at('root', 'out'), 'junction');
  symlinkSync(at('nowhere'), at('root', 'dangling'), 'junction');
  symlinkSync(at('root'), at('alias'), 'junction');
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

it.each([
  ...['root', 'root/inner', 'root/inner/not/there/yet', 'root/..odd', 'root/..new', 'alias/inner'],
])('%s lies in the root', async (name) => {
  expect(await liesIn(at(name), [at('root')])).toBe(true);
  expect(await liesIn(at(name), [at('outside'), at('alias')])).toBe(true);
});

it.each([
  ...['', 'root-beside', 'outside', 'root/out', 'root/out/not/there/yet', 'alias/out'],
  ...['root/dangling', 'root/dangling/file'],
])('%s does not lie in the root', async (name) => {
  expect(await liesIn(at(name), [at('root')])).toBe(false);
});

it('takes a path with .. for one outside, whatever it means', async () => {
  for (const tail of ['../outside', 'out/../inner', 'inner/..', 'inner/../inner'])
    expect(await liesIn(`${at('root')}/${tail}`, [at('root')])).toBe(false);
});

it('knows everything to lie in the root of the disk, and nothing in no folder', async () => {
  expect(await liesIn(at('outside'), [path.parse(base).root])).toBe(true);
  expect(await liesIn(at('outside'), [])).toBe(false);
});

it('cuts what nobody scrolls through, and says so, before it is sorted', async () => {
  mkdirSync(at('many'));
  for (let i = 0; i < 5100; i++) writeFileSync(at('many', `${i}.png`), '');
  for (let i = 0; i < 30; i++) mkdirSync(at('many', `folder ${i}`));
  const { entries, cut } = await listFolder(at('many'), []);
  expect(entries).toHaveLength(5000);
  expect(cut).toBe(true);
  expect(entries.slice(0, 30).map(({ name }) => name)).toEqual(
    Array.from({ length: 30 }, (_, i) => `folder ${i}`),
  );
  const numbers = entries.slice(30).map(({ name }) => Number.parseInt(name, 10));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(await listFolder(at('root'), [])).not.toHaveProperty('cut');
  await expect(listFolder(at('many'), [], AbortSignal.abort())).rejects.toMatchObject({
    code: 'cancelled',
  });
});

it('lists folders first, numbers in their order, and the way up only within the roots', async () => {
  const root = await listFolder(at('root'), [at('root')]);
  expect(root.entries.filter(({ kind }) => kind === 'file').map(({ name }) => name)).toEqual([
    ...['image 9.png', 'image 10.png'],
  ]);
  expect(root).not.toHaveProperty('parent');
  expect(await listFolder(at('root', 'inner'), [at('root')])).toMatchObject({
    parent: at('root'),
    entries: [],
  });
  await expect(listFolder(at('outside'), [at('root')])).rejects.toMatchObject({
    code: 'path-outside-roots',
  });
  await expect(listFolder(at('root', 'none'), [at('root')])).rejects.toMatchObject({
    code: 'folder-missing',
  });
});

it('says of a disk that never answers that it does not', async () => {
  const never = new Promise<never>(() => {});
  await expect(answerWithin(never, '/mnt/far', 1)).rejects.toMatchObject({
    code: 'folder-unreadable',
    message: '/mnt/far does not answer.',
  });
  await expect(answerWithin(Promise.resolve(7), '/mnt/near', 60_000)).resolves.toBe(7);
});

it('names a few images of a folder from all over it', async () => {
  mkdirSync(at('pictures'));
  for (let i = 0; i < 60; i++) writeFileSync(at('pictures', `${i}.png`), '');
  writeFileSync(at('pictures', 'a note.txt'), '');
  const { pictures } = await listFolder(at('pictures'), []);
  expect(pictures).toEqual([0, 10, 20, 30, 40, 50].map((i) => at('pictures', `${i}.png`)));
});

it('names an image of each folder within where a folder has none itself', async () => {
  for (const name of ['cat', 'dog', 'none']) mkdirSync(at('classes', name), { recursive: true });
  for (const file of ['cat/1.jpg', 'cat/2.jpg', 'dog/3.JPG', 'dog/.hidden.png'])
    writeFileSync(at('classes', file), '');
  const { pictures } = await listFolder(at('classes'), []);
  expect(pictures?.map((file) => path.basename(path.dirname(file)))).toEqual(['cat', 'dog']);
  expect(await listFolder(at('classes', 'none'), [])).not.toHaveProperty('pictures');
});

it('looks through no link that leads out of what is open to the page', async () => {
  mkdirSync(at('root', 'mixed'));
  mkdirSync(at('outside', 'photos'));
  writeFileSync(at('outside', 'photos', '1.png'), '');
  symlinkSync(at('outside', 'photos'), at('root', 'mixed', 'link'), 'junction');
  expect(await listFolder(at('root', 'mixed'), [at('root')])).not.toHaveProperty('pictures');
  expect((await listFolder(at('root', 'mixed'), [])).pictures).toEqual([
    at('root', 'mixed', 'link', '1.png'),
  ]);
});

it('asks a disk that does not answer once, until it does', async () => {
  let asked = 0;
  let answer = (_: number) => {};
  const ask = () => {
    asked += 1;
    return new Promise<number>((resolve) => {
      answer = resolve;
    });
  };
  const look = () => askDisk('stat', '/mnt/far', ask, 1);
  const silent = { code: 'folder-unreadable', message: '/mnt/far does not answer.' };
  for (let i = 0; i < 3; i++) await expect(look()).rejects.toMatchObject(silent);
  expect(asked).toBe(1);
  answer(7);
  await new Promise(setImmediate);
  const last = askDisk('stat', '/mnt/far', () => Promise.resolve(8));
  await expect(last).resolves.toBe(8);
});

describe('a folder whose disk does not answer', () => {
  const never = () => new Promise<never>(() => {});
  const silence = (folder: string) =>
    Promise.all(
      (['stat', 'realpath'] as const).map((question) =>
        askDisk(question, folder, never, 1).catch(() => {}),
      ),
    );

  it('costs a listing of the folder above neither its entries nor its other pictures', async () => {
    for (const name of ['a-far', 'near']) mkdirSync(at('root', 'disks', name), { recursive: true });
    writeFileSync(at('root', 'disks', 'near', '1.png'), '');
    await silence(at('root', 'disks', 'a-far'));
    for (const roots of [[], [at('root')]]) {
      const { entries, pictures } = await listFolder(at('root', 'disks'), roots);
      expect(entries.map(({ name }) => name)).toEqual(['a-far', 'near']);
      expect(pictures).toEqual([at('root', 'disks', 'near', '1.png')]);
    }
  });

  it('keeps pictures waiting for a short time only', async () => {
    mkdirSync(at('shown'));
    writeFileSync(at('shown', '1.png'), '');
    const entries = ['shown', 'far'].map((name) => ({
      name,
      path: at(name),
      kind: 'folder' as const,
    }));
    const isOpen = (folder: string) => (folder === at('far') ? never() : Promise.resolve(true));
    expect(await folderPictures(entries, isOpen, undefined, 500)).toEqual([at('shown', '1.png')]);
  });

  it('is named when it is listed, and hides no path of another folder', async () => {
    mkdirSync(at('gone'));
    await silence(at('gone'));
    await expect(listFolder(at('gone'), [])).rejects.toMatchObject({ code: 'folder-unreadable' });
    expect(await liesIn(at('root', 'inner'), [at('gone'), at('root')])).toBe(true);
  });
});
