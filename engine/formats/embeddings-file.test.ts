import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { RandomStream } from '../random/philox.ts';
import { csvLine, singleText } from './csv.ts';
import type { Embeddings } from './embeddings.ts';
import { refuseTakenEmbeddings, writeEmbeddings } from './embeddings-file.ts';
import { readNpyHeader, readNpyPieces } from './npy.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'embeddings-'));
});
afterEach(() => rm(folder, { recursive: true }));

const stream = new RandomStream(1, 'test');
const width = 5;
const paths = ['/a/1.png', 'C:\\bilder\\größe, "neu".jpg', '/line\nbreak.png', ' /space '];
const labels = ['cat', null, 'dog, "small"', 'cat'];
const data = Float32Array.from(
  { length: 4 * width },
  () => stream.normal() * 10 ** (stream.integer(60) - 30),
);
data.set([0.1, -0, 1e-45, 3.4028234663852886e38]);
const embeddings: Embeddings = { paths, labels, data, width };
const vector = (i: number) => [...data.subarray(i * width, (i + 1) * width)];

describe('writeEmbeddings', () => {
  it('writes a table of text', async () => {
    const file = path.join(folder, 'new', 'x.csv');
    expect(await writeEmbeddings(file, embeddings)).toEqual([file]);
    const rows: Record<string, string>[] = parse(await readFile(file), { columns: true });
    expect(Object.keys(rows[0]!)).toEqual(['path', 'label', 'f0', 'f1', 'f2', 'f3', 'f4']);
    for (const [i, row] of rows.entries()) {
      expect(row['path']).toBe(paths[i]);
      expect(row['label']).toBe(labels[i] ?? '');
      const found = vector(i).map((_, d) => Math.fround(Number(row[`f${d}`])));
      expect(found.map((x) => x + 0)).toEqual(vector(i).map((x) => x + 0));
    }
    expect(rows[0]!['f0']).toBe('0.1');
  });

  it('writes an array, and a table of what its rows are', async () => {
    const file = path.join(folder, 'x.npy');
    const files = await writeEmbeddings(file, embeddings);
    expect(files.map((each) => path.basename(each))).toEqual(['x.paths.csv', 'x.npy']);
    expect(await readNpyHeader(file)).toMatchObject({ dtype: 'f32', shape: [4, width] });
    for await (const piece of readNpyPieces(file)) expect(piece).toEqual(data);
    expect(parse(await readFile(files[0]!))).toEqual([
      ['path', 'label'],
      ...paths.map((at, i) => [at, labels[i] ?? '']),
    ]);
  });

  it('writes Parquet', async () => {
    const file = path.join(folder, 'x.PARQUET');
    await writeEmbeddings(file, embeddings);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(rows).toEqual(
      paths.map((at, i) => ({ path: at, label: labels[i], embedding: vector(i) })),
    );
  });

  it('writes Parquet in several groups of rows', async () => {
    const [n, wide] = [70, 30_000];
    const many: Embeddings = {
      paths: Array.from({ length: n }, (_, i) => `/${i}.png`),
      data: Float32Array.from({ length: n * wide }, (_, i) => i),
      width: wide,
    };
    const file = path.join(folder, 'x.parquet');
    await writeEmbeddings(file, many);
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    expect(metadata.row_groups.length).toBe(3);
    const [last] = await parquetReadObjects({ file: buffer, rowStart: n - 1, rowEnd: n });
    expect(last).toMatchObject({ path: '/69.png', label: null });
    expect(last!['embedding'].at(-1)).toBe(n * wide - 1);
  });

  it.each(['csv', 'npy', 'parquet'])('writes no rows as %s', async (extension) => {
    const nothing: Embeddings = { paths: [], data: new Float32Array(), width };
    const files = await writeEmbeddings(path.join(folder, `x.${extension}`), nothing);
    expect((await readdir(folder)).sort()).toEqual(files.map((f) => path.basename(f)).sort());
  });

  it('refuses other formats and sizes before it writes', async () => {
    await expect(writeEmbeddings(path.join(folder, 'x.txt'), embeddings)).rejects.toMatchObject({
      code: 'embeddings-format',
      advice: 'End its name with one of: .csv, .npy, .parquet.',
    });
    for (const bad of [{ paths: ['a'] }, { labels: ['a'] }, { width: 4 }])
      await expect(
        writeEmbeddings(path.join(folder, 'x.csv'), { ...embeddings, ...bad }),
      ).rejects.toMatchObject({ code: 'embeddings-invalid' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['csv', 'npy', 'parquet'])('notices a path that %s cannot hold', async (extension) => {
    // Half a character: UTF-8 has none.
    const bad = { ...embeddings, paths: ['/a', '/\ud800', '/b', '/c'] };
    const file = path.join(folder, `x.${extension}`);
    await writeFile(file, 'old');
    await expect(writeEmbeddings(file, bad)).rejects.toMatchObject({ code: 'export-failed' });
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual([`x.${extension}`]);
  });
});

describe('embeddings where something is already', () => {
  it.each(['csv', 'npy', 'parquet'])('replace earlier %s, and nothing else', async (extension) => {
    const file = path.join(folder, `x.${extension}`);
    const files = await writeEmbeddings(file, embeddings);
    await refuseTakenEmbeddings(file);
    await writeEmbeddings(file, embeddings);
    for (const taken of files) {
      const others = files.filter((other) => other !== taken);
      for (const text of ['thesis', 'path,label\n/a,x\n', 'PAR1', '\x93NUMPY']) {
        for (const other of others) await rm(other, { force: true });
        await writeFile(taken, text);
        for (const write of [
          () => refuseTakenEmbeddings(file),
          () => writeEmbeddings(file, embeddings),
        ])
          await expect(write()).rejects.toMatchObject({ code: 'target-taken' });
        expect(await readFile(taken, 'utf8')).toBe(text);
      }
      await rm(taken);
    }
  });
});

describe('writeFileAtomically', () => {
  it('keeps the old file when the new one is not what was meant', async () => {
    const file = path.join(folder, 'x');
    const write = async (beside: string) => appendFile(beside, 'new');
    await writeFileAtomically(file, write);
    await expect(
      writeFileAtomically(file, write, async () => {
        throw new Error('changed');
      }),
    ).rejects.toThrow('changed');
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['x']);
  });
});

describe('csv', () => {
  it('quotes what would be read as something else', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h', null, 1.5, true])).toBe(
      'a,"b,c","d""e","f\ng"," h",,1.5,true\n',
    );
  });

  it('gives a text for every single-precision number that reads as that number', () => {
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    for (let i = 0; i < 20000; i++) {
      bits[0] = stream.uint32();
      if (Number.isNaN(value[0])) continue;
      expect(Math.fround(Number(singleText(value[0]!)))).toBe(value[0]! + 0);
    }
    expect(singleText(Math.fround(0.1))).toBe('0.1');
    expect(singleText(Math.fround(1 / 3))).toBe('0.33333334');
  });
});
