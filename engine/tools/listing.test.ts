import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListingReader, listImages } from './listing.ts';
import { type ImageEntry, writeListing } from './listing-file.ts';

let folder: string;
let listing: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-listing-'));
  listing = path.join(folder, 'lists', 'photos.list');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NAMES = ['a.png', 'bäume/ü 1.png', 'c\n.png', 'd.png', 'e.png', 'f.png', 'g.png'];
const samples = NAMES.map((path, i) => ({
  path,
  width: 10 + i,
  height: 20 + i,
  bytes: 100 * i,
  hash: String(i),
  format: 'png',
  label: i % 2,
}));
const set = {
  folders: ['/x'],
  samples,
  classes: ['cat', 'dog'],
  duplicates: [
    [1, 4, 5],
    [0, 3],
  ],
};

const indexes = async (order: object) => {
  const page = { listing, offset: 0, count: 100, ...order };
  const { total, items } = await new ListingReader().page(page);
  return { total, at: items.map(({ index }) => index) };
};

describe('a list of images', () => {
  beforeEach(() => listImages(listing, set));

  it('gives back what was written, whatever is in the names', async () => {
    const { total, items } = await new ListingReader().page({ listing, offset: 1, count: 3 });
    expect(total).toBe(7);
    expect(items).toEqual(
      [1, 2, 3].map((i) => {
        const { hash: _, label, ...image } = samples[i]!;
        return { index: i, ...image, class: set.classes[label] };
      }),
    );
  });

  it('shows pages, the last one shorter, and nothing behind it', async () => {
    expect(await indexes({ offset: 5, count: 5 })).toEqual({ total: 7, at: [5, 6] });
    expect(await indexes({ offset: 7 })).toEqual({ total: 7, at: [] });
    expect(await indexes({ offset: 900 })).toEqual({ total: 7, at: [] });
  });

  it('shows duplicates group by group, and classes', async () => {
    expect(await indexes({ show: 'duplicates' })).toEqual({ total: 5, at: [1, 4, 5, 0, 3] });
    expect(await indexes({ show: 'duplicates', offset: 2, count: 2 })).toMatchObject({
      at: [5, 0],
    });
    expect(await indexes({ class: 'dog' })).toEqual({ total: 3, at: [1, 3, 5] });
    expect(await indexes({ class: 'dog', show: 'duplicates' })).toEqual({
      total: 3,
      at: [1, 5, 3],
    });
    expect(await indexes({ class: 'constructor' })).toEqual({ total: 0, at: [] });
  });

  it('shows images of a size, with other filters too', async () => {
    // Shorter sides are 10 to 16 pixels.
    expect(await indexes({ side: 8 })).toEqual({ total: 6, at: [0, 1, 2, 3, 4, 5] });
    expect(await indexes({ side: 16 })).toEqual({ total: 1, at: [6] });
    expect(await indexes({ side: 8, class: 'dog' })).toEqual({ total: 3, at: [1, 3, 5] });
    expect(await indexes({ side: 8, class: 'dog', show: 'duplicates' })).toEqual({
      total: 3,
      at: [1, 5, 3],
    });
    expect(await indexes({ side: 8, class: 'dog', offset: 1, count: 1 })).toEqual({
      total: 3,
      at: [3],
    });
    expect(await indexes({ side: 512 })).toEqual({ total: 0, at: [] });
  });

  it('shows images class by class', async () => {
    expect(await indexes({ order: 'class' })).toEqual({ total: 7, at: [0, 2, 4, 6, 1, 3, 5] });
    expect(await indexes({ order: 'class', side: 8 })).toEqual({
      total: 6,
      at: [0, 2, 4, 1, 3, 5],
    });
  });

  it('shows images of a folder', async () => {
    const groups = [{ path: '/x/bäume', name: 'bäume', positions: Uint32Array.of(1, 4) }];
    await listImages(listing, { ...set, groups });
    expect(await indexes({ folder: '/x/bäume' })).toEqual({ total: 2, at: [1, 4] });
    expect(await indexes({ folder: '/x/bäume', class: 'cat' })).toEqual({ total: 1, at: [4] });
    expect(await indexes({ folder: '/x' })).toEqual({ total: 0, at: [] });
  });

  it('shuffles all images or those that are filtered, page by page the same', async () => {
    const { total, at } = await indexes({ order: 'shuffled', seed: 3 });
    expect([total, at.toSorted()]).toEqual([7, [0, 1, 2, 3, 4, 5, 6]]);
    expect((await indexes({ order: 'shuffled', seed: 3, offset: 2, count: 3 })).at).toEqual(
      at.slice(2, 5),
    );
    const orders = await Promise.all(
      Array.from({ length: 8 }, (_, seed) => indexes({ order: 'shuffled', seed })),
    );
    expect(new Set(orders.map((order) => order.at.join())).size).toBeGreaterThan(4);
    const dogs = await indexes({ order: 'shuffled', seed: 1, class: 'dog', side: 8 });
    expect([dogs.total, dogs.at.toSorted()]).toEqual([3, [1, 3, 5]]);
  });

  it('shows an image with several classes in each of them, with all their names', async () => {
    const several = samples.map((sample, i) => ({
      ...sample,
      labels: [[], [0], [1], [0, 1], [], [1], [0, 1]][i]!,
    }));
    await listImages(listing, { ...set, samples: several });
    expect(await indexes({ class: 'cat' })).toEqual({ total: 3, at: [1, 3, 6] });
    expect(await indexes({ class: 'dog' })).toEqual({ total: 4, at: [2, 3, 5, 6] });
    expect(await indexes({ order: 'class' })).toMatchObject({ at: [1, 3, 6, 2, 5, 0, 4] });
    const { items } = await new ListingReader().page({ listing, offset: 3, count: 2 });
    expect(items[0]!.class).toBe('cat, dog');
    expect(items[1]).not.toHaveProperty('class');
  });

  it('of an earlier version, without views of sizes, is still read', async () => {
    const images = samples.map(({ hash: _, label: __, ...image }) => image);
    const views = new Map([
      ['duplicates', [1, 4]],
      ['class:cat', [0, 1]],
    ]);
    await writeListing(listing, { folders: ['/x'], images, views });
    expect(await indexes({ order: 'class' })).toMatchObject({
      total: 7,
      at: [0, 1, 2, 3, 4, 5, 6],
    });
    expect(await indexes({ class: 'cat', show: 'duplicates' })).toEqual({ total: 1, at: [1] });
    expect(await indexes({ side: 8 })).toEqual({ total: 0, at: [] });
  });

  it('is replaced by the next scan under the eyes of its reader', async () => {
    const reader = new ListingReader();
    const first = await reader.page({ listing, offset: 0, count: 1, class: 'cat' });
    expect(first.total).toBe(4);
    await listImages(listing, { ...set, samples: samples.slice(0, 2), duplicates: [] });
    expect(await reader.page({ listing, offset: 0, count: 1, class: 'cat' })).toMatchObject({
      total: 1,
      items: [{ path: 'a.png' }],
    });
    expect(await readdir(path.dirname(listing))).toEqual(['photos.list']);
  });

  it.each([
    ['is not there', () => rm(listing), 'listing-missing'],
    ['was cut short', () => truncate(listing, 200), 'listing-damaged'],
    ['is another file', () => writeFile(listing, 'x'.repeat(500)), 'listing-damaged'],
    ['is empty', () => truncate(listing, 0), 'listing-damaged'],
  ])('that %s says so', async (_, damage, code) => {
    await damage();
    await expect(indexes({})).rejects.toMatchObject({ code });
  });
});

describe('a million images', () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const memory = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  it('are written and paged through in little memory', async () => {
    const IMAGES = 1_000_000;
    let mostWhileWriting = 0;
    function* images(): Iterable<ImageEntry> {
      for (let i = 0; i < IMAGES; i++) {
        if (i % 200_000 === 199_999) mostWhileWriting = Math.max(mostWhileWriting, memory());
        const name = `/data/site-${i % 40}/patient-${i >> 6}/${i}.png`;
        yield { path: name, width: 512, height: 384 + (i % 7), bytes: 90_000 + i, format: 'png' };
      }
    }
    const everyThird = Uint32Array.from({ length: IMAGES / 4 }, (_, i) => i * 3);
    const before = memory();
    const views = new Map([['duplicates', everyThird]]);
    await writeListing(listing, { folders: ['/data'], images: images(), views });
    // Memory holds the offsets, twice while they grow, but not the 100 MB of lines.
    expect(mostWhileWriting - before).toBeLessThan(48e6);

    const reader = new ListingReader();
    const started = memory();
    let most = 0;
    for (let i = 0; i < 300; i++) {
      const offset = (i * 7919 * 131) % (IMAGES - 200);
      const { total, items } = await reader.page({ listing, offset, count: 200 });
      expect(total).toBe(IMAGES);
      expect(items[0]!.path).toBe(`/data/site-${offset % 40}/patient-${offset >> 6}/${offset}.png`);
      expect(items.at(-1)!.index).toBe(offset + 199);
      if (i % 100 === 99) most = Math.max(most, memory());
    }
    const far = { listing, offset: 200_000, count: 200, show: 'duplicates' } as const;
    const { items } = await reader.page(far);
    expect(items.map(({ index }) => index)).toEqual([...everyThird.subarray(200_000, 200_200)]);
    expect(most - started).toBeLessThan(8e6);
  });
});
