import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluatedImages } from './evaluated-images.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-evaluated-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const table = (lines: readonly string[]) => {
  const file = path.join(folder, 'predictions.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};
const names = (items: readonly { readonly path: string }[]) =>
  items.map((item) => path.basename(item.path));

describe('the images of an evaluation', () => {
  it('are those of a cell of the confusion matrix, or of a class with its mistakes first', async () => {
    const there = path.join(folder, 'a.png');
    writeFileSync(there, '');
    const file = table([
      'path,label,predicted,confidence,correct,p_cat,p_dog',
      `${there},cat,cat,0.9,true,0.9,0.1`,
      '/gone/b.png,cat,dog,0.6,false,0.4,0.6',
      '/gone/c.png,cat,dog,0.8,false,0.2,0.8',
      '/gone/d.png,dog,dog,0.7,true,0.3,0.7',
    ]);
    const page = { file, offset: 0, count: 10 };
    const cell = await evaluatedImages({ ...page, actual: 'cat', predicted: 'dog' });
    expect(names(cell.items)).toEqual(['c.png', 'b.png']);
    expect(cell.items[0]).toEqual({
      path: '/gone/c.png',
      actual: ['cat'],
      predicted: ['dog'],
      confidence: 0.8,
      missing: true,
    });
    const cats = await evaluatedImages({ ...page, actual: 'cat' });
    expect(names(cats.items)).toEqual(['c.png', 'b.png', 'a.png']);
    expect(cats.items[2]).not.toHaveProperty('missing');
    const second = await evaluatedImages({ file, offset: 1, count: 1, predicted: 'dog' });
    expect(second.total).toBe(3);
    expect(names(second.items)).toEqual(['b.png']);
  });

  it('may have several labels, and are wrong by the label that is asked for', async () => {
    const file = table([
      'path,labels,predicted,correct,p_red,p_blue',
      '/1.png,red;blue,red,false,0.9,0.1',
      '/2.png,blue,red;blue,false,0.9,0.9',
      '/3.png,,,true,0.1,0.1',
    ]);
    const page = { file, offset: 0, count: 10 };
    const blue = await evaluatedImages({ ...page, actual: 'blue' });
    expect(names(blue.items)).toEqual(['1.png', '2.png']);
    const red = await evaluatedImages({ ...page, predicted: 'red' });
    expect(names(red.items)).toEqual(['2.png', '1.png']);
    expect((await evaluatedImages(page)).items.at(-1)).toMatchObject({ actual: [], predicted: [] });
  });

  it('are named as missing where the table is gone or something else', async () => {
    const at = { offset: 0, count: 1 };
    await expect(
      evaluatedImages({ ...at, file: path.join(folder, 'none.csv') }),
    ).rejects.toMatchObject({ code: 'evaluation-missing' });
    await expect(evaluatedImages({ ...at, file: table(['a,b']) })).rejects.toMatchObject({
      code: 'evaluation-missing',
    });
  });
});
