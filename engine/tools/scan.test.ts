import { copyFile, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { healthReportSchema } from '../contract/studio/datasets.ts';
import type { ToolProgress } from '../contract/tools.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { ListingReader } from './listing.ts';
import { scanDataset } from './scan.ts';

let root: string;
let workspace: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
  workspace = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-workspace-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
  await rm(workspace, { recursive: true });
});

/** A time in whole seconds, which every file system can store. */
const TIME = new Date(1e12);
const at = (name: string) => path.join(root, name);
const listing = () => path.join(workspace, 'images');
const order = (kind: 'images' | 'labelled', folder = root) => ({
  kind,
  folders: [folder],
  memory: path.join(workspace, 'memory.jsonl'),
  listing: listing(),
});
const listed = (more = {}) =>
  new ListingReader().page({ listing: listing(), offset: 0, count: 1000, ...more });

/** Write an image of one colour. */
function plain(name: string, width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#357' } }).toFile(at(name));
}

describe('a scan of images', () => {
  it('leaves masks beside them out, says so, and lists none', async () => {
    for (const i of [1, 2]) {
      await writeSmallImage(root, `images/${i}.png`, i);
      await mkdir(at('masks'), { recursive: true });
      const mask = sharp({ create: { width: 12, height: 9, channels: 3, background: '#010101' } });
      await mask.toFile(at(`masks/${i}.png`));
    }
    const report = await scanDataset(order('images'));
    expect(report).toMatchObject({ images: 2, imageFolders: [at('images')] });
    expect(report.notes[0]).toContain(`2 files in ${at('masks')} are masks of images`);
    expect((await listed()).items.map(({ path: file }) => file)).toEqual(
      [1, 2].map((i) => at(`images/${i}.png`)),
    );
    expect((await scanDataset(order('images', at('masks')))).images).toBe(2);
  });

  it('counts sizes, formats, copies and what cannot be read, and lists the images', async () => {
    await plain('wide.png', 200, 100);
    await plain('tall.webp', 70, 300);
    await writeSmallImage(root, 'a/1.png', 1);
    await writeSmallImage(root, 'a/2.png', 2);
    await copyFile(at('a/1.png'), at('a/3.png'));
    await copyFile(at('a/1.png'), at('copy.png'));
    await writeFile(at('broken.jpg'), 'no image');
    await writeFile(at('notes.txt'), 'words');

    const report = await scanDataset(order('images'));
    expect(healthReportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      images: 6,
      formats: { png: 5, webp: 1 },
      ignored: { '.txt': 1 },
      unreadable: {
        count: 1,
        files: [{ path: at('broken.jpg'), reason: 'content is not of a known image format' }],
      },
      duplicates: {
        groups: 1,
        extra: 2,
        examples: [[at('a/1.png'), at('a/3.png'), at('copy.png')]],
      },
      sizes: { smallest: [12, 9], median: [12, 9], largest: [70, 300] },
    });
    expect(report.sizes.histogram.filter(({ images }) => images > 0)).toEqual([
      { from: 8, to: 16, images: 4 },
      { from: 64, to: 96, images: 1 },
      { from: 96, to: 128, images: 1 },
    ]);
    expect(report.classes).toBeUndefined();
    const { items } = await listed();
    expect(items.map(({ index, path: file }) => [index, path.relative(root, file)])).toEqual([
      [0, 'a/1.png'],
      [1, 'a/2.png'],
      [2, 'a/3.png'],
      [3, 'copy.png'],
      [4, 'tall.webp'],
      [5, 'wide.png'],
    ]);
    expect(items[4]).toMatchObject({ width: 70, height: 300, format: 'webp' });
    const copies = await listed({ show: 'duplicates' });
    expect(copies.items.map(({ index }) => index)).toEqual([0, 2, 3]);
  });

  it('says in words what is odd', async () => {
    for (let i = 0; i < 9; i++) await writeSmallImage(root, `many/${i}.png`, i);
    await plain('long.png', 500, 64);
    await writeSmallImage(root, 'few/1.png', 100);
    for (const name of ['x.jpg', 'y.jpg']) await writeFile(at(name), '');
    await copyFile(at('many/0.png'), at('many/again.png'));
    const { notes } = await scanDataset(order('images'));
    for (const pattern of [
      /only 12 images/,
      /2 of 14 files cannot be read/,
      /8 % of the images are duplicates/,
      /11 images \(92 %\) are smaller than 32 pixels/,
      /1 image \(8 %\) is more than 4 times as long/,
      /83 % of the images lie in one of 3 folders, many/,
    ])
      expect(notes.join('\n')).toMatch(pattern);
  });

  it.skipIf(process.platform === 'win32')('names folders that occur more than once', async () => {
    await writeSmallImage(root, 'train/a.png', 1);
    await symlink('train', at('val'));
    const { images, notes } = await scanDataset(order('images'));
    expect(images).toBe(1);
    expect(notes.join('\n')).toContain(`read once: 1: ${at('val')} (read as ${at('train')})`);
  });

  it('warns of images that may not show what was meant', async () => {
    for (let i = 0; i < 20; i++) await writeSmallImage(root, `${i}.png`, i);
    for (let i = 0; i < 3; i++) await plain(`black-${i}.tif`, 40 + i, 40);
    const { notes } = await scanDataset(order('images'));
    expect(notes.join('\n')).toMatch(/nearly of one colour.*: 3 of 23: .*black-0\.tif/);
  });

  it('tells how far it is, and remembers files when it is stopped', async () => {
    for (let i = 0; i < 30; i++)
      await utimes(await writeSmallImage(root, `${i}.png`, i), TIME, TIME);
    const stop = new AbortController();
    const seen: ToolProgress[] = [];
    const onProgress = (progress: ToolProgress) => {
      seen.push(progress);
      if (progress.done === 12) stop.abort();
    };
    await expect(
      scanDataset(order('images'), { onProgress, signal: stop.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen[0]).toEqual({ done: 1, total: 30 });
    // The files are damaged but have the same size and time, so only those that are read again are noticed.
    for (const name of ['0.png', '29.png', '9.png']) {
      await writeFile(at(name), Buffer.alloc((await stat(at(name))).size));
      await utimes(at(name), TIME, TIME);
    }
    const { unreadable } = await scanDataset(order('images'));
    expect(unreadable.files.map((file) => path.basename(file.path))).toEqual(['29.png', '9.png']);
  });
});

describe('a scan of labelled images', () => {
  it('counts classes, lists the images of each, and names oddities', async () => {
    for (let i = 0; i < 12; i++) await writeSmallImage(root, `cat/${i}.png`, i);
    await writeSmallImage(root, 'dog/1.png', 100);
    await copyFile(at('cat/0.png'), at('dog/2.png'));
    await writeFile(at('dog/broken.png'), 'no image');
    const report = await scanDataset(order('labelled'));
    expect(healthReportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      images: 14,
      classes: [
        { name: 'cat', images: 12 },
        { name: 'dog', images: 2 },
      ],
      unreadable: {
        count: 1,
        files: [{ path: at('dog/broken.png'), reason: 'content is not of a known image format' }],
      },
      duplicates: { groups: 1, extra: 1 },
    });
    expect(report.notes.join('\n')).toMatch(/Images that occur with different labels: 1/);
    expect(report.notes.join('\n')).toMatch(/fewer than 10 images.*: 1: dog \(2\)/);
    const dogs = await listed({ class: 'dog' });
    expect(dogs.items.map((item) => [path.basename(item.path), item.class])).toEqual([
      ['1.png', 'dog'],
      ['2.png', 'dog'],
    ]);
  });

  it('takes a list, and tells path and reason of what it lists in vain', async () => {
    for (let i = 0; i < 30; i++) await writeSmallImage(root, `${i}.png`, i);
    const rows = Array.from({ length: 30 }, (_, i) => `${i}.png,${i % 2 ? 'odd' : 'even'}`);
    await writeFile(at('list.csv'), ['path,label', ...rows, 'gone.png,odd'].join('\n'));
    const report = await scanDataset(order('labelled', at('list.csv')));
    expect(report.unreadable).toEqual({
      count: 1,
      files: [{ path: at('gone.png'), reason: 'file cannot be read: it is not there (ENOENT)' }],
    });
    expect(report.classes).toEqual([
      { name: 'even', images: 15 },
      { name: 'odd', images: 15 },
    ]);
  });
});
