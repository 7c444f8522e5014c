import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LineTail, lastLines } from './line-tail.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-tail-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(tail: LineTail, options = {}): Promise<string[]> {
  const all: string[] = [];
  await tail.read((line) => void all.push(line), options);
  return all;
}

describe('a tail', () => {
  it('hands over completed lines only, each once', async () => {
    const tail = new LineTail(path.join(folder, 'a'));
    expect(await read(tail)).toEqual([]);
    writeFileSync(tail.file, 'one\ntw');
    expect(await read(tail)).toEqual(['one']);
    appendFileSync(tail.file, 'o\nthrée');
    expect(await read(tail)).toEqual(['two']);
    expect(await read(tail)).toEqual([]);
    appendFileSync(tail.file, '\n');
    expect(await read(tail)).toEqual(['thrée']);
  });

  it('starts again when the file was replaced or cut', async () => {
    const tail = new LineTail(path.join(folder, 'b'));
    writeFileSync(tail.file, 'one\ntwo\nthree\n');
    await read(tail);
    let restarts = 0;
    const onRestart = () => {
      restarts += 1;
    };
    writeFileSync(`${tail.file}.new`, 'one\ntwo\nanother\nfour\n');
    renameSync(`${tail.file}.new`, tail.file);
    expect(await read(tail, { onRestart })).toEqual(['one', 'two', 'another', 'four']);
    writeFileSync(tail.file, 'x\n');
    expect(await read(tail, { onRestart })).toEqual(['x']);
    expect(restarts).toBe(2);
  });

  it('reads files larger than a piece, and letters cut by its end', async () => {
    const file = path.join(folder, 'c');
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i} größer ${'ü'.repeat(i % 60)}`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    expect(await read(new LineTail(file))).toEqual(lines);
  });

  it('can begin near the end, with a whole line', async () => {
    const file = path.join(folder, 'd');
    const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const some = await read(new LineTail(file), { last: 1000 });
    expect(some.length).toBeGreaterThan(50);
    expect(some).toEqual(lines.slice(-some.length));
    expect(await lastLines(file, 3)).toEqual(lines.slice(-3));
    expect(await lastLines(path.join(folder, 'none'), 3)).toEqual([]);
  });
});
