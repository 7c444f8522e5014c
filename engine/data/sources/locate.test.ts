import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  containersIn,
  entryPath,
  locate,
  openLocation,
  picturePath,
  readLocation,
  statLocation,
  tilePath,
} from './locate.ts';

const folder = () => mkdtemp(path.join(os.tmpdir(), 'locate-'));

test('a plain path names the file', async () => {
  const at = path.join(await folder(), 'a.jpg');
  expect(await locate(at)).toEqual({ file: at });
});

test('what stands after the name is a picture or a tile of the file', async () => {
  const at = path.join(await folder(), 'scan.dcm');
  await writeFile(at, 'content');
  expect(await locate(picturePath(at, 'frame', 3))).toEqual({ file: at, picture: 3 });
  expect(await locate(`${at}#page=0`)).toEqual({ file: at, picture: 0 });
  expect(await locate(`${at}#slice=40`)).toEqual({ file: at, picture: 40 });
  const tile = { level: 1, x: 512, y: 0, size: 256 };
  expect(await locate(tilePath(at, tile))).toEqual({ file: at, tile });
  expect((await readLocation(`${at}#frame=3`)).toString()).toBe('content');
  expect((await statLocation(`${at}#frame=3`)).size).toBe(7);
});

test('a file that is named like a picture of another has precedence', async () => {
  const at = path.join(await folder(), 'a.tif#page=2');
  await writeFile(at, 'itself');
  expect(await locate(at)).toEqual({ file: at });
  expect((await readLocation(at)).toString()).toBe('itself');
});

test('other words after a sharp belong to the name', async () => {
  const at = path.join(await folder(), 'a#frame=.jpg#frame=x');
  expect(await locate(at)).toEqual({ file: at });
});

test('below a file that is a container stand its entries', async () => {
  const container = path.join(await folder(), 'shard.TAR');
  await writeFile(container, '');
  const entry = entryPath(container, 'cat/1.dcm');
  expect(await locate(entry)).toEqual({ file: container, entry: 'cat/1.dcm' });
  expect(await locate(`${entry}#frame=2`)).toEqual({
    file: container,
    entry: 'cat/1.dcm',
    picture: 2,
  });
});

test('a folder may have the name of a container', async () => {
  const at = path.join(await folder(), 'old.tar');
  await mkdir(at);
  expect(await locate(path.join(at, 'a.jpg'))).toEqual({ file: path.join(at, 'a.jpg') });
});

test('paths of Windows are divided at both separators, and drives stay', () => {
  expect(containersIn('C:\\data\\s.tar\\cat\\1.jpg', path.win32)).toEqual([
    ['C:\\data\\s.tar', 'cat/1.jpg'],
  ]);
  expect(containersIn('C:/data/s.zip/cat\\1.jpg', path.win32)).toEqual([
    ['C:/data/s.zip', 'cat/1.jpg'],
  ]);
  expect(containersIn('/data/s.zip/cat\\1.jpg', path.posix)).toEqual([
    ['/data/s.zip', 'cat\\1.jpg'],
  ]);
});

test('errors of the file system reach the caller', async () => {
  const at = path.join(await folder(), 'gone.jpg');
  await expect(readLocation(at)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(openLocation(at)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(statLocation(at)).rejects.toMatchObject({ code: 'ENOENT' });
});
