import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTiling, tilingText } from '../../../contract/settings/tiling.ts';
import { bufferSource } from '../../../images/byte-source.ts';
import { openStored } from '../../../images/readers.ts';
import { regionOf } from '../../../images/region.ts';
import { DEFAULT_CHOICES, type StoredImage } from '../../../images/stored-image.ts';
import { TIFF_CELLS } from '../../../images/tiff/testing/cells.ts';
import { readLabelledSet } from '../../labelled/labelled-set.ts';
import { probeFile } from '../../scan/probe-file.ts';
import { scanFolders } from '../../scan/scan.ts';
import { RGB_READING } from '../reading.ts';
import { decodePlanes } from '../stored/decode-planes.ts';
import { decodeShownWithin } from '../stored/shown.ts';
import { showSomething } from './flat-tiles.ts';
import { writeSlide } from './testing/slide.ts';
import { tileStarts, tilesOf } from './tile-grid.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-tiles-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the text of a division', () => {
  it('is read and written', () => {
    for (const text of ['auto', 'off', '512', '256+32', '512@1', '512+64@2,all', '512,all'])
      expect(tilingText(readTiling(text)!)).toBe(text);
    expect(readTiling(' 512 + 64 @1 ')).toMatchObject({ size: 512, overlap: 64, level: 1 });
    for (const text of ['', '8', '512+512', '512@', 'all', '512;1', '99999', '-512'])
      expect(readTiling(text), text).toBeUndefined();
  });
});

describe('the grid of a picture', () => {
  it('has tiles of one size that cover every pixel', () => {
    expect(tileStarts(1000, { size: 256, overlap: 0 })).toEqual([0, 256, 512, 744]);
    expect(tileStarts(1024, { size: 256, overlap: 0 })).toEqual([0, 256, 512, 768]);
    expect(tileStarts(600, { size: 256, overlap: 56 })).toEqual([0, 200, 344]);
    expect(tileStarts(100, { size: 256, overlap: 0 })).toEqual([0]);
  });
});

/** A picture in memory of one channel. */
function imageOf(
  [width, height]: readonly [number, number],
  valueAt: (x: number, y: number) => number,
  more: Partial<StoredImage> = {},
): StoredImage {
  const values = Float64Array.from({ length: width * height }, (_, i) =>
    valueAt(i % width, Math.floor(i / width)),
  );
  return {
    format: 'tiff',
    ...{ width, height, channels: 1, colours: 'grey', samples: 1, type: 'float64', bits: 64 },
    levels: [{ width, height }],
    read: async (_, region) => regionOf({ width, height, channels: 1, values }, region),
    ...more,
  };
}

describe('a tile shows something', () => {
  const tiles = tilesOf({ width: 128, height: 64 }, { size: 64, overlap: 0, level: 0 });
  const wave = (x: number, y: number) => 1000 + 300 * Math.sin(x / 5) * Math.cos(y / 7);
  const noise = (x: number, y: number) => ((x * 7919 + y * 104_729) % 31) - 15;

  it('unless it is flat beside the rest of the picture, whatever its noise and its level', async () => {
    for (const level of [0, 1500, -4000]) {
      const image = imageOf([128, 64], (x, y) => (x < 64 ? wave(x, y) : level) + noise(x, y));
      expect(await showSomething(image, tiles)).toEqual([true, false]);
    }
  });

  it('and a picture of noise alone keeps all of its tiles', async () => {
    expect(await showSomething(imageOf([128, 64], noise), tiles)).toEqual([true, true]);
  });

  it('in smaller copies as in the picture itself', async () => {
    const size = { width: 128, height: 64 };
    const at = (x: number, y: number) => (x < 64 ? wave(x, y) : 900);
    const half = imageOf([64, 32], (x, y) => at(2 * x + 0.5, 2 * y + 0.5));
    const reads: unknown[] = [];
    const image = imageOf([128, 64], at, {
      levels: [size, { width: 64, height: 32 }],
      read: (_, region, level) => {
        reads.push([level, region]);
        return half.read(0, region);
      },
    });
    expect(await showSomething(image, tiles)).toEqual([true, false]);
    expect(reads).toEqual([[1, { left: 0, top: 0, width: 64, height: 32 }]]);
  });

  it('unless nothing was measured there', async () => {
    const at = (x: number, y: number) => (x < 64 || y < 2 ? wave(x, y) : -9999);
    expect(await showSomething(imageOf([128, 64], at, { noData: -9999 }), tiles)).toEqual([
      true,
      false,
    ]);
    const nan = imageOf([128, 64], (x, y) => (x < 64 ? wave(x, y) : Number.NaN));
    expect(await showSomething(nan, tiles)).toEqual([true, false]);
  });
});

describe('a pyramid', () => {
  const SIDE = 4000;
  let slide: string;
  const limit = { pixelLimit: 1_000_000 };

  beforeAll(async () => {
    const folder = path.join(root, 'slides');
    slide = path.join(folder, 'slide.tif');
    await mkdir(folder);
    await writeFile(slide, writeSlide(SIDE, { copies: 2, tile: 64 }));
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#804020' } })
      .png()
      .toFile(path.join(folder, 'small.png'));
  });

  it('above the limit is scanned as tiles, without the glass around the tissue', async () => {
    const index = await scanFolders([path.dirname(slide)], limit);
    const tiles = [...index.samples].filter((sample) => sample.path.startsWith(`${slide}#tile=0,`));
    expect(index.images).toBe(tiles.length + 1);
    // A tile has no look, which is no doubt about it.
    expect(index.doubts.join()).not.toContain('#tile');
    expect(index.tiles).toEqual({ files: 1, tiles: tiles.length, empty: 64 - tiles.length });
    // The disc covers about the inner 16, and slivers of those around it.
    expect(tiles.length).toBeGreaterThanOrEqual(16);
    expect(tiles.length).toBeLessThanOrEqual(36);
    expect(new Set(tiles.map(({ hash }) => hash)).size).toBe(tiles.length);
    expect(new Set(tiles.map(({ width, height }) => `${width}x${height}`))).toEqual(
      new Set(['512x512']),
    );
    for (const { path: at } of tiles) {
      const [, x, y] = /#tile=0,(\d+),(\d+),512$/.exec(at)!.map(Number) as [number, number, number];
      const nearest = (start: number) => Math.max(0, start - SIDE / 2, SIDE / 2 - (start + 512));
      expect(Math.hypot(nearest(x), nearest(y)), at).toBeLessThan(SIDE / 4 + 256);
    }
  });

  it('is divided as asked, at any level, and whole where no division is asked for', async () => {
    const scan = (tiles: string) =>
      scanFolders([path.dirname(slide)], { tiles: readTiling(tiles)! });
    expect((await scan('auto')).images).toBe(2);
    const all = await scan('500@1,all');
    expect(all.tiles).toEqual({ files: 1, tiles: 16, empty: 0 });
    expect(all.samples.at(0)!.path).toBe(`${slide}#tile=1,0,0,500`);
    const [left] = (await scan('512@9')).unreadable;
    expect(left).toEqual({
      path: slide,
      reason:
        'image cannot be divided into tiles: it has 2 smaller copies, and tiles=512@9 asks for number 9',
    });
    await expect(
      scanFolders([path.dirname(slide)], { ...limit, tiles: 'off' }),
    ).resolves.toMatchObject({ images: 1, unreadable: [{ path: slide }] });
  });

  it('is remembered by its division', async () => {
    const indexFile = path.join(root, 'memory.index');
    const folder = path.dirname(slide);
    const first = await scanFolders([folder], { ...limit, indexFile });
    expect(await scanFolders([folder], { ...limit, indexFile })).toEqual(first);
    const other = await scanFolders([folder], { indexFile, tiles: readTiling('1000')! });
    expect(other.tiles?.tiles).toBeLessThan(first.tiles!.tiles);
    expect(await scanFolders([folder], { ...limit, indexFile })).toEqual(first);
  });

  it('gives tiles their pixels, whole and in parts, also as shown', async () => {
    const at = `${slide}#tile=0,1536,1800,512`;
    const image = await openStored(bufferSource(await readFile(slide)), {
      ...DEFAULT_CHOICES,
      pixelLimit: 1e9,
    });
    const region = { left: 1536, top: 1800, width: 512, height: 512 };
    const expected = await image.read(0, region);
    const tile = await decodePlanes(at, RGB_READING);
    expect([tile.width, tile.height, tile.channels]).toEqual([512, 512, 3]);
    const scaled = Float32Array.from(expected.values, (value) => value / 255);
    expect(Buffer.compare(Buffer.from(tile.data.buffer), Buffer.from(scaled.buffer))).toBe(0);
    const shown = await decodeShownWithin(at, 64);
    expect([shown.width, shown.height]).toEqual([64, 64]);
  });

  it('or a tile of it can be listed with a label', async () => {
    const list = path.join(root, 'list.csv');
    const rows = ['0,1536,1536,512', '0,2048,1536,512'].map(
      (mark) => `${slide}#tile=${mark};tissue`,
    );
    await writeFile(list, ['path;label', ...rows, `${slide}#tile=0,0,0,512;glass`].join('\n'));
    const set = await readLabelledSet(list);
    expect([...set.samples].map(({ width, height, label }) => [width, height, label])).toEqual([
      [512, 512, 1],
      [512, 512, 1],
      [512, 512, 0],
    ]);
    const tiles = await scanFolders([path.dirname(slide)], limit);
    expect(Array.from(tiles.samples, ({ hash }) => hash)).toEqual(
      expect.arrayContaining([set.samples.at(0)!.hash, set.samples.at(1)!.hash]),
    );
  });

  it('is hashed once for many listed tiles, until it changes', async () => {
    const { size, mtimeMs: modifiedMs } = await stat(slide);
    const hashes = new Map<string, Promise<string>>();
    const order = { ...limit, tiles: 'auto', stacks: 'C', size, named: true, hashes } as const;
    const probe = (x: number, when = modifiedMs) =>
      probeFile(`${slide}#tile=0,${x},1536,512`, { ...order, modifiedMs: when });
    const found = await Promise.all([1536, 2048].map((x) => probe(x)));
    expect(hashes.size).toBe(1);
    const content = createHash('sha256')
      .update(await readFile(slide))
      .digest('hex');
    expect(await [...hashes.values()][0]).toBe(content);
    const alone = { ...order, modifiedMs, hashes: undefined };
    const { hash } = (await probeFile(`${slide}#tile=0,1536,1536,512`, alone))!;
    expect(found[0]!.hash).toBe(hash);
    await probe(1536, modifiedMs + 1);
    expect(hashes.size).toBe(2);
  });
});

it('divides a whole slide of Aperio by its name, whose copies are pages without a mark', async () => {
  const cell = TIFF_CELLS.find(({ name }) => name === 'whole slide, three channels, level 0')!;
  const folder = path.join(root, 'aperio');
  await mkdir(folder);
  const slide = path.join(folder, 'slide.SVS');
  await writeFile(slide, cell.file);
  const scan = (tiles: string) => scanFolders([folder], { tiles: readTiling(tiles)! });
  const all = await scan('16,all');
  expect(all.tiles).toEqual({ files: 1, tiles: 12, empty: 0 });
  expect(all.samples.at(0)!.path).toBe(`${slide}#tile=0,0,0,16`);
  expect((await scan('16@1,all')).tiles).toEqual({ files: 1, tiles: 4, empty: 0 });
  // Thumbnail, label and macro picture are no images.
  expect((await scan('off')).images).toBe(1);
});
