import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { healthReportSchema, imageLabelsSchema } from '../contract/studio/datasets.ts';
import { colourMask, greyMask, photo, writeFiles } from '../data/targets/testing/write-set.ts';
import { imageLabels } from './image-labels.ts';
import { ListingReader } from './listing.ts';
import { scanDataset } from './scan.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-dense-scan-'));
});
afterEach(() => rm(root, { recursive: true }));

const listing = () => path.join(root, 'listing');
const scan = async (dense = {}) => {
  const report = await scanDataset({
    kind: 'dense',
    folders: [path.join(root, 'data')],
    dense,
    memory: path.join(root, 'labelled-1.index'),
    listing: listing(),
  });
  expect(healthReportSchema.parse(report)).toEqual(report);
  return report;
};
const labelsOf = async (index: number, side = 100) => {
  const labels = await imageLabels(new ListingReader(), { listing: listing(), index, side });
  expect(imageLabelsSchema.parse(labels)).toEqual(labels);
  return labels;
};
/** The colour and alpha of each pixel. */
async function pixelsOf(areas: string | undefined): Promise<number[][]> {
  const bytes = Buffer.from(areas!.split(',')[1]!, 'base64');
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: data.length / 4 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
}

it('reports masks, names their oddities, and shows their classes', async () => {
  await writeFiles(path.join(root, 'data'), {
    'images/a.png': await photo(4, 2, { format: 'png' }),
    'masks/a.png': greyMask(4, 2, (x) => [0, 1, 1, 255][x]!),
    'images/b.png': await photo(4, 2, { format: 'png' }),
    'masks/b.png': greyMask(4, 2, () => 0),
    'images/c.png': await photo(4, 2, { format: 'png' }),
    'images/d.png': 'no image',
    'masks/d.png': greyMask(4, 2, () => 0),
    ...Object.fromEntries(
      await Promise.all(
        Array.from({ length: 12 }, async (_, i) => [
          `images/z${i}.png`,
          await photo(4, 2, { format: 'png' }),
        ]),
      ),
    ),
    ...Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`masks/z${i}.png`, greyMask(4, 2, () => 0)]),
    ),
  });
  const report = await scan();
  expect(report).toMatchObject({
    images: 14,
    unreadable: { count: 1, files: [{ path: path.join(root, 'data/images/d.png') }] },
    dense: {
      format: 'masks',
      of: 'pixels',
      imageFolders: [path.join(root, 'data', 'images')],
    },
    classes: [
      { name: 'background', images: 14, amount: 106 },
      { name: '1', images: 1, amount: 4, colour: '#008000' },
    ],
  });
  expect(report.notes.join('\n')).toContain('Images without labels, left out: 1');
  const first = await labelsOf(0);
  expect(first).toMatchObject({ width: 4, height: 2, boxes: [] });
  const [none, one, other, ignored] = await pixelsOf(first.areas);
  expect([none![3], one, other, ignored]).toEqual([
    0,
    [0, 128, 0, 255],
    [0, 128, 0, 255],
    [255, 255, 255, 255],
  ]);
  const page = await new ListingReader().page({
    listing: listing(),
    offset: 0,
    count: 5,
    class: '1',
  });
  expect(page.total).toBe(1);
  expect(Object.keys(page.items[0]!)).not.toContain('labels');
  const kept = await scan({ negatives: true });
  expect(kept.images).toBe(15);
  expect(await labelsOf(2)).toEqual({ width: 4, height: 2, boxes: [] });
});

it('takes colours of a class table that is named', async () => {
  await writeFiles(root, {
    'data/images/a.png': await photo(4, 2, { format: 'png' }),
    'data/masks/a.png': colourMask(4, 2, (x) => (x < 2 ? [10, 20, 30] : [0, 0, 0])),
    'table.csv': 'name,r,g,b\nroad,10,20,30\nvoid,0,0,0\n',
  });
  const report = await scan({ classTable: path.join(root, 'table.csv') });
  expect(report.classes).toEqual([{ name: 'road', images: 1, amount: 4, colour: '#0a141e' }]);
});

it('reports objects, and shows boxes with their areas', async () => {
  await writeFiles(path.join(root, 'data'), {
    'a.png': await photo(20, 10, { format: 'png' }),
    'b.png': await photo(20, 10, { format: 'png' }),
    'labels.json': {
      images: [
        { id: 1, file_name: 'a.png', width: 20, height: 10 },
        { id: 2, file_name: 'b.png', width: 20, height: 10 },
      ],
      categories: [{ id: 7, name: 'cat' }],
      annotations: [
        {
          id: 1,
          image_id: 1,
          category_id: 7,
          bbox: [2, 2, 8, 6],
          segmentation: [[2, 2, 10, 2, 10, 8, 2, 8]],
          iscrowd: 0,
        },
        { id: 2, image_id: 1, category_id: 7, bbox: [15, 5, 20, 2], iscrowd: 0 },
        { id: 3, image_id: 1, category_id: 8, bbox: [1, 1, 2, 2], iscrowd: 0 },
        { id: 4, image_id: 1, category_id: 7, bbox: [3, 3, 0, 2], iscrowd: 0 },
      ],
    },
  });
  const report = await scan();
  expect(report.classes).toEqual([{ name: 'cat', images: 1, amount: 2, colour: '#800000' }]);
  expect(report.dense).toEqual({
    format: 'coco',
    of: 'objects',
    imageFolders: [path.join(root, 'data')],
  });
  const notes = report.notes.join('\n');
  for (const text of ['not listed, left out: 1', 'reach outside', 'without an area', 'no object'])
    expect(notes).toContain(text);
  const { boxes, areas } = await labelsOf(0);
  expect(boxes).toEqual([
    { class: 'cat', colour: '#800000', box: [2, 2, 8, 6], crowd: false },
    { class: 'cat', colour: '#800000', box: [15, 5, 5, 2], crowd: false },
  ]);
  const pixels = await pixelsOf(areas);
  expect(pixels[5 * 20 + 5]).toEqual([128, 0, 0, 130]);
  expect(pixels[2 * 20 + 2]).toEqual([128, 0, 0, 255]);
  expect(pixels[5 * 20 + 12]![3]).toBe(0);
  const small = await labelsOf(0, 16);
  expect(await pixelsOf(small.areas)).toHaveLength(16 * 8);
  expect((await labelsOf(1)).boxes).toEqual([]);
});
