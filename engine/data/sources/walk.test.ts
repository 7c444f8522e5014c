import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLabelledSet } from '../labelled/labelled-set.ts';
import { scanFolders } from '../scan/scan.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { pickImages } from './pick.ts';
import { walkFolder } from './walk.ts';

const LINUX = process.platform === 'linux';
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-walk-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('what belongs to the system', () => {
  it.each([
    '@eaDir',
    '.thumbnails',
    '.Trash-1000',
    '.Trashes',
    '.ipynb_checkpoints',
    '__MACOSX',
    '.git',
    '$RECYCLE.BIN',
    'System Volume Information',
    '#recycle',
    '.@__thumb',
    '@Recycle',
    'lost+found',
    '.Spotlight-V100',
    '.fseventsd',
    '.picasaoriginals',
    '.dropbox.cache',
    '.stversions',
    '.snapshot',
    '@EADIR',
    '.AppleDouble',
    'Photos.lrdata',
    '.wdmc',
    '.globalTrash',
    '.@qsync',
    '.SynologyWorkingDirectory',
    '.tmp.driveupload',
    'node_modules',
    '.venv',
    '.trashed-1699999999-holiday',
    'holiday.jpg@SynoResource',
  ])('is left out and counted: %s', async (name) => {
    await writeSmallImage(root, 'a.png', 1);
    await writeSmallImage(root, `${name}/deep/b.png`, 2);
    await writeSmallImage(root, `album/${name}/c.png/THUMB.jpg`, 3);
    await writeFile(path.join(root, name, 'notes.txt'), '');
    const { samples, system, ignored } = await scanFolders([root]);
    expect([...samples].map((sample) => path.basename(sample.path))).toEqual(['a.png']);
    expect(system.images).toBe(2);
    expect(system.folders.toSorted()).toEqual([
      ...[path.join(root, name), path.join(root, 'album', name)].toSorted(),
    ]);
    expect(ignored).toEqual({});
    expect((await pickImages([root], 9)).map((file) => file.relative)).toEqual(['a.png']);
  });

  it.skipIf(process.platform === 'win32')('is no pipe or socket: these are named', async () => {
    await writeSmallImage(root, 'a.png', 1);
    const pipe = path.join(root, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    await symlink(pipe, path.join(root, 'to-pipe.png'));
    const { images, unreadable } = await scanFolders([root]);
    expect(images).toBe(1);
    expect(unreadable.map((one) => path.basename(one.path)).toSorted()).toEqual([
      'pipe.png',
      'to-pipe.png',
    ]);
  });

  it('does not hold what a folder is asked for by its own name', async () => {
    await writeSmallImage(root, '@eaDir/a.png', 1);
    expect((await scanFolders([path.join(root, '@eaDir')])).images).toBe(1);
  });

  it('takes in files that macOS leaves, but no hidden folder of another name', async () => {
    await writeSmallImage(root, '._a.png', 1);
    await writeSmallImage(root, '.hidden/b.png', 2);
    const { samples, system } = await scanFolders([root]);
    expect([samples.length, system]).toEqual([1, { images: 1, folders: [] }]);
  });

  it('is said where nothing else is there', async () => {
    await writeSmallImage(root, '@eaDir/a.png', 1);
    await expect(scanFolders([root])).rejects.toMatchObject({
      code: 'no-images',
      message: expect.stringContaining('1 image belongs to the system and is left out'),
    });
  });
});

describe.skipIf(!LINUX)('names that are not UTF-8', () => {
  it('are named with their bytes and a reason, and the rest is read', async () => {
    await writeSmallImage(root, 'ä.png', 1);
    const strange = (text: string) =>
      Buffer.concat([Buffer.from(`${root}/`), Buffer.from(text, 'latin1')]);
    await symlink('ä.png', strange('B\xe4r.png'));
    await writeFile(strange('B\xf6r.png'), 'x');
    await mkdir(strange('\xff\\'));
    const { files, unreadable } = await walkFolder(root, new Map());
    expect(files.map((file) => file.relative)).toEqual(['ä.png']);
    expect(unreadable.map((one) => path.basename(one.path)).toSorted()).toEqual([
      'B\\xe4r.png',
      'B\\xf6r.png',
      '\\xff\\x5c',
    ]);
    for (const { reason } of unreadable) expect(reason).toMatch(/the name is not UTF-8.*rename/);
    expect(
      unreadable.filter(({ reason }) => reason.includes('nothing in it was read')),
    ).toHaveLength(1);
  });
});

describe.skipIf(process.platform === 'win32')('a folder that was read already', () => {
  it('is named with the path under which its images were read, and they are not read again', async () => {
    await writeSmallImage(root, 'train/a.png', 1);
    await symlink('train', path.join(root, 'val'));
    const [train, val] = [path.join(root, 'train'), path.join(root, 'val')];
    const { images, unreadable, repeatedFolders } = await scanFolders([root]);
    expect([images, unreadable]).toEqual([1, []]);
    expect(repeatedFolders).toEqual([{ path: val, readAs: train }]);
    expect((await scanFolders([train, val])).repeatedFolders).toEqual([
      { path: val, readAs: train },
    ]);
  });

  it('is named when it is given twice or lies in another one that is given', async () => {
    await writeSmallImage(root, 'a.png', 1);
    await writeSmallImage(root, 'train/b.png', 2);
    const train = path.join(root, 'train');
    for (const folders of [
      [train, train],
      [root, train],
      [train, root],
    ]) {
      const { images, repeatedFolders } = await scanFolders(folders);
      expect(images).toBe(folders.includes(root) ? 2 : 1);
      expect(repeatedFolders).toEqual([{ path: train, readAs: train }]);
    }
  });

  it('is an oddity of a labelled set', async () => {
    await writeSmallImage(root, 'train/cat/a.png', 1);
    await writeSmallImage(root, 'train/dog/b.png', 2);
    await symlink('train', path.join(root, 'val'));
    const { problems, samples } = await readLabelledSet(root);
    expect(samples).toHaveLength(2);
    expect(problems.find(({ code }) => code === 'repeated-folders')).toEqual({
      code: 'repeated-folders',
      message: 'Folders that occur more than once (links, or given twice), read once: 1',
      items: [`${path.join(root, 'val')} (read as ${path.join(root, 'train')})`],
    });
  });
});

describe.skipIf(!LINUX)('folders', () => {
  it('in circles and very deep ones come to an end', async () => {
    await writeSmallImage(root, 'a/1.png', 1);
    await symlink('../b', path.join(root, 'a', 'on'));
    await mkdir(path.join(root, 'b'));
    await symlink('../a', path.join(root, 'b', 'back'));
    await symlink('itself', path.join(root, 'itself'));
    let deep = Buffer.from(root);
    for (let i = 0; i < 15; i++) {
      deep = Buffer.concat([deep, Buffer.from(`/${'d'.repeat(200)}`)]);
      await mkdir(deep);
    }
    const { files, unreadable } = await walkFolder(root, new Map());
    expect(files.map((file) => file.relative)).toEqual(['a/1.png']);
    expect(unreadable).toEqual([
      { path: path.join(root, 'itself'), reason: 'link leads nowhere: ELOOP' },
    ]);
  });
});
