import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evenly } from './lazy-list.ts';
import { pickImages } from './pick.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-pick-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function files(...names: string[]) {
  for (const name of names) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), '');
  }
}

const picked = async (count: number, folders = [root]) =>
  (await pickImages(folders, count)).map((file) => path.relative(root, file.path));
const numbered = (folder: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${folder}/${String(i).padStart(3, '0')}.png`);

describe('picked images', () => {
  it('are spread over folders and over the files of each, the same every time', async () => {
    await files(...numbered('a', 90), ...numbered('b/c', 10), ...numbered('d', 30));
    expect(await picked(6)).toEqual([
      'a/022.png',
      'a/067.png',
      'b/c/002.png',
      'b/c/007.png',
      'd/007.png',
      'd/022.png',
    ]);
    expect(await picked(6)).toEqual(await picked(6));
  });

  it('make up in one folder for what others lack, without repeating', async () => {
    await files(...numbered('a', 9), 'b/1.png', 'c/words.txt', 'top.jpg', 'd/.hidden.png');
    const found = await picked(9);
    expect(found).toHaveLength(9);
    expect(new Set(found).size).toBe(9);
    expect(await picked(100)).toHaveLength(11);
    expect(await picked(1)).toHaveLength(1);
  });

  it('come out of many folders where each holds one', async () => {
    await files(...Array.from({ length: 50 }, (_, i) => `s${i}/only.png`));
    expect(new Set(await picked(12)).size).toBe(12);
  });

  it('are found past empty folders and folders that lead in a circle', async () => {
    await files('x/y/z/1.png', 'empty/words.txt', 'x/2.png');
    await symlink(root, path.join(root, 'x', 'circle'));
    await symlink(path.join(root, 'x', 'y'), path.join(root, 'again'));
    expect((await picked(10)).map((name) => path.basename(name)).sort()).toEqual([
      '1.png',
      '2.png',
    ]);
  });

  it('need folders that are there', async () => {
    await expect(pickImages([path.join(root, 'gone')], 3)).rejects.toMatchObject({
      code: 'folder-missing',
    });
    expect(await picked(3)).toEqual([]);
  });
});

describe('evenly', () => {
  it('gives equal distances', () => {
    const list = Array.from({ length: 10 }, (_, i) => i);
    expect(evenly(list, 2)).toEqual([2, 7]);
    expect(evenly(list, 1)).toEqual([5]);
    expect(evenly(list, 10)).toEqual(list);
    expect(evenly(list, 0)).toEqual([]);
  });
});
