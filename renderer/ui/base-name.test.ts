import { expect, it } from 'vitest';
import { baseName, isWithin, joinPath } from './base-name.ts';

it('names a path by its last part', () => {
  expect(['/a/b/', 'C:\\a\\b.csv', '/', 'b'].map(baseName)).toEqual(['b', 'b.csv', '/', 'b']);
});

it('joins parts as the folder is written', () => {
  expect(joinPath('/data', 'a', 'b')).toBe('/data/a/b');
  expect(joinPath('C:\\data', 'a', 'b')).toBe('C:\\data\\a\\b');
});

it.each([
  ['/data/a', '/data', true],
  ['/data', '/data', true],
  ['/data-2/a', '/data', false],
  ['/data', '/', true],
  ['C:\\data\\a', 'C:\\', true],
  ['D:\\data', 'C:\\', false],
])('%s within %s: %s', (path, folder, within) => {
  expect(isWithin(path, folder)).toBe(within);
});
