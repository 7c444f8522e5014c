/** Labelled sets that are made from predictions, with a real tools process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { predictionsText } from '../../contract/predictions-text.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { ToolsClient } from '../tools-client.ts';
import { Datasets } from './datasets.ts';
import { LabelSets } from './label-sets.ts';

const IMAGES = 4;
let base: string;
let tools: ToolsClient;
let datasets: Datasets;
let sets: LabelSets;
const at = (...names: string[]) => path.join(base, ...names);

beforeEach(async () => {
  base = mkdtempSync(path.join(os.tmpdir(), 'conmim-label-sets-'));
  const text = predictionsText('csv', ['cat', 'dog']);
  const lines: string[] = [];
  for (let i = 0; i < IMAGES; i++) {
    await writeSmallImage(base, `${i}.png`, i);
    const predicted = { predicted: 'cat', confidence: 0.9, probabilities: [0.9, 0.1] };
    lines.push(text.line({ path: at(`${i}.png`), ...predicted }));
  }
  writeFileSync(at('p.csv'), text.head + lines.join(''));
  tools = new ToolsClient();
  datasets = await Datasets.open(at('workspace'), tools, { onDataset() {}, onRemoved() {} });
  sets = new LabelSets(at('workspace'), datasets, tools);
});
afterEach(async () => {
  sets.close();
  datasets.close();
  await tools.dispose();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

const label = (set: string, row: number, labels: string[], several = false) =>
  sets.label(set, { file: at('p.csv'), several, rows: [{ row, labels }] });

it('keeps several labels an image apart', async () => {
  await label('both', 0, ['cat', 'dog'], true);
  await label('both', 1, ['dog'], true);
  const { id } = await label('both', 2, [], true);
  expect(datasets.get(id)).toMatchObject({ several: true, labelSeparator: ';' });
  await expect
    .poll(() => datasets.get(id).report?.classes)
    .toEqual([
      { name: 'cat', images: 1 },
      { name: 'dog', images: 2 },
    ]);
});

it('refuses several labels in a set of one label an image', async () => {
  const { folders } = await label('one', 0, ['cat']);
  const before = readFileSync(folders[0]!, 'utf8');
  await expect(label('one', 1, ['cat', 'dog'], true)).rejects.toMatchObject({
    code: 'label-set-single',
  });
  expect(readFileSync(folders[0]!, 'utf8')).toBe(before);
});

it('is one data set when labels are given at once', async () => {
  const found = await Promise.all([0, 1, 2, 3].map((row) => label('mine', row, ['cat'])));
  expect(new Set(found.map(({ id }) => id)).size).toBe(1);
  expect(datasets.list()).toHaveLength(1);
  expect(readFileSync(found[0]!.folders[0]!, 'utf8').trim().split('\n')).toHaveLength(1 + IMAGES);
});

it('has a list of its own for each name, and keeps it when it is renamed', async () => {
  const names = ['vit v1.2', 'vit v1-2', 'vit v1/2', 'Vit V1-2'];
  const lists: string[] = [];
  for (const [row, name] of names.entries())
    lists.push((await label(name, row, ['cat'])).folders[0]!);
  expect(new Set(lists.map((list) => list.toLowerCase())).size).toBe(names.length);
  expect(datasets.list()).toHaveLength(names.length);
  for (const [i, name] of names.entries()) {
    expect(sets.fileOf(name)).toBe(lists[i]);
    expect((await label(name, i, ['dog'])).name).toBe(name);
  }
  const { id } = datasets.list().find(({ name }) => name === 'vit v1.2')!;
  await datasets.rename(id, 'another');
  expect(sets.fileOf('another')).toBe(lists[0]);
});
