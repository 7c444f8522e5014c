import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvRow, withoutFormulaMark } from '../contract/csv-text.ts';
import { RandomStream } from '../random/philox.ts';
import { readTable, type TableRecord } from './table.ts';
import { readTextLines } from './text-lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-table-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, 'x.csv');
  await writeFile(file, content);
  return file;
}
async function records(content: string | Uint8Array, delimiter = ','): Promise<TableRecord[]> {
  const found: TableRecord[] = [];
  for await (const some of readTable(readTextLines(await fileOf(content)), { delimiter }))
    found.push(...some);
  return found;
}
const fields = async (content: string | Uint8Array, delimiter?: string) =>
  (await records(content, delimiter)).map((record) => record.fields);
async function lines(content: string | Uint8Array): Promise<string[]> {
  const found: string[] = [];
  for await (const some of readTextLines(await fileOf(content))) found.push(...some);
  return found;
}

describe('lines of a text', () => {
  it('that never end are refused, and long ones are read', async () => {
    const long = 'x'.repeat(3_000_000);
    expect(await lines(`a\r${long}\r\nb\r`)).toEqual(['a\r', `${long}\r\n`, 'b\r']);
    await expect(lines('x'.repeat(5_000_000))).rejects.toMatchObject({
      code: 'text-invalid',
      details: { line: 1 },
    });
  });

  it('end once where a carriage return and a line feed are in two pieces of the file', async () => {
    const first = `${'x'.repeat((1 << 18) - 1)}\r`;
    expect(await lines(`${first}\ny`)).toEqual([`${first}\n`, 'y']);
    expect(await lines('\r')).toEqual(['\r']);
  });
});

describe('records of a table', () => {
  it.each([
    ['line feeds', '\n', '\n'],
    ['both', '\r\n', '\r\n'],
    ['carriage returns', '\r', '\r'],
    ['mixed ends', '\r\n', '\n'],
    ['ends mixed the other way', '\n', '\r\n'],
    ['old and new ends', '\r', '\n'],
  ])('end with their line: %s', async (_, first, second) => {
    expect(await fields(`a,b${first}1,2${second}3,4${first}5,6`)).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  it('have the number of their line, also behind quoted line ends', async () => {
    const found = await records('a,b\n"1\r\n2\r3",x\n\n4,5\n');
    expect(found).toEqual([
      { line: 1, lines: 1, fields: ['a', 'b'] },
      { line: 2, lines: 3, fields: ['1\r\n2\r3', 'x'] },
      { line: 5, lines: 1, fields: [''] },
      { line: 6, lines: 1, fields: ['4', '5'] },
    ]);
  });

  it('account for every line, also where pieces of the file meet', async () => {
    const random = new RandomStream(3, 'split', 0);
    const pieces = [
      'a',
      '""',
      '"a\r\nb"',
      '"\n"',
      ',',
      ' ',
      '\n',
      '\r\n',
      '\r',
      '\u3000',
      'x"y',
      '# ',
    ];
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: 60 }, () => pieces[random.integer(pieces.length)]!).join(
        '',
      );
      const some = async function* () {
        for (const line of await lines(text)) yield [line];
      };
      const found: TableRecord[] = [];
      const all = async () => {
        for await (const part of readTable(some(), { comments: true })) found.push(...part);
      };
      await all().catch(({ code }) => expect(code).toBe('table-invalid'));
      let next = 1;
      for (const { line, lines: count } of found) {
        expect(line).toBe(next);
        next += count;
      }
    }
  });

  it('take quotes as such only where a field begins', async () => {
    expect(await fields('5" disk,a "b" c, "q,""r""" ,"",\n')).toEqual([
      ['5" disk', 'a "b" c', 'q,"r"', '', ''],
    ]);
    expect(await fields('"a"\t b \n', '\t')).toEqual([['a', 'b']]);
  });

  it.each([
    ['a,b\n"1,2\n3,4\n', 'line 2 opens a quote that is never closed'],
    ['a,b\n1,2\n"x"y,4\n', 'line 3 has text behind a closing quote'],
    [`a,b\n"1,2\n${'3,4\n'.repeat(20_000)}`, 'line 2 opens a quote that is never closed'],
  ])('that do not fit are named by their line', async (text, message) => {
    await expect(records(text)).rejects.toMatchObject({ code: 'table-invalid', message });
  });

  it('are those that were written, for any fields', async () => {
    const random = new RandomStream(1, 'split', 0);
    const pieces = [
      'a',
      '"',
      ',',
      '\n',
      '\r',
      '\r\n',
      "'",
      '=',
      '-1',
      ' ',
      '\t',
      'ä',
      '@',
      '+x',
      '\u3000',
    ];
    const some = () =>
      Array.from({ length: random.integer(6) }, () => pieces[random.integer(pieces.length)]!);
    const rows = Array.from({ length: 500 }, () => [some().join(''), some().join(''), 'end']);
    const text = rows.map((row) => `${csvRow(row)}\n`).join('');
    const back = (await fields(text)).map((row) => row.map(withoutFormulaMark));
    expect(back).toEqual(rows);
  });
});

describe('lines of text', () => {
  it('are read in UTF-8 and UTF-16, with a byte order mark and without', async () => {
    const text = 'path,label\r\nä.png,Bär 🐻\r\n';
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    const expected = ['path,label\r\n', 'ä.png,Bär 🐻\r\n'];
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\uFEFF${text}`),
      little,
      Buffer.concat([Buffer.of(0xff, 0xfe), little]),
      big,
      Buffer.concat([Buffer.of(0xfe, 0xff), big]),
    ])
      expect(await lines(bytes)).toEqual(expected);
  });

  it('are whole where pieces of the file meet', async () => {
    const long = Array.from({ length: 60_000 }, (_, i) => `ä${i}${i % 3 ? '\r\n' : '\r'}`);
    expect(await lines(long.join(''))).toEqual(long);
  });

  it.each([
    ['Windows-1252', Buffer.from('path,label\na.png,B\xe4r\n', 'latin1'), 'Line 2 .* is not UTF-8'],
    [
      'one strange byte far down',
      Buffer.concat([Buffer.from('a,b\r\n'.repeat(200_000)), Buffer.of(0x80, 10)]),
      'Line 200001 .* is not UTF-8',
    ],
    ['half a character at the end', Buffer.from('ä').subarray(0, 1), 'Line 1 .* is not UTF-8'],
    ['UTF-32', Buffer.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), 'UTF-32'],
    ['UTF-16 cut short', Buffer.from('\uFEFFab', 'utf16le').subarray(0, 5), 'is not UTF-16'],
    ['half a pair in UTF-16', Buffer.from('\uFEFFa\ud800b', 'utf16le'), 'is not UTF-16'],
    ['a workbook', Buffer.from('PK\x03\x04…'), 'workbook'],
    ['a NUL', Buffer.from('a,b\nc\0,d\n'), 'Line 2 .* NUL'],
    ['a NUL at the end', Buffer.from('a,b\nc\0'), 'Line 2 .* NUL'],
  ])('of %s are refused by their number', async (_, bytes, words) => {
    await expect(lines(bytes)).rejects.toMatchObject({
      code: 'text-invalid',
      message: expect.stringMatching(words),
    });
  });
});

describe('a text that a spreadsheet would compute', () => {
  it.each(['=1+1', '+x', '-x', '@x', '\tx', '\rx', ' =1', "'=1", '＝1', '-1+cmd|x'])(
    'is marked, and read as it was: %j',
    (text) => {
      const written = csvRow([text]);
      expect(written.replace(/^"/, '')[0]).toBe("'");
      expect(withoutFormulaMark(`'${text}`)).toBe(text);
      expect(csvRow([text], { keepFormulas: true })).not.toBe(written);
    },
  );

  it.each(['-1', '+2.5', '-1e-7', 'a=b', "it's", "'", '', '5-3'])('is not %j', (text) => {
    expect(csvRow([text])).toBe(text);
    expect(withoutFormulaMark(text)).toBe(text);
  });

  it('is never a number', () => {
    expect(csvRow([-1, -0.5, Number.NEGATIVE_INFINITY, null, false])).toBe(
      '-1,-0.5,-Infinity,,false',
    );
  });
});
