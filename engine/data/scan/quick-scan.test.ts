import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tarOf } from '../sources/containers/testing/write-tar.ts';
import { zipOf } from '../sources/containers/testing/write-zip.ts';
import { quickScan } from './quick-scan.ts';
import { scanFolders } from './scan.ts';

let root: string;
const at = (...names: string[]) => path.join(root, 'images', ...names);
const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#123456' } });

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-quick-'));
  await mkdir(at('more'), { recursive: true });
  await picture(30, 20).jpeg().toFile(at('plain.jpg'));
  await picture(30, 20).withMetadata({ orientation: 6 }).jpeg().toFile(at('turned.jpg'));
  await picture(5, 7).png().toFile(at('more', 'a.png'));
  await picture(9, 8).tiff().toFile(at('more', 'b.tif'));
  await writeFile(at('more', 'broken.tif'), 'II*\0 and nothing else');
  await writeFile(at('empty.jpg'), '');
  await writeFile(at('text.txt'), 'text');
  const whole = await picture(300, 200).jpeg().toBuffer();
  await writeFile(at('cut.jpg'), whole.subarray(0, whole.length - 200));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const sizes = ({ samples }: Awaited<ReturnType<typeof scanFolders>>) =>
  [...samples].map(({ path: file, width, height, bytes, format }) => ({
    file,
    width,
    height,
    bytes,
    format,
  }));

it('finds the images of a full scan with their sizes, and those that are damaged later on', async () => {
  const [quick, full] = [await quickScan([at()]), await scanFolders([at()])];
  const cut = { file: at('cut.jpg'), width: 300, height: 200, format: 'jpeg' };
  expect(sizes(quick)).toEqual(
    expect.arrayContaining([...sizes(full), expect.objectContaining(cut)]),
  );
  expect(quick.images).toBe(full.images + 1);
  expect(quick.unreadable.map(({ path: file }) => path.basename(file)).sort()).toEqual([
    'broken.tif',
    'empty.jpg',
  ]);
  expect(quick.ignored).toEqual(full.ignored);
  expect([quick.duplicates, quick.doubts]).toEqual([[], []]);
});

it('reads the headers of entries of containers, with the facts of those of a full scan', async () => {
  const folder = path.join(root, 'shards');
  await mkdir(folder);
  const whole = await picture(300, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const cut = { name: 'cut.jpg', content: whole.subarray(0, whole.length - 200) };
  const entries = [cut, { name: 'a/whole.jpg', content: whole }];
  await writeFile(path.join(folder, 'a.tar'), tarOf(entries));
  await writeFile(path.join(folder, 'b.zip'), zipOf(entries));
  const [quick, full] = [await quickScan([folder]), await scanFolders([folder])];
  expect([quick.images, full.images]).toEqual([4, 2]);
  expect(sizes(quick)).toEqual(expect.arrayContaining(sizes(full)));
  // Nothing was decoded.
  expect([...quick.samples].map(({ hash }) => hash)).toEqual(['', '', '', '']);
});

it('has a fingerprint of names and sizes, the same with and without an earlier scan', async () => {
  const indexFile = path.join(root, 'images.index');
  const first = await quickScan([at()], { indexFile });
  await scanFolders([at()], { indexFile });
  const second = await quickScan([at()], { indexFile });
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(second.fingerprint).toMatch(/^sizes-[0-9a-f]{64}$/);
  // What is known of unchanged files is used.
  expect([...second.samples].find((sample) => sample.path === at('plain.jpg'))!.hash).not.toBe('');
  await picture(31, 20).jpeg().toFile(at('plain.jpg'));
  expect((await quickScan([at()], { indexFile })).fingerprint).not.toBe(first.fingerprint);
});

it('counts every file once, and can be stopped', async () => {
  const seen: number[] = [];
  await quickScan([at()], { onProgress: ({ done, total }) => seen.push(done / total) });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(1);
  await expect(quickScan([at()], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});
