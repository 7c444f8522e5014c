import { expect, it } from 'vitest';
import type { Dataset } from '../../engine/contract/studio/index.ts';
import { setsOf, withoutExcluded } from './sets-of.ts';

const set = (id: string, kind: Dataset['kind'], ...folders: string[]) =>
  ({ id, name: id, kind, folders, addedAt: '', state: 'ready' }) as Dataset;

it('finds the sets of a folder, of folders around it and in it', () => {
  const sets = [
    set('around', 'images', '/data'),
    set('in', 'images', '/other', '/data/photos/2024'),
    set('beside', 'images', '/data/photos-of-cats'),
    set('labelled', 'labelled', '/data/photos'),
    set('own', 'images', '/data/photos'),
  ];
  expect(setsOf(sets, '/data/photos').map(({ id }) => id)).toEqual(['own', 'around', 'in']);
});

it('leaves out what is excluded from these sets', () => {
  const excluded = { file: '/ws/excluded/a.csv', images: 2 };
  const sets = [{ ...set('own', 'images', '/data/photos'), excluded }];
  expect(withoutExcluded(sets, '/data/photos')).toEqual({
    data: '/data/photos',
    exclude: [excluded.file],
  });
  expect(withoutExcluded(sets, '/other')).toEqual({ data: '/other' });
});
