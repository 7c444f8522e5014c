import { expect, it } from 'vitest';
import { IMAGE_EXTENSIONS } from '../../engine/data/sources/formats.ts';
import { PICTURE_EXTENSIONS } from './picture-file.ts';

it('offers what the engine reads', () => {
  const known = [...IMAGE_EXTENSIONS].map((ending) => ending.split('.').at(-1)!);
  expect([...PICTURE_EXTENSIONS].sort()).toEqual([...new Set(known)].sort());
});
