import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import { TIFF_CELLS } from '../../images/tiff/testing/cells.ts';
import { scanMemory } from '../../runs/scan-memory.ts';
import { readFilePixels } from '../pixels/file-pixels.ts';
import { decodePlanes } from '../pixels/stored/decode-planes.ts';
import { locate, markedFile, picturePath, stackPath, tilePath } from '../sources/locate.ts';
import { quickScan } from './quick-scan.ts';
import { scanFolders } from './scan.ts';

/** Two times, two slices, three channels. */
const stack = TIFF_CELLS.find(({ name }) => name.startsWith('OME TZCYX'))!;
const page = TIFF_CELLS.find(({ type, samples }) => type === 'uint16' && samples === undefined)!;

let root: string;
const at = (name: string) => path.join(root, name);
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stacks-'));
  await writeFile(at('page.tif'), page.file);
  await writeFile(at('stack.tif'), stack.file);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const listed = async (stacks: StackChannels, scan = scanFolders) => {
  const { samples, fingerprint } = await scan([root], { stacks });
  const all = [...samples].map((one) => ({ ...one, name: path.basename(one.path) }));
  return { all, fingerprint };
};

it.each([
  ['C', 3, ['#page=0', '#page=1', '#page=2', '#page=3']],
  ['CZ', 6, ['#channels=CZ#page=0', '#channels=CZ#page=1']],
  ['CZT', 12, ['#channels=CZT']],
] as const)(
  'a scan takes %s as channels, and nothing else of single pages',
  async (stacks, channels, marks) => {
    for (const scan of [scanFolders, quickScan]) {
      const { all } = await listed(stacks, scan);
      expect(all.map(({ name }) => name)).toEqual([
        'page.tif',
        ...marks.map((m) => `stack.tif${m}`),
      ]);
      expect(all[1]!.stored?.channels).toBe(channels);
    }
  },
);

it('reads by its path what the choice says, as pixels does', async () => {
  for (const { path: file, name, stored } of (await listed('CZ')).all.slice(1)) {
    const planes = await decodePlanes(file, { channels: stored!.channels, valueRange: 'type' });
    const direct = await readFilePixels(at('stack.tif'), Number(name.at(-1)), 'type', 'CZ');
    expect([planes.channels, direct.channels, direct.samples, direct.stack]).toEqual([
      6,
      6,
      2,
      'CZ',
    ]);
    expect([...planes.data]).toEqual([...direct.values]);
    expect([...(await readFilePixels(file, 0, 'type')).values]).toEqual([...direct.values]);
  }
});

it('takes other channels of a file as other images', async () => {
  const found = await Promise.all((['C', 'Z', 'T'] as const).map((one) => listed(one)));
  expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  const hashes = found.flatMap(({ all }) => all.slice(1).map(({ hash }) => hash));
  expect(new Set(hashes).size).toBe(hashes.length);
  const memories = [{}, { stack_channels: 'C' }, { stack_channels: 'CZ' }, { tiles: '64' }];
  expect(new Set(memories.map((one) => scanMemory(root, [root], one))).size).toBe(3);
});

it('finds the file of a path with marks', async () => {
  const marked = stackPath(at('stack.tif'), 'CZ');
  const tile = { level: 0, x: 0, y: 0, size: 16 };
  for (const one of [marked, picturePath(marked, 'page', 1), tilePath(marked, tile)]) {
    expect(markedFile(one)).toBe(at('stack.tif'));
    expect(await locate(one)).toMatchObject({ file: at('stack.tif'), stack: 'CZ' });
  }
  expect(await locate(picturePath(marked, 'page', 1))).toMatchObject({ picture: 1 });
  await writeFile(marked, page.file);
  expect(await locate(picturePath(marked, 'page', 1))).toEqual({ file: marked, picture: 1 });
  await rm(marked);
});
