import { expect, test } from 'vitest';
import { countDistinctImages } from './distinct-images.ts';

const set = (images: number, ...folders: string[]) =>
  ({ folders, report: { images } }) as Parameters<typeof countDistinctImages>[0][number];

test('two data sets of one folder count once', () => {
  expect(countDistinctImages([set(14, '/data/a'), set(14, '/data/a')])).toBe(14);
  expect(countDistinctImages([set(14, '/data/a'), set(6, '/data/b')])).toBe(20);
});

test('a data set within another counts with it, in any order', () => {
  const [whole, part] = [set(20, '/data'), set(14, '/data/a')];
  expect(countDistinctImages([whole, part])).toBe(20);
  expect(countDistinctImages([part, whole])).toBe(20);
  expect(countDistinctImages([set(20, '/data/a', '/data/b'), set(14, '/data/b')])).toBe(20);
  expect(countDistinctImages([set(20, 'C:\\data'), set(14, 'C:\\data\\a')])).toBe(20);
});

test('a folder whose name begins like another is another', () => {
  expect(countDistinctImages([set(14, '/data/a'), set(6, '/data/ab')])).toBe(20);
  expect(countDistinctImages([set(20, '/'), set(6, '/data')])).toBe(20);
});

test('what was not scanned counts nothing', () => {
  expect(countDistinctImages([{ folders: ['/x'], report: undefined }, set(3, '/y')])).toBe(3);
  expect(countDistinctImages([])).toBe(0);
});
