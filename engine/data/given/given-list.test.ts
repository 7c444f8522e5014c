import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { givenImages } from './given-images.ts';
import { listedImages } from './given-list.ts';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-list-'));
  mkdirSync(at('a b'));
  for (const name of ['1.png', 'a b/2.png', '3.png']) writeFileSync(at(name), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function list(name: string, ...lines: string[]): string {
  writeFileSync(at(name), lines.join('\n'));
  return at(name);
}

async function read(file: string, confined = false) {
  const found: string[] = [];
  for await (const { path: one, reason } of listedImages(file, confined))
    found.push(path.relative(root, one) + (reason === undefined ? '' : `: ${reason}`));
  return found;
}

describe('a list of images', () => {
  it('is a table with a column of paths, whatever else it has', async () => {
    const labelled = list('l.csv', 'label,path,split', 'x,1.png,train', 'y,a b/2.png,', '', '# no');
    expect(await read(labelled)).toEqual(['1.png', 'a b/2.png']);
    expect(await read(list('o.csv', 'path', '1.png', at('3.png')))).toEqual(['1.png', '3.png']);
    const tabs = list('t.tsv', '# made by hand', 'File\tWidth', '3.png\t4');
    expect(await read(tabs)).toEqual(['3.png']);
    expect(await read(list('r.csv', 'path,n', ',7'))).toEqual([
      'r.csv, line 2: the row names no path',
    ]);
  });

  it('has one path a line otherwise, with spaces in it or a label after it', async () => {
    const lines = list('l.txt', '# all', '1.png', 'a b/2.png', '3.png 7', 'none here.png');
    expect(await read(lines)).toEqual(['1.png', 'a b/2.png', '3.png', 'none here.png']);
    expect(await read(list('h.txt', 'path', '1.png'))).toEqual(['1.png']);
  });

  it('that names no column, or is no text, is refused by its line', async () => {
    await expect(read(list('l.csv', '1.png,cat'))).rejects.toMatchObject({
      code: 'list-invalid',
      message: expect.stringContaining('does not name the column path: 1.png,cat'),
      advice: 'Begin the file with the line: path',
    });
    await expect(read(list('empty.csv'))).rejects.toMatchObject({ code: 'list-invalid' });
    writeFileSync(at('b.txt'), Buffer.from([0x31, 0xff, 0x0a]));
    await expect(read(at('b.txt'))).rejects.toMatchObject({ code: 'list-invalid' });
  });

  it('tells a page only paths that lead to files', async () => {
    const secret = list('key.txt', 'hunter2');
    await expect(read(secret, true)).rejects.toMatchObject({
      code: 'list-invalid',
      message: expect.not.stringContaining('hunter2'),
    });
    expect(await read(list('k.csv', 'path', 'hunter2', '1.png'), true)).toEqual([
      'k.csv, line 2: there is no such file',
      '1.png',
    ]);
  });
});

it('gives each image of folders, lists and files once', async () => {
  const file = list('l.csv', 'path', '1.png', '1.png', '3.png');
  const found: string[] = [];
  for await (const image of givenImages([at('3.png'), file, at('a b')])) found.push(image.path);
  expect(found).toEqual([at('3.png'), at('1.png'), at('a b', '2.png')]);
});
