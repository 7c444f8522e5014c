import { expect, it } from 'vitest';
import { isNetworkShare, isPlainPath } from './plain-path.ts';

it.each([
  ...['C:\\data\\NUL', 'C:\\data\\nul.png', 'C:\\data\\COM1', 'C:\\data\\lpt9.txt', 'CON'],
  ...['C:\\data\\a.csv:secret', 'C:\\data\\a.csv::$DATA', 'C:\\data:$I30:$INDEX_ALLOCATION'],
  ...['C:\\data\\folder.', 'C:\\data\\folder ', 'C:\\data. .\\x', 'C:\\data\\a*', 'C:\\data\\a|b'],
  ...['\\\\?\\C:\\data', '\\\\.\\PhysicalDrive0', '//?/C:/data', '\\\\.\\pipe\\x', 'C:\\a\0b'],
  `C:\\${'a\\'.repeat(20_000)}`,
])('%s is not plain under Windows', (target) => {
  expect(isPlainPath(target, 'win32')).toBe(false);
});

it.each([
  ...['C:\\data\\images', 'C:\\', 'd:/data/annul/console.png', '\\\\nas\\share\\images'],
  ...['C:\\data\\.hidden\\..odd\\com10', 'C:\\data\\..\\x', 'C:\\data\\Größe (2)\\übung.png'],
])('%s is plain under Windows', (target) => {
  expect(isPlainPath(target, 'win32')).toBe(true);
});

it('has other rules elsewhere', () => {
  for (const target of ['/data/NUL', '/data/a:b', '/data/folder. ', '/data/a*'])
    expect(isPlainPath(target, 'linux')).toBe(true);
  expect(isPlainPath('/data/a\0b', 'linux')).toBe(false);
  expect(isPlainPath(`/${'a/'.repeat(3000)}`, 'linux')).toBe(false);
});

it('knows which paths ask another machine', () => {
  const roots = ['C:\\data', '\\\\nas\\images'];
  for (const target of ['\\\\evil\\share', '//evil/share/x', '\\\\nas\\images-too', '\\\\nas'])
    expect(isNetworkShare(target, roots, 'win32')).toBe(true);
  for (const target of ['\\\\nas\\images', '//NAS/images/x', 'C:\\data', 'C:\\other'])
    expect(isNetworkShare(target, roots, 'win32')).toBe(false);
  expect(isNetworkShare('//data', roots, 'linux')).toBe(false);
});
