import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvRow } from '../../contract/csv-text.ts';
import { RandomStream } from '../../random/philox.ts';
import type { LabelProblemCode } from '../annotations/labelled-types.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { readLabelledSet } from './labelled-set.ts';
import { readListFile } from './list-file.ts';
import type { Listing } from './listing.ts';

const WINDOWS = process.platform === 'win32';
const ANIMALS = ['cat', 'dog', 'ship'];
let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-list-'));
  for (const [c, name] of ANIMALS.entries())
    for (let i = 0; i < 10; i++) await writeSmallImage(root, `img/${name}${i}.png`, c * 10 + i);
  // Composed (NFC) and decomposed (NFD) letters, and both in one folder.
  await writeSmallImage(root, 'b\u00e4r/composed \u00e4.png', 40);
  await writeSmallImage(root, 'bo\u0308r/decomposed o\u0308.png', 41);
  await writeSmallImage(root, 'both/\u00e4\u00e9.png', 42);
  await writeSmallImage(root, 'both/a\u0308e\u0301.png', 43);
  await writeSmallImage(root, 'with space/100% x.png', 44);
});
afterAll(() => rm(root, { recursive: true }));

async function fileOf(text: string | Uint8Array, name = 'labels.csv'): Promise<string> {
  const file = path.join(root, name);
  await writeFile(file, text);
  return file;
}
const read = async (text: string | Uint8Array, options = {}) =>
  readLabelledSet(await fileOf(text), { maxUnusableFraction: 1, ...options });
/** The images of a list with their paths from its folder. */
const imagesOf = ({ files, images, labels }: Listing) =>
  Array.from({ length: images.length }, (_, i) => {
    const { file, labels: id, ...rest } = images.at(i);
    return { ...rest, at: path.relative(root, files.at(file)!.path), labels: labels[id]! };
  });
const list = async (text: string | Uint8Array, name?: string) =>
  readListFile(await fileOf(text, name));
const items = (
  { problems }: Pick<Awaited<ReturnType<typeof list>>, 'problems'>,
  code: LabelProblemCode,
) => problems.find((one) => one.code === code)?.items;
const refused = (text: string | Uint8Array) => expect(list(text)).rejects;

/** A row for each of the thirty animals. */
const animals = (rowOf: (at: string, label: string, i: number) => string) =>
  ANIMALS.flatMap((name, c) =>
    Array.from({ length: 10 }, (_, i) => rowOf(`img/${name}${i}.png`, name, c * 10 + i)),
  );

describe('every line of a table', () => {
  it('is a row where line ends are mixed', async () => {
    const text = animals((at, label, i) => `${at},${label}${['\r\n', '\n', '\r'][i % 3]}`).join('');
    const set = await read(`path,label\r\n${text}`);
    expect([set.samples.length, set.classes]).toEqual([30, ANIMALS]);
  });

  it('is counted, whatever it holds', async () => {
    const text = [
      '# made by hand',
      '',
      'sep=;',
      '#path;label;note',
      'img/cat0.png;cat;',
      '# a comment',
      '',
      ';;',
      'img/cat1.png;cat;"over',
      'two lines"',
      'img/cat2.png;cat;x;y',
      'img/cat3.png',
      'img/cat4.png;;',
      ';cat;',
      'img/dog0.png;dog',
      '',
      ';;;',
      '',
    ].join('\n');
    const found = await list(text);
    expect(found.lines).toEqual({ header: 1, rows: 7, continued: 1, skipped: 8 });
    expect(imagesOf(found).map(({ row }) => row)).toEqual([5, 9, 15]);
    expect(items(found, 'skipped-lines')).toEqual([
      'line 1: a comment',
      'line 2: empty',
      'line 3: says what divides the fields',
      'line 6: a comment',
      'line 7: empty',
      'line 8: empty',
    ]);
    expect(items(found, 'rows-over-lines')).toEqual(['lines 9 to 10']);
    expect(items(found, 'row-with-other-fields')).toEqual(['row 11: 4 fields, the header has 3']);
    expect(items(found, 'short-rows')).toEqual(['row 15: img/dog0.png']);
    expect(items(found, 'row-without-label')).toEqual([
      'row 12: img/cat3.png',
      'row 13: img/cat4.png',
      'row 14: no path',
    ]);
  });

  it('is counted where the last one has no end, and no line is made up', async () => {
    const counts = async (text: string) => (await list(text)).lines;
    expect(await counts('path,label\na.png,x\n  ')).toMatchObject({ rows: 1, skipped: 1 });
    expect(await counts('path,label\n')).toMatchObject({ rows: 0, skipped: 0 });
    expect(await counts('path,label\na.png,x\n# "a, "b\n#\tc\n##')).toMatchObject({ skipped: 3 });
    const named = await list('path,label\n"# a.png",x\n#1.png,y\n');
    expect(imagesOf(named).map(({ at }) => at)).toEqual(['# a.png', '#1.png']);
  });

  it('comes back from any table that can be written', async () => {
    const random = new RandomStream(7, 'split', 0);
    const pieces = ['a', 'b"', '""', ',', ';', "'=", '-1', ' x', '#', '|', 'ä', "'", '+'];
    const word = () =>
      `w${Array.from({ length: random.integer(5) }, () => pieces[random.integer(pieces.length)]!).join('')}`;
    for (let round = 0; round < 30; round++) {
      const rows = Array.from({ length: 40 }, () => [word(), word(), word()]);
      const ends = ['\n', '\r\n', '\r'];
      const text = [['note', 'path', 'label'], ...rows]
        .map((row) => csvRow(row) + ends[random.integer(3)]!)
        .join('');
      const found = await list(text);
      expect(imagesOf(found).map((one) => [one.at, one.labels[0]])).toEqual(
        rows.map(([, at, label]) => [at, label!.normalize('NFC')]),
      );
      expect(found.lines).toEqual({ header: 1, rows: 40, continued: 0, skipped: 0 });
    }
  });

  it('is no part of another one: quotes that are left open are errors', async () => {
    const rows = (quoted: string) =>
      `path,label,note\n${quoted}\nimg/cat1.png,cat,\nimg/cat2.png,cat,"x"\n`;
    for (const row of ['"img/cat0.png,cat,', 'img/cat0.png,"cat,', 'img/cat0.png,cat,"note'])
      await refused(rows(row)).toMatchObject({
        code: 'list-invalid',
        message: expect.stringContaining('line 2'),
        details: { line: 2 },
      });
  });

  it.each([
    ['path', '"img/\ncat0.png",cat,'],
    ['label', 'img/cat0.png,"ca\r\nt",'],
    ['label', 'img/cat0.png,ca\u2028t,'],
    ['split', 'img/cat0.png,cat,"tr\rain"'],
    ['label with lost letters', 'img/cat0.png,B\ufffdr,'],
  ])('with a line break or lost letters in its %s is an error that names it', async (_, row) => {
    await refused(`path,label,split\nimg/cat1.png,cat,\n${row}\n`).toMatchObject({
      code: 'list-invalid',
      details: { line: 3 },
    });
  });

  it('keeps its own label where a field in between is left out', async () => {
    const found = await list('path,id,label,split\nimg/cat0.png,1,cat,val\nimg/cat1.png,cat,val\n');
    expect(found.images).toHaveLength(1);
    expect(items(found, 'row-with-other-fields')).toEqual(['row 3: 3 fields, the header has 4']);
  });
});

describe('a table', () => {
  it.each([',', ';', '\t', '|'])('may be divided by %j', async (delimiter) => {
    const rows = animals((at, label) => [at, ` ${label} `].join(delimiter));
    const set = await read(
      [`Label${delimiter}x`, ...rows].join('\n').replace('Label', 'path').replace('x', 'LABEL'),
    );
    expect(set.classes).toEqual(ANIMALS);
  });

  it('that names a column twice is refused', async () => {
    await refused('path,label,Label\nimg/cat0.png,cat,dog\n').toMatchObject({
      code: 'list-invalid',
      message: expect.stringContaining('label twice'),
    });
  });

  it('of UTF-16 is read, of other encodings refused by the line', async () => {
    const text = ['path,label', ...animals((at, label) => `${at},${label}ä`)].join('\r\n');
    const big = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    expect((await read(big)).classes).toEqual(['catä', 'dogä', 'shipä']);
    const latin = Buffer.from('path,label\nimg/cat0.png,B\xe4r\nimg/dog0.png,B\xf6r\n', 'latin1');
    await refused(latin).toMatchObject({
      code: 'list-invalid',
      message: expect.stringMatching(/Line 2 .* is not UTF-8/),
      advice: expect.stringContaining('UTF-8'),
    });
  });

  it('that this program wrote is read as it was meant', async () => {
    const text = [
      ['path', 'label'],
      ['img/cat0.png', '=cat'],
      ['img/dog0.png', '-1'],
      ['img/ship0.png', "it's"],
    ];
    const set = await read(text.map((row) => `${csvRow(row)}\n`).join(''));
    expect(set.classes).toEqual(['-1', '=cat', "it's"]);
  });
});

describe('labels', () => {
  it('that differ only in the form of their letters are one class', async () => {
    const set = await read(
      'path,label\nimg/cat0.png,B\u00e4r\nimg/cat1.png,Ba\u0308r\nimg/dog0.png,Bo\u0308r\n',
    );
    expect(set.classes).toEqual(['B\u00e4r', 'B\u00f6r']);
    const given = await read('path,label\nimg/cat0.png,B\u00e4r\n', {
      classes: ['x', 'Ba\u0308r'],
    });
    expect(given.samples.at(0)!.label).toBe(1);
  });

  it('that look alike are named', async () => {
    const labels = ['Cat', 'cat', 'dog', 'a b', 'a_b', 'x', 'x\u200b'];
    const rows = labels.map((label, i) => `img/cat${i}.png,${label}`);
    const set = await read(['path,label', ...rows].join('\n'));
    expect(set.classes).toHaveLength(labels.length);
    expect(items(set, 'similar-classes')).toHaveLength(3);
    const numbers = await read('path,label\nimg/cat0.png,01\nimg/cat1.png,1\nimg/cat2.png,2\n');
    expect(items(numbers, 'similar-classes')).toEqual(['"01" and "1"']);
  });
});

describe('a path', () => {
  const found = async (...listed: string[]) => {
    const file = await list(['path,label', ...listed.map((at) => `${csvRow([at])},x`)].join('\n'));
    return { ...file, at: imagesOf(file).map(({ at }) => at) };
  };

  it('leads to its file in either form of its letters', async () => {
    const { at } = await found('ba\u0308r/composed a\u0308.png', 'b\u00f6r/decomposed \u00f6.png');
    expect(at.map((one) => one.normalize('NFC'))).toEqual([
      'bär/composed ä.png',
      'bör/decomposed ö.png',
    ]);
    const set = await read(
      'path,label\nba\u0308r/composed \u00e4.png,x\nb\u00f6r/decomposed o\u0308.png,x\n',
    );
    expect(set.samples).toHaveLength(2);
  });

  it.skipIf(process.platform === 'darwin')(
    'that fits two files leads to the exact one, or to none',
    async () => {
      const exact = await found('both/a\u0308e\u0301.png', 'both/\u00e4\u00e9.png');
      expect(exact.at).toEqual(['both/a\u0308e\u0301.png', 'both/\u00e4\u00e9.png']);
      const mixed = await found('both/\u00e4e\u0301.png', 'img/cat0.png');
      expect(mixed.at).toEqual(['img/cat0.png']);
      expect(items(mixed, 'ambiguous-file')?.[0]).toMatch(/^row 2: .* or /);
    },
  );

  it.skipIf(WINDOWS)('may be written by another system or program', async () => {
    const whole = path.join(root, 'with space', '100% x.png');
    const { at } = await found(
      'img\\cat0.png',
      './img/../img/cat0.png',
      'with%20space/100%25%20x.png',
      whole,
      pathToFileURL(whole).href,
      'with space/100% x.png',
      'with space\\100% x.png',
    );
    expect(new Set(at)).toEqual(new Set(['img/cat0.png', 'with space/100% x.png']));
  });

  it('with two labels is named, as is one that is listed twice', async () => {
    const at = path.join(root, 'img', 'cat0.png');
    const set = await read(
      'path,label\nimg/cat0.png,cat\nimg/./cat0.png,dog\nimg/dog1.png,dog\nimg/dog1.png,dog\n',
    );
    expect(items(set, 'conflicting-labels')).toEqual([`${at} (cat) = ${at} (dog)`]);
    expect(items(set, 'duplicates')).toHaveLength(1);
  });
});

describe('a split', () => {
  it('is known by many words, in any case, and named when it is none', async () => {
    const words = [
      'Train',
      'VAL',
      'valid',
      'validation',
      'dev',
      'Test',
      'holdout',
      'hold-out',
      'train_set',
      'fold 1',
    ];
    const found = await list(
      ['path,label,split', ...words.map((word, i) => `img/cat${i}.png,cat,${word}`)].join('\n'),
    );
    expect(imagesOf(found).map(({ split }) => split)).toEqual([
      'train',
      'val',
      'val',
      'val',
      'val',
      'test',
      'test',
      'test',
      'train',
    ]);
    expect(items(found, 'unknown-split')).toEqual(['row 11: fold 1']);
  });

  it('that some rows have is missed in the others', async () => {
    const set = await read(
      [
        'path,label,split',
        ...animals((at, label, i) => `${at},${label},${i % 5 === 0 ? 'val' : ''}`),
      ].join('\n'),
    );
    expect(items(set, 'rows-without-split')).toHaveLength(24);
    expect(items(set, 'rows-without-split')![0]).toBe('row 3: img/cat1.png');
  });
});
