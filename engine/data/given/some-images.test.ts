import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { someImages } from './some-images.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'conmim-some-'));
  await mkdir(at('photos'));
  for (let i = 0; i < 10; i++) writeFileSync(at(`photos/${i}.png`), '');
  writeFileSync(at('alone.png'), '');
  writeFileSync(at('list.txt'), 'photos/1.png\nphotos/2.png\nphotos/3.png\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = async (given: string[], count: number) =>
  (await someImages(given.map(at), count)).map((found) => path.relative(folder, found));

it('spreads over a folder, and takes files as they are', async () => {
  expect(await names(['alone.png', 'photos'], 2)).toEqual([
    'alone.png',
    'photos/2.png',
    'photos/7.png',
  ]);
});

it('takes some of a list, and each image once', async () => {
  expect(await names(['photos/2.png', 'list.txt'], 1)).toEqual(['photos/2.png']);
  expect(await names(['list.txt'], 9)).toHaveLength(3);
});

it('names a path that is not there', async () => {
  await expect(names(['nowhere'], 2)).rejects.toMatchObject({ code: 'file-missing' });
});
