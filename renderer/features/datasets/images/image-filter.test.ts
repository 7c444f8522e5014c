import { expect, test } from 'vitest';
import type { HealthReport } from '../../../../engine/contract/studio/index.ts';
import { activeFilters, toggled } from './image-filter.ts';

const report = {
  sizes: { histogram: [{ from: 96, to: 128, images: 3 }] },
  folders: [{ path: '/data/site-1', name: 'site-1', images: 3 }],
} as unknown as HealthReport;

test('a bar sets its filter, another bar replaces it, and the same bar takes it away', () => {
  const cat = toggled({ order: 'shuffled' }, 'class', 'cat');
  expect(cat).toEqual({ order: 'shuffled', class: 'cat' });
  expect(toggled(cat, 'class', 'dog')).toEqual({ order: 'shuffled', class: 'dog' });
  expect(toggled(cat, 'class', 'cat')).toEqual({ order: 'shuffled' });
  expect(toggled(cat, 'side', 96)).toEqual({ order: 'shuffled', class: 'cat', side: 96 });
});

test('filters are named as their bars are', () => {
  expect(activeFilters({ class: 'cat', side: 96, folder: '/data/site-1' }, report)).toEqual([
    { key: 'class', text: 'Class cat' },
    { key: 'side', text: '96 to 127 px' },
    { key: 'folder', text: 'Folder site-1' },
  ]);
  expect(activeFilters({ order: 'class' }, report)).toEqual([]);
});
