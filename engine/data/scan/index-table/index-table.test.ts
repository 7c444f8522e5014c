import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import type { FileFacts } from '../file-facts.ts';
import { IndexTable, TRAINING_COLUMNS } from './index-table.ts';
import { PagedTable } from './paged-table.ts';
import { BLOCK_ROWS, encodeTable } from './write-table.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-table-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const hex = (random: RandomStream, bytes: number) =>
  Array.from({ length: bytes }, () => random.integer(256).toString(16).padStart(2, '0')).join('');

/** Facts of every form that scans have stored. */
function factsOf(random: RandomStream): FileFacts {
  const facts = {
    bytes: random.integer(2 ** 31) * 3,
    modifiedMs: 1_700_000_000_000 + random.uniform() * 1e9,
    width: 1 + random.integer(100_000),
    height: 1 + random.integer(100_000),
    format: ['jpeg', 'png', 'tiff'][random.integer(3)]!,
    hash: hex(random, 32),
  };
  const more: Partial<FileFacts>[] = [
    {},
    { phash: hex(random, 40), levels: 256, span: 200 },
    { phash: '', levels: 1, span: 1 },
    { phash: hex(random, 40), orientation: 6, extraChannel: true },
  ];
  return { ...facts, ...more[random.integer(more.length)]! };
}

function rowsOf(count: number): [string, FileFacts][] {
  const random = new RandomStream(1, 'test');
  return Array.from({ length: count }, (_, i) => {
    const name = ['a', 'ä é', '图', 'x'.repeat(200)][random.integer(4)]!;
    return [`/data/${random.integer(20)}/${name}-${i}.jpg`, factsOf(random)];
  });
}

async function stored(rows: Iterable<[string, FileFacts]>, version = 1): Promise<string> {
  const file = path.join(root, `${Math.random()}.index`);
  await writeFile(file, Buffer.concat([...encodeTable(version, rows)]));
  return file;
}

describe('an index in columns', () => {
  it('has what was stored, in its order, and by path', async () => {
    const rows = rowsOf(300);
    const table = (await IndexTable.open(await stored(rows), 1))!;
    expect(table.size).toBe(300);
    expect([...table]).toEqual(rows);
    for (const [at, facts] of rows) expect(table.get(at)).toEqual(facts);
    expect(table.get('/data/1/none.jpg')).toBeUndefined();
  });

  it('has paths of Windows, odd hashes, and none at all', async () => {
    const odd: [string, FileFacts][] = [
      ['C:\\data\\a.png', { ...factsOf(new RandomStream(2, 'test')), hash: 'h' }],
      ['alone.png', { ...factsOf(new RandomStream(3, 'test')), phash: 'ABC' }],
    ];
    expect([...(await IndexTable.open(await stored(odd), 1))!]).toEqual(odd);
    const empty = (await IndexTable.open(await stored([]), 1))!;
    expect([empty.size, empty.get('/a')]).toEqual([0, undefined]);
  });

  it('goes on over the ends of blocks', async () => {
    const [, facts] = rowsOf(1)[0]!;
    const count = 2 * BLOCK_ROWS + 10;
    function* rows(): Generator<[string, FileFacts]> {
      for (let i = 0; i < count; i++) yield [`/d/${i % 7}/${i}.png`, { ...facts, width: i + 1 }];
    }
    const table = (await IndexTable.open(await stored(rows()), 1, TRAINING_COLUMNS))!;
    expect(table.size).toBe(count);
    for (const row of [0, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS, count - 1])
      expect([table.path(row), table.width(row)]).toEqual([`/d/${row % 7}/${row}.png`, row + 1]);
    expect(table.memoryBytes / count).toBeLessThan(32);
    expect(() => table.facts(0)).toThrow(/was not loaded/);
  });

  it('is read by block with the same facts, and keeps what it was when its file is replaced', async () => {
    const [, facts] = rowsOf(1)[0]!;
    const count = 3 * BLOCK_ROWS + 10;
    const pathOf = (row: number) => `/d/${row % 7}/${row}.png`;
    function* rows(): Generator<[string, FileFacts]> {
      for (let i = 0; i < count; i++) yield [pathOf(i), { ...facts, width: i + 1 }];
    }
    const file = await stored(rows());
    expect(await PagedTable.open(file, 1, count + 1)).toBeUndefined();
    expect(await PagedTable.open(file, 2, 0)).toBeUndefined();
    await using table = (await PagedTable.open(file, 1, count))!;
    const random = new RandomStream(4, 'test');
    const wanted = [0, BLOCK_ROWS - 1, BLOCK_ROWS, count - 1];
    for (let i = 0; i < 20; i++) wanted.push(random.integer(count));
    for (const row of wanted)
      expect([table.rowOf(pathOf(row)), table.get(pathOf(row))]).toEqual([
        row,
        { ...facts, width: row + 1 },
      ]);
    expect(table.get('/d/1/none.png')).toBeUndefined();
    // Places, and two blocks.
    expect(table.memoryBytes).toBeLessThan(10.1 * count + 2 * BLOCK_ROWS * 140);
    if (process.platform !== 'win32') await rename(await stored(rowsOf(5)), file);
    let row = 0;
    for (const [at, found] of table) {
      if (at !== pathOf(row) || found.width !== row + 1) throw new Error(`row ${row}`);
      row++;
    }
    expect(row).toBe(count);
  });

  it('leaves its file free to be replaced where that is asked for, as on Windows', async () => {
    const rows = rowsOf(300);
    const file = await stored(rows);
    const besides = async () =>
      (await readdir(root)).filter((name) => name.startsWith(`.${path.basename(file)}.`));
    expect(await PagedTable.open(file, 2, 0, true)).toBeUndefined();
    expect(await PagedTable.open(file, 1, 301, true)).toBeUndefined();
    expect(await besides()).toEqual([]);
    {
      await using table = (await PagedTable.open(file, 1, 300, true))!;
      // Bytes are overwritten, which readers of the file itself would see.
      await writeFile(file, Buffer.alloc((await readFile(file)).length));
      expect([...table]).toEqual(rows);
      expect(await besides()).toHaveLength(1);
    }
    expect(await besides()).toEqual([]);
  });

  it('of another version, or cut anywhere, is none', async () => {
    const file = await stored(rowsOf(20), 3);
    expect(await IndexTable.open(file, 4)).toBeUndefined();
    const whole = await readFile(file);
    for (const end of [0, 5, 13, 100, whole.length - 30, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, end));
      expect(await IndexTable.open(file, 3), `${end} bytes`).toBeUndefined();
    }
  });
});
