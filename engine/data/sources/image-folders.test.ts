import path from 'node:path';
import { expect, it } from 'vitest';
import { foldersWithout } from './image-folders.ts';

const at = (name: string) => path.join(path.sep, 'data', ...name.split('/'));
const image = (file: string, mask?: string) => [at(file), mask && at(mask)] as const;

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
    ['train/images', 'val/images'],
  ],
  [
    'with masks in one place above',
    [image('a/1.png', 'masks/1.png'), image('b/2.png', 'masks/2.png')],
    ['a', 'b'],
  ],
  ['above their masks', [image('a.png', 'masks/a.png'), image('x/b.png', 'masks/b.png')], []],
  ['beside their masks', [image('x/a.png', 'x/a_mask.png')], []],
  ['with boxes', [image('photos/a.png'), image('photos/deep/b.png')], ['photos']],
])('of images %s', (_, images, folders) => {
  const masks = images.flatMap(([, mask]) => (mask ? [mask] : []));
  expect(
    foldersWithout(
      images.map(([file]) => file),
      masks,
    ),
  ).toEqual(folders.map(at));
});
