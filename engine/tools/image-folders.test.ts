import path from 'node:path';
import { expect, it } from 'vitest';
import { imageFolders } from './image-folders.ts';

const at = (name: string) => path.join(path.sep, 'data', ...name.split('/'));
const image = (file: string, mask?: string) => ({
  path: at(file),
  ...(mask === undefined ? {} : { mask: { path: at(mask), hash: '', pixels: [] } }),
});

it.each([
  [
    'beside folders of masks',
    [
      image('images/train/a.png', 'masks/train/a.png'),
      image('images/val/b.png', 'masks/val/b.png'),
    ],
    ['images'],
  ],
  ['of one folder', [image('images/a.png', 'masks/a.png')], ['images']],
  [
    'in folders of splits',
    [
      image('train/images/a.png', 'train/masks/a.png'),
      image('val/images/b.png', 'val/masks/b.png'),
    ],
    [],
  ],
  [
    'with masks in one place above',
    [image('a/1.png', 'masks/1.png'), image('b/2.png', 'masks/2.png')],
    ['a', 'b'],
  ],
  ['beside their masks', [image('x/a.png', 'x/a_mask.png')], []],
  ['with boxes', [image('photos/a.png'), image('photos/deep/b.png')], ['photos']],
])('of images %s', (_, images, folders) => {
  expect(imageFolders(images)).toEqual(folders.map(at));
});
