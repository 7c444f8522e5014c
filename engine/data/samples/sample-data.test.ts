import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../pixels/decode.ts';
import { writeSmallPackage } from '../testing/small-package.ts';
import { sampleData } from './sample-data.ts';

// A package of the same layout with few images: row i of every sheet is all colour i.
const ROWS = 40;
let folder: string;
let archive: string;
let integrity: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-sample-'));
  ({ archive, integrity } = await writeSmallPackage(folder, ROWS, (row) => row));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('sample data', () => {
  it('becomes a folder a class, balanced, with the right pixels', async () => {
    const out = path.join(folder, 'out');
    const result = await sampleData('cifar10', { out, train: 45, archive, integrity });
    expect(result).toMatchObject({ train: 45, test: 2000 });
    expect(await readdir(path.join(out, 'train'))).toHaveLength(10);
    const counts = await Promise.all(
      ['airplane', 'deer', 'dog', 'truck'].map(
        async (name) => (await readdir(path.join(out, 'train', name))).length,
      ),
    );
    expect(counts).toEqual([5, 5, 4, 4]);
    const second = await decodeImage(path.join(out, 'train', 'bird', '00002.png'));
    expect([second.width, second.height, second.data[0]]).toEqual([32, 32, 12]);
  });

  it.each([
    [60, 50, 10],
    [1, 1, 0],
    [10, 8, 2],
  ])('of %i images in all is %i to train and %i to test', async (count, train, test) => {
    const out = path.join(folder, `all-${count}`);
    const result = await sampleData('cifar10', { out, count, archive, integrity });
    expect(result).toMatchObject({ train, test });
    const files = await readdir(out, { recursive: true });
    expect(files.filter((file) => file.endsWith('.png'))).toHaveLength(count);
  });

  it('is not written again when it is complete', async () => {
    const out = path.join(folder, 'again');
    await sampleData('cifar10', { out, train: 20, archive, integrity });
    const file = path.join(out, 'train', 'cat', '00001.png');
    const before = (await stat(file)).mtimeMs;
    await sampleData('cifar10', { out, train: 20, archive: 'gone.tgz', integrity });
    expect((await stat(file)).mtimeMs).toBe(before);
  });

  it('of another count is written anew', async () => {
    const out = path.join(folder, 'recount');
    await sampleData('cifar10', { out, train: 30, archive, integrity });
    await sampleData('cifar10', { out, train: 20, archive, integrity });
    expect(await readdir(path.join(out, 'train', 'cat'))).toHaveLength(2);
  });

  it('that was interrupted is written anew', async () => {
    const out = path.join(folder, 'interrupted');
    const stop = () => {
      throw new Error('power cut');
    };
    const broken = sampleData('cifar10', { out, train: 20, archive, integrity, onProgress: stop });
    await expect(broken).rejects.toThrow('power cut');
    await sampleData('cifar10', { out, train: 20, archive, integrity });
    expect(await readdir(path.join(out, 'train', 'cat'))).toHaveLength(2);
  });

  it.each(['train/cat/mine.jpg', 'train/mine/00001.png', 'test/notes.txt'])(
    'does not remove %s, which was put beside the photographs',
    async (name) => {
      const out = path.join(folder, `beside-${path.basename(name)}`);
      await sampleData('cifar10', { out, train: 30, archive, integrity });
      await mkdir(path.dirname(path.join(out, name)), { recursive: true });
      await writeFile(path.join(out, name), 'years of work');
      await expect(
        sampleData('cifar10', { out, train: 20, archive, integrity }),
      ).rejects.toMatchObject({ code: 'sample-data-folder-in-use' });
      expect(await readFile(path.join(out, name), 'utf8')).toBe('years of work');
    },
  );

  it('does not replace the folders of others', async () => {
    const out = path.join(folder, 'own');
    const kept = path.join(out, 'train', 'mine.txt');
    await mkdir(path.dirname(kept), { recursive: true });
    await writeFile(kept, 'years of work');
    const attempt = sampleData('cifar10', { out, train: 20, archive, integrity });
    await expect(attempt).rejects.toMatchObject({ code: 'sample-data-folder-in-use' });
    expect(await readFile(kept, 'utf8')).toBe('years of work');
  });

  it('from a changed package is refused', async () => {
    const out = path.join(folder, 'bad');
    const attempt = sampleData('cifar10', { out, train: 20, archive });
    await expect(attempt).rejects.toMatchObject({ code: 'sample-data-corrupt' });
  });

  it('that cannot be read is reported', async () => {
    const out = path.join(folder, 'none');
    const attempt = sampleData('cifar10', { out, archive: path.join(folder, 'missing.tgz') });
    await expect(attempt).rejects.toMatchObject({ code: 'sample-data-unavailable' });
  });
});
