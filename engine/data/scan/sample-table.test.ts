import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { FileList } from '../sources/file-list.ts';
import { sortedPositions } from '../sources/sorted-positions.ts';
import type { FoundFile } from '../sources/walk.ts';
import { groupCopies } from './copies.ts';
import { FactList } from './fact-list.ts';
import type { FileFacts } from './file-facts.ts';
import { SampleTable } from './sample-table.ts';

const filesOf = (relatives: readonly string[], root = '/data/'): FoundFile[] =>
  relatives.map((relative) => ({ path: root + relative, relative, named: true }));

const facts: FileFacts = {
  bytes: 1234,
  modifiedMs: 5,
  width: 40,
  height: 30,
  format: 'jpeg',
  hash: 'ab'.repeat(32),
  phash: 'cd'.repeat(40),
  levels: 200,
  span: 256,
};

describe('files in columns', () => {
  it('are what was added, whatever their names and folders', () => {
    const files: FoundFile[] = [
      ...filesOf(['a.png', 'ä/é 图.jpg', 'b\\c.png', 'b/no extension']),
      { path: 'C:\\data\\x\\y.png', relative: 'x/y.png', named: false },
      { path: '/d/s.tar/a/1.jpg', relative: 's.tar/a/1.jpg', named: true, container: 's.tar' },
      { path: '/d/t.tar/1.jpg', relative: '1.jpg', named: true, container: '' },
      { path: '/d/a.parquet', relative: '', named: true },
    ];
    const list = FileList.of(files);
    expect([...list]).toEqual(files);
    list.trim();
    expect([list.length, [...list], list.at(8)]).toEqual([8, files, undefined]);
  });

  it('are sorted by relative path as texts are, from a place on', () => {
    const random = new RandomStream(1, 'test');
    const parts = ['a', 'b', 'a!', 'a-b', 'ü', '\ue000', '😀', 'Z'];
    const names = Array.from({ length: 3000 }, (_, i) => {
      const folders = Array.from({ length: random.integer(4) }, () => parts[random.integer(8)]!);
      return [...folders, `${parts[random.integer(8)]}${i}`].join('/');
    });
    const list = FileList.of(filesOf(names));
    list.sortFrom(7);
    const wanted = [...names.slice(0, 7), ...names.slice(7).sort()];
    expect(Array.from(list, ({ relative }) => relative)).toEqual(wanted);
    expect(sortedPositions(3, (i) => ['a', 'a', 'b'][i]!)).toBeUndefined();
  });
});

describe('copies', () => {
  it('are grouped as by a table of all hashes, in the order of the first', () => {
    const random = new RandomStream(2, 'test');
    // Few beginnings, so that unequal hashes share one.
    const hashes = Array.from({ length: 2000 }, () => {
      const tail = String(random.integer(900)).padStart(52, '0');
      return `${'0'.repeat(11)}${random.integer(2)}${tail}`;
    });
    const byHash = new Map<string, number[]>();
    for (const [i, hash] of hashes.entries()) byHash.set(hash, [...(byHash.get(hash) ?? []), i]);
    const wanted = [...byHash.values()].filter(({ length }) => length > 1);
    expect(groupCopies(2000, (i) => hashes[i]!)).toEqual(wanted);
    expect(groupCopies(1, () => 'a')).toEqual([]);
  });
});

describe('the images of an index', () => {
  it('are the usable files and each of their pictures', () => {
    const stored = {
      channels: 1,
      colours: 'grey',
      numbers: 'uint16',
      bits: 16,
      pictures: 2,
      hasTypeRange: true,
      hasStatedRange: false,
    } as const;
    const looks = [0, 1].map((i) => ({ phash: `0${i}`.repeat(40), levels: i + 1, span: 9 }));
    const found = new FactList(4);
    found.set(0, facts);
    found.set(2, { ...facts, reason: 'it is broken' });
    found.set(3, { ...facts, format: 'tiff', stored, looks } as FileFacts);
    const table = new SampleTable(FileList.of(filesOf(['a', 'b', 'c', 'd'])), found);
    expect(Array.from(table, ({ path }) => path)).toEqual([
      '/data/a',
      '/data/d#page=0',
      '/data/d#page=1',
    ]);
    const { modifiedMs: _, ...rest } = facts;
    expect(table.at(0)).toEqual({ path: '/data/a', ...rest });
    expect(table.at(2)).toMatchObject({ levels: 2, bytes: 617, stored: { bits: 16 } });
    expect(table.at(3)).toBeUndefined();
  });

  it('take at most 120 bytes each in training, with their names', () => {
    const count = 50_000;
    const names = Array.from({ length: count }, (_, i) => {
      const folder = String(Math.floor(i / 1000)).padStart(6, '0');
      return `${folder}/IMG_20261129_${String(i).padStart(8, '0')}.jpg`;
    });
    const [files, found] = [FileList.of(filesOf(names)), new FactList(count)];
    for (let i = 0; i < count; i++) found.set(i, { ...facts, width: i + 1 });
    files.trim();
    const table = new SampleTable(files, found);
    expect(table.at(7)!.hash).toBe(facts.hash);
    expect(table.memoryBytes / count).toBeLessThan(160);
    found.keepForTraining();
    expect(table.memoryBytes / count).toBeLessThan(70);
    expect(table.at(9)).toMatchObject({ path: `/data/${names[9]}`, width: 10, height: 30 });
  });
});
