import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { predictionsText } from '../contract/predictions-text.ts';
import type { PredictionsOrder } from '../contract/tools.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { PredictionReader } from './predictions.ts';

let root: string;
let reader: PredictionReader;
const at = (name: string) => path.join(root, name);
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-predictions-'));
  reader = new PredictionReader();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const CLASSES = ['cat', '=dog', 'owl; grey'];
const TEXT = predictionsText('csv', CLASSES);
const row = (file: string, predicted: string | readonly string[], confidence: number) =>
  TEXT.line({ path: file, predicted, confidence, probabilities: [confidence, 0.1, 0] });

/** What a page asks, as paths. */
async function paths(over: Partial<PredictionsOrder> = {}): Promise<string[]> {
  const order = { file: at('p.csv'), several: false, offset: 0, count: 10, ...over };
  return (await reader.page(order)).items.map(({ path: file }) => file);
}

describe('the table of a prediction job', () => {
  beforeEach(() => {
    const rows = [
      row('/d/1.png', 'cat', 0.9),
      row('/d/a "b", c\nd.png', '=dog', 0.5),
      row('/d/ä.png', 'cat', 0.7),
      row('/d/4.png', 'owl; grey', 0.5),
    ];
    writeFileSync(at('p.csv'), TEXT.head + rows.join(''));
  });

  it('is read in parts, in every order, through every filter', async () => {
    const page = await reader.page({ file: at('p.csv'), several: false, offset: 1, count: 2 });
    expect(page).toMatchObject({ classes: CLASSES, all: 4, total: 4, counts: [2, 1, 1] });
    expect(page.items).toEqual([
      {
        row: 1,
        path: '/d/a "b", c\nd.png',
        predicted: ['=dog'],
        confidence: 0.5,
        probabilities: [0.5, 0.1, 0],
      },
      expect.objectContaining({ row: 2, path: '/d/ä.png', predicted: ['cat'] }),
    ]);
    const [first, second, third, fourth] = await paths();
    expect(await paths({ order: 'least' })).toEqual([second, fourth, third, first]);
    expect(await paths({ order: 'most', offset: 1 })).toEqual([third, second, fourth]);
    expect(await paths({ class: 'cat' })).toEqual([first, third]);
    expect(await paths({ class: 'owl; grey' })).toEqual([fourth]);
    expect(await paths({ from: 0.6, to: 0.8 })).toEqual([third]);
    expect(await paths({ class: 'none' })).toEqual([]);
  });

  it('grows, and may be begun again', async () => {
    expect(await paths()).toHaveLength(4);
    const line = row('/d/5.png', 'cat', 0.2);
    appendFileSync(at('p.csv'), line.slice(0, 9));
    expect(await paths()).toHaveLength(4);
    appendFileSync(at('p.csv'), line.slice(9));
    expect((await paths()).at(-1)).toBe('/d/5.png');
    expect(await paths({ order: 'least', count: 1 })).toEqual(['/d/5.png']);
    writeFileSync(at('p.csv'), TEXT.head + line);
    expect(await paths()).toEqual(['/d/5.png']);
  });

  it('has each row once when it grows and several ask at once', async () => {
    await paths();
    appendFileSync(at('p.csv'), row('/d/5.png', 'cat', 0.2) + row('/d/6.png', '=dog', 0.3));
    const [first, second] = await Promise.all([paths(), paths()]);
    expect(first!.slice(4)).toEqual(['/d/5.png', '/d/6.png']);
    expect(second).toEqual(first);
    appendFileSync(at('p.csv'), row('/d/7.png', 'cat', 0.4));
    const page = await reader.page({ file: at('p.csv'), several: false, offset: 6, count: 5 });
    expect(page).toMatchObject({ all: 7, total: 7, counts: [4, 2, 1] });
    expect(page.items).toMatchObject([{ path: '/d/7.png', predicted: ['cat'], confidence: 0.4 }]);
  });

  it('is empty before the first image, and an error when it is something else', async () => {
    expect(await paths({ file: at('none.csv') })).toEqual([]);
    writeFileSync(at('other.csv'), 'a,b\n1,2\n');
    await expect(paths({ file: at('other.csv') })).rejects.toMatchObject({
      code: 'predictions-missing',
    });
  });
});

describe('labels of images', () => {
  it('become a list that is read as a labelled set, and are told beside the rows', async () => {
    for (let i = 0; i < 3; i++) await writeSmallImage(root, `${i}.png`, i);
    const rows = [0, 1, 2].map((i) => row(at(`${i}.png`), 'cat', 0.5));
    writeFileSync(at('p.csv'), TEXT.head + rows.join(''));
    const order = { file: at('p.csv'), several: false, labels: at('labels/mine.csv') };
    const label = (number: number, labels: string[] | null) =>
      reader.label({ ...order, rows: [{ row: number, labels }] });
    await Promise.all([label(0, ['cat']), label(1, ['=dog']), label(2, ['cat'])]);
    await label(2, ['owl; grey']);
    expect(await label(0, null)).toEqual({ images: 2, several: false });
    const { items } = await reader.page({ ...order, offset: 0, count: 3 });
    expect(items.map(({ labels }) => labels)).toEqual([undefined, ['=dog'], ['owl; grey']]);
    const set = await readLabelledSet(at('labels/mine.csv'));
    expect([...set.samples].map(({ path: file, label: c }) => [file, set.classes[c]])).toEqual([
      [at('1.png'), '=dog'],
      [at('2.png'), 'owl; grey'],
    ]);
    await expect(label(9, ['cat'])).rejects.toMatchObject({ code: 'predictions-missing' });
  });

  it('never replace a list that others have changed', async () => {
    writeFileSync(at('p.csv'), TEXT.head + row('/d/1.png', 'cat', 0.9));
    const order = { file: at('p.csv'), several: false, labels: at('mine.csv') };
    const rows = [{ row: 0, labels: ['cat'] }];
    for (const text of [
      'path;label\n/x.png;cat\n',
      'path,label,split\n/x.png,cat,val\n',
      'notes\n',
    ]) {
      writeFileSync(at('mine.csv'), text);
      await expect(reader.label({ ...order, rows })).rejects.toMatchObject({
        code: 'list-invalid',
        message: expect.stringContaining(at('mine.csv')),
      });
      expect(readFileSync(at('mine.csv'), 'utf8')).toBe(text);
    }
    writeFileSync(at('mine.csv'), '');
    expect(await reader.label({ ...order, rows })).toEqual({ images: 1, several: false });
  });

  it('may be several, or none', async () => {
    for (let i = 0; i < 2; i++) await writeSmallImage(root, `${i}.png`, i);
    writeFileSync(
      at('p.csv'),
      TEXT.head + row(at('0.png'), ['cat', '=dog'], 0.5) + row(at('1.png'), [], 0.5),
    );
    const order = { file: at('p.csv'), several: true, labels: at('mine.csv') };
    const before = await reader.page({ ...order, offset: 0, count: 3 });
    expect(before.items.map(({ predicted }) => predicted)).toEqual([['cat', '=dog'], []]);
    expect(before.counts).toEqual([1, 1, 0]);
    const given = [
      { row: 0, labels: [] },
      { row: 1, labels: ['cat', '=dog'] },
    ];
    await reader.label({ ...order, rows: given });
    const { items } = await reader.page({ ...order, offset: 0, count: 3 });
    expect(items.map(({ labels }) => labels)).toEqual([[], ['cat', '=dog']]);
    expect(readFileSync(at('mine.csv'), 'utf8').split('\n')[0]).toBe('path,labels');
    const { samples, classes } = await readLabelledSet(at('mine.csv'), { several: {} });
    const names = [...samples].map(({ labels = [] }) => labels.map((c) => classes[c]!).sort());
    expect(names).toEqual([[], ['=dog', 'cat']]);
  });
});
