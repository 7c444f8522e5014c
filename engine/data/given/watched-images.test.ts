import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WatchedImages } from './watched-images.ts';

let root: string;
let watched: WatchedImages;
const CHANGED = 1_700_000_000;
const at = (name: string) => path.join(root, 'inbox', name);

/** A file that was last changed `age` seconds ago. */
function put(name: string, content: string, age: number): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
  utimesSync(at(name), CHANGED - age, CHANGED - age);
}

async function look(): Promise<string[]> {
  const found: string[] = [];
  for await (const image of watched.look()) found.push(path.relative(at(''), image.path));
  return found;
}

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-watched-'));
  watched = new WatchedImages([path.join(root, 'inbox')], () => CHANGED * 1000);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('returns complete files at once, and each file once', async () => {
  put('old.png', 'x', 60);
  put('deep/older.png', 'x', 3600);
  put('notes.txt', 'x', 60);
  expect(await look()).toEqual(['old.png', 'deep/older.png']);
  expect(await look()).toEqual([]);
});

it('waits until a new file stays as it is', async () => {
  put('new.png', 'x', 1);
  expect(await look()).toEqual([]);
  put('new.png', 'xx', 1);
  expect(await look()).toEqual([]);
  expect(await look()).toEqual(['new.png']);
  put('empty.png', '', 60);
  expect(await look()).toEqual([]);
  put('empty.png', 'x', 60);
  expect(await look()).toEqual(['empty.png']);
});

it('hands out again what could not be decoded, when it has changed', async () => {
  put('half.png', 'x', 60);
  expect(await look()).toEqual(['half.png']);
  watched.failed(at('half.png'));
  expect(await look()).toEqual([]);
  put('half.png', 'xx', 60);
  expect(await look()).toEqual(['half.png']);
});

it('does not repeat old images when a folder returns', async () => {
  put('one.png', 'x', 60);
  expect(await look()).toEqual(['one.png']);
  renameSync(at(''), path.join(root, 'elsewhere'));
  expect(await look()).toEqual([]);
  expect(watched.missing).toEqual([path.join(root, 'inbox')]);
  renameSync(path.join(root, 'elsewhere'), at(''));
  put('two.png', 'x', 60);
  expect(await look()).toEqual(['two.png']);
  expect(watched.missing).toEqual([]);
});

it('hands out a file again of which a part could not be decoded', async () => {
  put('slide.tif', 'x', 60);
  expect(await look()).toEqual(['slide.tif']);
  watched.failed(`${at('slide.tif')}#tile=0,0,0,64`);
  expect(await look()).toEqual([]);
  put('slide.tif', 'xx', 60);
  expect(await look()).toEqual(['slide.tif']);
});
