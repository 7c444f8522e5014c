/** Data sets of a workspace, with a real tools process. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Dataset } from '../../contract/studio/datasets.ts';
import { writeSlide } from '../../data/pixels/tiles/testing/slide.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { TIFF_CELLS } from '../../images/tiff/testing/cells.ts';
import { askDisk } from '../folders/ask-disk.ts';
import { ToolsClient } from '../tools-client.ts';
import { Datasets } from './datasets.ts';

let base: string;
let tools: ToolsClient;
let datasets: Datasets;
const at = (...names: string[]) => path.join(base, ...names);
const openDatasets = () =>
  Datasets.open(at('workspace'), tools, { onDataset() {}, onRemoved() {} });

beforeEach(async () => {
  base = mkdtempSync(path.join(os.tmpdir(), 'conmim-datasets-'));
  for (const name of ['a', 'b'])
    for (let i = 0; i < 3; i++) await writeSmallImage(base, `${name}/${i}.png`, i);
  tools = new ToolsClient();
  datasets = await openDatasets();
});
afterEach(async () => {
  datasets.close();
  await tools.dispose();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

const scanned = async (id: string) => {
  await expect.poll(() => datasets.get(id).state).not.toBe('scanning');
  return datasets.get(id);
};

it('takes the same folders once, in any order and through a link', async () => {
  mkdirSync(at('links'));
  symlinkSync(at('a'), at('links', 'a'), 'junction');
  const { id } = await datasets.add({ kind: 'images', folders: [at('a'), at('b')] });
  for (const folders of [
    [at('b'), at('a')],
    [at('links', 'a'), at('b')],
  ])
    await expect(datasets.add({ kind: 'images', folders })).rejects.toMatchObject({
      code: 'dataset-known',
      details: { id },
    });
  await datasets.add({ kind: 'images', folders: [at('a')] });
  expect(datasets.list()).toHaveLength(2);
});

it('reads labels in the format that is chosen later, unless another set does so', async () => {
  await writeSmallImage(base, 'scenes/images/0.png', 0);
  await writeSmallImage(base, 'scenes/masks/0.png', 1);
  writeFileSync(
    at('scenes', 'boxes.json'),
    JSON.stringify({
      images: [{ id: 1, file_name: 'images/0.png', width: 12, height: 9 }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 1, 3, 3], area: 9 }],
      categories: [{ id: 1, name: 'cat' }],
    }),
  );
  const folders = [at('scenes')];
  const { id } = await datasets.add({ kind: 'dense', folders });
  expect((await scanned(id)).error).toMatchObject({
    code: 'labels-ambiguous',
    details: { formats: ['masks', 'coco'] },
  });
  await datasets.readLabels(id, { format: 'coco' });
  expect(await scanned(id)).toMatchObject({
    state: 'ready',
    dense: { format: 'coco' },
    report: { dense: { format: 'coco' } },
  });
  datasets.close();
  datasets = await openDatasets();
  expect(datasets.get(id)).toMatchObject({ state: 'ready', dense: { format: 'coco' } });
  const other = await datasets.add({ kind: 'dense', folders });
  await scanned(other.id);
  await expect(datasets.readLabels(other.id, { format: 'coco' })).rejects.toMatchObject({
    code: 'dataset-known',
    details: { id },
  });
});

it('divides large images as it is told, now and after a start', async () => {
  mkdirSync(at('slides'));
  writeFileSync(at('slides', 'slide.tif'), writeSlide(512, { tile: 64 }));
  const folders = [at('slides')];
  const { id } = await datasets.add({ kind: 'images', folders });
  expect((await scanned(id)).report).toMatchObject({ images: 1 });
  await datasets.divide(id, { tiles: '128' });
  const divided = await scanned(id);
  expect(divided).toMatchObject({ tiles: '128', state: 'ready' });
  const { files, tiles, empty } = divided.report!.tiles!;
  expect([files, tiles + empty, divided.report!.images]).toEqual([1, 16, tiles]);
  expect(empty).toBeGreaterThan(3);
  const { items } = await datasets.images(id, { offset: 0, count: 100 });
  expect(items.map((item) => item.path)).toContain(
    `${at('slides', 'slide.tif')}#tile=0,128,128,128`,
  );
  expect([
    datasets.listingOf(folders),
    datasets.listingOf(folders, { tiles: '128' }) === undefined,
  ]).toEqual([undefined, false]);
  datasets.close();
  datasets = await openDatasets();
  expect(datasets.get(id)).toMatchObject({ state: 'ready', tiles: '128' });
  // The same folder undivided is another set, until it is divided so too.
  const other = await datasets.add({ kind: 'images', folders });
  await scanned(other.id);
  await expect(datasets.divide(other.id, { tiles: '128' })).rejects.toMatchObject({
    details: { id },
  });
});

it('takes the channels of stacks that it is told, now and after a start', async () => {
  mkdirSync(at('stacks'));
  const { file } = TIFF_CELLS.find(({ name }) => name.startsWith('OME TZCYX'))!;
  writeFileSync(at('stacks', 'stack.tif'), file);
  const folders = [at('stacks')];
  const { id } = await datasets.add({ kind: 'images', folders });
  expect((await scanned(id)).report).toMatchObject({ images: 4 });
  await datasets.divide(id, { tiles: 'auto', stackChannels: 'CZT' });
  const divided = await scanned(id);
  expect(divided).toMatchObject({ stackChannels: 'CZT', report: { images: 1 } });
  const { items } = await datasets.images(id, { offset: 0, count: 100 });
  expect(items).toMatchObject([
    { path: `${at('stacks', 'stack.tif')}#channels=CZT`, channels: 12 },
  ]);
  const listing = datasets.listingOf(folders, { stack_channels: 'CZT' });
  expect([datasets.listingOf(folders), typeof listing]).toEqual([undefined, 'string']);
  datasets.close();
  datasets = await openDatasets();
  expect(datasets.get(id)).toMatchObject({ state: 'ready', stackChannels: 'CZT' });
  await datasets.divide(id, { tiles: 'auto' });
  expect((await scanned(id)).report).toMatchObject({ images: 4 });
});

it('leaves out the images that it is told, now and after a start, until they are taken back', async () => {
  const { id } = await datasets.add({ kind: 'images', folders: [at('a')] });
  const whole = (await scanned(id)).report!;
  await datasets.exclude(id, { paths: [at('a', '0.png'), at('a', '2.png')], back: false });
  const rest = await scanned(id);
  expect(rest).toMatchObject({ excluded: { images: 2 }, report: { images: 1, excluded: 2 } });
  expect(rest.report!.fingerprint).not.toBe(whole.fingerprint);
  expect(await readFile(rest.excluded!.file, 'utf8')).toContain(at('a', '0.png'));
  expect((await datasets.images(id, { offset: 0, count: 9 })).items).toMatchObject([
    { path: at('a', '1.png') },
  ]);
  datasets.close();
  datasets = await openDatasets();
  expect(await datasets.excluded(id, { offset: 1, count: 5 })).toEqual({
    total: 2,
    items: [{ path: at('a', '2.png') }],
  });
  await datasets.exclude(id, { paths: [at('a', '2.png')], back: true });
  expect((await scanned(id)).report).toMatchObject({ images: 2, excluded: 1 });
  await datasets.exclude(id, { back: true });
  const again = await scanned(id);
  expect(again.report!.fingerprint).toBe(whole.fingerprint);
  expect(again).not.toHaveProperty('excluded');
});

it('excludes no image of a set with labels', async () => {
  const { id } = await datasets.add({ kind: 'labelled', folders: [at('')] });
  await scanned(id);
  await expect(datasets.exclude(id, { paths: ['x'], back: false })).rejects.toMatchObject({
    code: 'dataset-invalid',
  });
});

it('does not divide masks and boxes', async () => {
  const { id } = await datasets.add({ kind: 'dense', folders: [at('a')] });
  await scanned(id);
  await expect(datasets.divide(id, { tiles: '128' })).rejects.toMatchObject({
    code: 'dataset-invalid',
  });
});

it('takes the same folders once when they are added at once', async () => {
  const add = () => datasets.add({ kind: 'images', folders: [at('a')] });
  const added = await Promise.allSettled([add(), add()]);
  expect(added.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(datasets.list()).toHaveLength(1);
});

it('reads a table with a column for each class, now and after a start', async () => {
  writeFileSync(
    at('labels.csv'),
    ['path,cat,dog', 'a/0.png,1,0', 'a/1.png,1,1', 'a/2.png,0,0', 'b/0.png,0,1', ''].join('\n'),
  );
  const { id } = await datasets.add({
    kind: 'labelled',
    folders: [at('labels.csv')],
    several: true,
  });
  const { report, error } = await scanned(id);
  expect(error).toBeUndefined();
  expect(report).toMatchObject({
    images: 4,
    classes: [
      { name: 'cat', images: 2 },
      { name: 'dog', images: 2 },
    ],
  });
  const { items } = await datasets.images(id, { offset: 0, count: 10, class: 'dog' });
  expect(items.map((item) => [path.basename(item.path), item.class])).toEqual([
    ['1.png', 'cat, dog'],
    ['0.png', 'dog'],
  ]);
  await datasets.rename(id, 'Animals');
  datasets = await openDatasets();
  expect(datasets.get(id)).toMatchObject({ name: 'Animals', several: true });
});

it('names the folders that are not there', async () => {
  const { id } = await datasets.add({ kind: 'images', folders: [at('a'), at('b')] });
  await scanned(id);
  expect(await datasets.missing(id)).toEqual([]);
  renameSync(at('b'), at('moved'));
  expect(await datasets.missing(id)).toEqual([at('b')]);
});

it('names a folder that does not answer, and asks its disk no second time', async () => {
  const { id } = await datasets.add({ kind: 'images', folders: [at('a'), at('b')] });
  await scanned(id);
  const never = () => new Promise<never>(() => {});
  await askDisk('stat', at('b'), never, 1).catch(() => {});
  for (let i = 0; i < 2; i++) expect(await datasets.missing(id)).toEqual([at('b')]);
});

it('adds a data set beside one whose disk does not answer, which is known by its path', async () => {
  symlinkSync(at('b'), at('link'), 'junction');
  const { id } = await datasets.add({ kind: 'images', folders: [at('link')] });
  await scanned(id);
  const never = () => new Promise<never>(() => {});
  await askDisk('realpath', at('link'), never, 1).catch(() => {});
  await expect(datasets.add({ kind: 'images', folders: [at('link')] })).rejects.toMatchObject({
    code: 'dataset-known',
  });
  // Where the link leads cannot be known without its disk.
  await scanned((await datasets.add({ kind: 'images', folders: [at('b')] })).id);
  expect(datasets.list()).toHaveLength(2);
});

it('shows a set of many new images by a quick scan before the full one has ended', async () => {
  writeFileSync(at('a', 'cut.png'), (await readFile(at('a', '0.png'))).subarray(0, -60));
  const seen: Dataset[] = [];
  const onDataset = (dataset: Dataset) => seen.push(dataset);
  datasets = await Datasets.open(at('quick'), tools, { onDataset, onRemoved() {} }, 4);
  const { id } = await datasets.add({ kind: 'images', folders: [at('a')] });
  const { report } = await scanned(id);
  const found = seen.filter(({ state }) => state === 'scanning').at(-1)!.report!;
  expect([found.depth, found.images, found.unreadable.count]).toEqual(['quick', 4, 0]);
  expect([report!.depth, report!.images, report!.unreadable.count]).toEqual([undefined, 3, 1]);
  // What is known already is not shown by less.
  seen.length = 0;
  datasets.scan(id);
  await scanned(id);
  expect(seen.filter((dataset) => dataset.report?.depth === 'quick')).toEqual([]);
});
