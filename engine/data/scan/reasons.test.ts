import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabelledSet } from '../labelled/labelled-set.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { scanFolders } from './scan.ts';

/** Files that cannot be used, of every format, cut at several places and with bytes changed. */
let root: string;
const broken: string[] = [];
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-reasons-'));
  for (const folder of ['a', 'b', 'z']) await mkdir(path.join(root, folder));
  const noise = Buffer.from(Array.from({ length: 90 * 60 * 3 }, (_, i) => (i * 7919) % 251));
  const picture = sharp(noise, { raw: { width: 90, height: 60, channels: 3 } });
  for (const format of ['jpg', 'png', 'webp', 'gif', 'tif', 'avif'] as const)
    for (const share of [0.02, 0.3, 0.7, 0.95]) {
      const name = `${share < 0.5 ? 'b' : 'a'}/${format}-${share}.${format}`;
      const { size } = await picture.clone().toFile(path.join(root, name));
      await truncate(path.join(root, name), Math.floor(size * share));
      broken.push(name);
    }
  await writeFile(path.join(root, 'a', 'empty.png'), '');
  await writeFile(path.join(root, 'b', 'text.jpg'), 'text');
  broken.push('a/empty.png', 'b/text.jpg');
  if (process.platform !== 'win32') {
    await symlink('nowhere', path.join(root, 'b', 'link.png'));
    broken.push('b/link.png');
  }
  for (let i = 0; i < 40; i++) await writeSmallImage(root, `z/${i}.png`, i);
});
afterAll(() => rm(root, { recursive: true }));

type Named = readonly { readonly path: string; readonly reason: string }[];
const sorted = (files: Named) =>
  files.map((one) => `${path.relative(root, one.path)}: ${one.reason}`).sort();
const scan = async (...folders: string[]) =>
  sorted((await scanFolders(folders.map((name) => path.join(root, name)))).unreadable);
const labelled = async (source: string) => {
  const { problems } = await readLabelledSet(path.join(root, source), { maxUnusableFraction: 1 });
  return sorted(problems.flatMap(({ files = [] }) => files));
};

describe('the reason of a file', () => {
  it('is the same in every scan, in any order, from a folder or a list, cached or not', async () => {
    const first = await scan('');
    expect(first).toHaveLength(broken.length);
    for (let round = 0; round < 3; round++) {
      expect(await scan('')).toEqual(first);
      expect(await scan('z', 'b', 'a')).toEqual(first);
    }
    const indexFile = path.join(root, 'images.index');
    for (let round = 0; round < 2; round++)
      expect(sorted((await scanFolders([root], { indexFile })).unreadable)).toEqual(first);
    expect(await labelled('')).toEqual(first);
    const rows = [...broken.toReversed(), 'z/1.png'].map((name) => `${name},x`);
    await writeFile(path.join(root, 'list.csv'), ['path,label', ...rows].join('\n'));
    expect(await labelled('list.csv')).toEqual(first);
  });
});
