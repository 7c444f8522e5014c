import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLabelledSet } from '../labelled/labelled-set.ts';
import { scanFolders } from '../scan/scan.ts';
import { leaveMasksOut } from './masks-beside.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-masks-beside-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const doubtsOf = async (folders: readonly string[]) =>
  (await scanFolders(folders)).doubts.filter((doubt) => doubt.includes('masks of others'));

const at = (...names: string[]) => path.join(root, ...names);

/** A picture of 16 x 16 pixels: all values differ, or two occur. */
function write(name: string, kind: 'photo' | 'mask' | 'colour mask'): void {
  const channels = kind === 'mask' ? 1 : 3;
  const data = Uint8Array.from({ length: 256 * channels }, (_, i) =>
    kind === 'photo' ? (i * 7) % 256 : i < 128 ? 0 : 1,
  );
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), encode({ width: 16, height: 16, channels, data }));
}

it.each([
  ['beside images', ['images/a.png', 'images/b.png'], ['masks/a.png'], ['images']],
  ['in splits', ['train/images/a.png'], ['train/masks/a.png'], ['train/images']],
  ['without images of the same names', ['photos/a.png'], ['masks/other.png'], ['photos']],
  ['of objects', ['JPEGImages/a.png'], ['SegmentationObject/a.png'], ['JPEGImages']],
  [
    'of Cityscapes',
    ['leftImg8bit/train/x/x_1_leftImg8bit.png', 'leftImg8bit/val/y_1_leftImg8bit.png'],
    ['gtFine/train/x/x_1_gtFine_color.png', 'gtFine/train/x/x_1_gtFine_labelIds.png'],
    ['leftImg8bit'],
  ],
])('leaves masks out %s', async (_, images, masks, folders) => {
  for (const name of images) write(name, 'photo');
  for (const [i, name] of masks.entries()) write(name, i === 0 ? 'colour mask' : 'mask');
  const found = await leaveMasksOut([root]);
  expect(found.folders).toEqual(folders.map((folder) => at(...folder.split('/'))));
  expect(found.left).toMatchObject([{ masks: masks.length }]);
  expect(await scanFolders(found.folders)).toMatchObject({ images: images.length });
  expect(await doubtsOf(found.folders)).toEqual([]);
  expect(await doubtsOf([root])).toEqual([
    expect.stringMatching(/^Images that are masks of others.*pre-training leaves them out$/),
  ]);
});

it('names masks that are read as a class, and the task for them', async () => {
  for (const name of ['images/a.png', 'images/b.png']) write(name, 'photo');
  for (const name of ['masks/a.png', 'masks/b.png']) write(name, 'mask');
  const { problems } = await readLabelledSet(root);
  expect(problems).toContainEqual({
    code: 'masks-as-classes',
    message: expect.stringMatching(/--task segment learns from them: 2$/),
    items: [at('masks')],
  });
});

it('names masks that lie among the images, which no folders leave out', async () => {
  write('a.png', 'photo');
  write('a_mask.png', 'mask');
  const { folders, left } = await leaveMasksOut([root]);
  expect({ folders, left }).toEqual({ folders: [root], left: [] });
  expect(await doubtsOf(folders)).toEqual([
    expect.stringContaining('move them into a folder apart'),
  ]);
});

it.each([
  ['photographs in a folder of such a name', ['images/a.png', 'labels/a.png']],
  ['a folder of pictures alone', ['masks/a.png']],
])('keeps %s', async (_, names) => {
  for (const name of names) write(name, 'photo');
  expect(await leaveMasksOut([root])).toEqual({ folders: [root], left: [] });
  expect(await doubtsOf([root])).toEqual([]);
});

it('keeps images without an extension, and no other such files', async () => {
  write('photos/a.png', 'photo');
  write('masks/a.png', 'mask');
  writeFileSync(at('LICENSE'), 'Free to use.');
  expect((await leaveMasksOut([root])).folders).toEqual([at('photos')]);
  copyFileSync(at('photos', 'a.png'), at('scan'));
  expect((await leaveMasksOut([root])).folders).toEqual([root]);
});

it('keeps masks whose folder is given itself', async () => {
  write('images/a.png', 'photo');
  write('masks/a.png', 'mask');
  const given = [at('images'), at('masks')];
  expect((await leaveMasksOut(given)).folders).toEqual(given);
});
