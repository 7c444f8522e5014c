import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupByFolder, MOST_FOLDERS } from './folder-groups.ts';

const at = (...parts: string[]) => path.join(path.sep, 'data', ...parts);
const imagesAt = (files: readonly string[]) => files.map((file) => ({ path: file }));
const groups = (...files: string[]) =>
  groupByFolder(imagesAt(files)).map(({ path: folder, name, positions }) => [
    folder,
    name,
    [...positions],
  ]);

describe('images by folder', () => {
  it('are not grouped when all of them are in one folder', () => {
    expect(groups(at('a.png'), at('b.png'))).toEqual([]);
  });

  it('are grouped at the first level where folders differ', () => {
    expect(
      groups(
        at('set', 'train', 'cat', '1.png'),
        at('set', 'val', '2.png'),
        at('set', 'train', '3.png'),
      ),
    ).toEqual([
      [at('set', 'train'), 'train', [0, 2]],
      [at('set', 'val'), 'val', [1]],
    ]);
  });

  it('that are beside the folders have a group of their own', () => {
    expect(groups(at('a', '1.png'), at('2.png'))).toEqual([
      [at('a'), 'a', [0]],
      [path.join(path.sep, 'data'), 'data', [1]],
    ]);
  });

  it('are in order of the numbers in the names of their folders', () => {
    expect(groups(at('10', '1.png'), at('9', '2.png')).map(([, name]) => name)).toEqual([
      '9',
      '10',
    ]);
  });

  it('of very many folders are those of the largest ones', () => {
    const files = Array.from({ length: 1000 }, (_, i) => at(String(i), '1.png'));
    files.push(at('999', '2.png'));
    const found = groupByFolder(imagesAt(files));
    expect(found).toHaveLength(MOST_FOLDERS);
    expect([...found.find(({ name }) => name === '999')!.positions]).toEqual([999, 1000]);
  });
});
