import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labelMistakes } from './label-mistakes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-mistakes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function table(): string {
  const file = path.join(folder, 'predictions.csv');
  const lines = [
    'path,labels,predicted,correct,p_red,p_blue,p_old',
    '/1.png,red;blue,red,false,0.9,0.2,0.1',
    '/2.png,blue,red;blue,false,0.7,0.9,0.1',
    '/3.png,,,true,0.1,0.1,0.1',
    '/4.png,,red,false,0.95,0.1,0.1',
    '/5.png,blue,,false,0.1,0.4,0.2',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
const page = { offset: 0, count: 10 };
const told = (items: readonly { path: string; label: string; kind: string }[]) =>
  items.map((item) => `${item.path} ${item.kind} ${item.label}`);

describe('wrong labels', () => {
  it('are missed or false, the most confident first, and counted by label', async () => {
    const found = await labelMistakes({ file: table(), ...page });
    expect(found.total).toBe(4);
    expect(told(found.items)).toEqual([
      '/4.png false red',
      '/1.png missed blue',
      '/2.png false red',
      '/5.png missed blue',
    ]);
    expect(found.counts).toEqual([
      { name: 'red', missed: 0, false: 2 },
      { name: 'blue', missed: 2, false: 0 },
      { name: 'old', missed: 0, false: 0 },
    ]);
    expect(found.items[1]).toEqual({
      path: '/1.png',
      label: 'blue',
      kind: 'missed',
      probability: 0.2,
      actual: ['red', 'blue'],
      predicted: ['red'],
      missing: true,
    });
  });

  it('are filtered by label and kind, and come in pages', async () => {
    const file = table();
    const missed = await labelMistakes({ file, kind: 'missed', ...page });
    expect(told(missed.items)).toEqual(['/1.png missed blue', '/5.png missed blue']);
    const red = await labelMistakes({ file, label: 'red', offset: 1, count: 1 });
    expect(red.total).toBe(2);
    expect(told(red.items)).toEqual(['/2.png false red']);
    expect(red.counts[1]).toEqual({ name: 'blue', missed: 2, false: 0 });
    expect((await labelMistakes({ file, label: 'old', ...page })).items).toEqual([]);
  });

  it('cannot be told where the table is gone', async () => {
    const file = path.join(folder, 'none.csv');
    await expect(labelMistakes({ file, ...page })).rejects.toMatchObject({
      code: 'evaluation-missing',
    });
  });
});
