import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PredictionRow, predictionsText } from '../contract/predictions-text.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import { exportHuggingFace } from '../models/export/hugging-face.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { exportTimm } from '../models/export/timm.ts';
import type { Model } from '../models/model.ts';
import { RandomStream } from '../random/philox.ts';
import { evaluate } from './evaluate.ts';
import { predict } from './predict.ts';
import type { PredictOrder } from './predict-order.ts';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const model = tinyModel({ pooling: 'mean' });
const classes = model.head!.classes;

async function picture(file: string, id: number): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  const random = new RandomStream(5, 'test', id);
  const [width, height] = [20 + random.integer(9), 18 + random.integer(9)];
  const data = Buffer.from(Array.from({ length: width * height * 3 }, () => random.integer(256)));
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-predict-'));
  await exportSafetensors(at('model.safetensors'), model);
  let id = 0;
  for (const name of classes)
    for (let i = 0; i < 30; i++) await picture(at('images', name, `${i}.png`), id++);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const noDense = () => Promise.reject(new Error('no classifier'));

interface Ran {
  readonly rows: PredictionRow[];
  readonly leftOut: LeftOut[];
  readonly images: number;
}

async function run(over: Partial<PredictOrder> = {}): Promise<Ran> {
  const rows: PredictionRow[] = [];
  const leftOut: LeftOut[] = [];
  const { images } = await predict({
    workspace: root,
    model: { reference: at('model.safetensors') },
    data: [at('images')],
    device: 'cpu',
    onStart: () => {},
    onDenseStart: noDense,
    onRows: (some) => void rows.push(...some),
    onLeftOut: (image) => leftOut.push(image),
    ...over,
  });
  return { rows, leftOut, images };
}

/** A table's rows by path, without these columns. */
function byPath(csv: string, without: readonly string[]): Map<string, string> {
  const [head, ...lines] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const kept = [...head!.keys()].filter((i) => !without.includes(head![i]!));
  return new Map(lines.map((line) => [line[0]!, kept.map((i) => line[i]).join()]));
}

async function compareWithEvaluate(
  reference: string,
  data: string,
  rows: PredictionRow[],
  over: object,
) {
  const out = mkdtempSync(at('results-'));
  const order = { workspace: root, model: { reference }, device: 'cpu', data, out, ...over };
  await evaluate(order);
  const table = await readFile(path.join(out, 'predictions.csv'), 'utf8');
  const { head, line } = predictionsText('csv', classes);
  const own = head + rows.map((row) => line(row)).join('');
  const judged = byPath(table, ['label', 'labels', 'correct']);
  expect(judged.size).toBe(rows.length);
  return { own, judged };
}

describe('predict', () => {
  it('gives the numbers of evaluate, to the last digit', async () => {
    const { rows, leftOut, images } = await run();
    expect([rows.length, leftOut.length, images]).toEqual([90, 0, 90]);
    const { own, judged } = await compareWithEvaluate(
      at('model.safetensors'),
      at('images'),
      rows,
      {},
    );
    expect(byPath(own, [])).toEqual(judged);
    const few = await run({
      data: [at('images', classes[1]!), at('images', classes[0]!, '3.png')],
    });
    expect(few.rows).toHaveLength(31);
    for (const row of few.rows) expect(rows).toContainEqual(row);
  });

  it('does so for several labels with independent probabilities', async () => {
    const several: Model = {
      ...model,
      head: { ...model.head!, task: 'multilabel' },
      about: { recipe: { threshold: 0.3 } },
    };
    await exportSafetensors(at('several.safetensors'), several);
    const names = classes.flatMap((name) =>
      [0, 1, 2, 3].map((i) => `images/${name}/${i}.png,${name}`),
    );
    writeFileSync(at('list.csv'), ['path,label', ...names].join('\n'));
    const data = classes.flatMap((name) => [0, 1, 2, 3].map((i) => at('images', name, `${i}.png`)));
    const { rows } = await run({ model: { reference: at('several.safetensors') }, data });
    const { own, judged } = await compareWithEvaluate(
      at('several.safetensors'),
      at('list.csv'),
      rows,
      {},
    );
    expect(byPath(own, ['confidence'])).toEqual(judged);
    for (const { predicted, confidence, probabilities } of rows) {
      const over = classes.filter((_, c) => probabilities[c]! > 0.3);
      expect(predicted).toEqual(over);
      const sureness = probabilities.map((p) => (p > 0.3 ? p : 1 - p));
      expect(confidence).toBeCloseTo(Math.min(...sureness), 6);
    }
  });

  it.each([
    ['timm', exportTimm],
    ['hf', exportHuggingFace],
  ])('takes the folder that was exported as %s', async (name, write) => {
    await write(at(name), model);
    const { rows } = await run({ model: { reference: at(name) } });
    expect(rows).toEqual((await run()).rows);
  });

  it('leaves out and names what cannot be decoded, and nothing else', async () => {
    await picture(at('mixed', 'a.png'), 500);
    await picture(at('mixed', 'deep', 'c.png'), 501);
    writeFileSync(at('mixed', 'b.png'), 'no image');
    writeFileSync(at('mixed', 'notes.txt'), 'no image');
    writeFileSync(at('mixed', 'README'), 'no image');
    const { rows, leftOut, images } = await run({ data: [at('mixed')] });
    expect(rows.map(({ path: file }) => file)).toEqual([
      at('mixed', 'a.png'),
      at('mixed', 'deep', 'c.png'),
    ]);
    expect(images).toBe(2);
    expect(leftOut).toEqual([
      { path: at('mixed', 'b.png'), reason: 'content is not of a known image format' },
    ]);
    const own = run({ data: [at('mixed', 'b.png')] });
    await expect(own).rejects.toMatchObject({ code: 'too-many-broken-images' });
    await expect(run({ data: [at('nowhere')] })).rejects.toMatchObject({ code: 'file-missing' });
    mkdirSync(at('empty'));
    await expect(run({ data: [at('empty')] })).rejects.toMatchObject({ code: 'no-images' });
  });

  it('refuses a network without classes with advice', async () => {
    const { head: _, ...trunk } = tinyModel();
    await exportSafetensors(at('trunk.safetensors'), trunk);
    await expect(run({ model: { reference: at('trunk.safetensors') } })).rejects.toMatchObject({
      code: 'model-without-classifier',
      advice: expect.stringContaining('conmim finetune'),
    });
  });

  it('ends on request with the results so far', async () => {
    const controller = new AbortController();
    const rows: PredictionRow[] = [];
    const { stopped, images } = await predict({
      workspace: root,
      model: { reference: at('model.safetensors') },
      data: [at('images')],
      device: 'cpu',
      signal: controller.signal,
      onStart: () => {},
      onDenseStart: noDense,
      onLeftOut: () => {},
      onRows(some) {
        rows.push(...some);
        controller.abort();
      },
    });
    expect([stopped, images, rows.length]).toEqual([true, 64, 64]);
  });
});

describe('watching', () => {
  it('classifies new images once they can be decoded, and survives the removal of its folder', async () => {
    const controller = new AbortController();
    const inbox = at('inbox');
    await picture(path.join(inbox, 'first.png'), 600);
    const whole = await readFile(at('images', classes[0]!, '0.png'));
    const events: string[] = [];
    const until = (event: string) => vi.waitFor(() => expect(events).toContain(event), 20_000);
    const found = run({
      data: [inbox],
      watch: true,
      lookMs: 20,
      signal: controller.signal,
      onRows: (some) => void events.push(...some.map(({ path: file }) => path.basename(file))),
      onLeftOut: ({ path: file }) => void events.push(`not ${path.basename(file)}`),
      onWaiting([gone], counts) {
        if (gone === inbox) events.push('gone', `${counts.images} images`);
      },
    });
    await until('first.png');
    writeFileSync(path.join(inbox, 'half.png'), whole.subarray(0, 300));
    await until('not half.png');
    writeFileSync(path.join(inbox, 'half.png'), whole);
    await until('half.png');
    renameSync(inbox, `${inbox}-elsewhere`);
    await until('gone');
    renameSync(`${inbox}-elsewhere`, inbox);
    await picture(path.join(inbox, 'last.png'), 601);
    await until('last.png');
    controller.abort();
    const { images } = await found;
    const atLast = ['gone', '2 images', 'last.png'];
    expect(events).toEqual(['first.png', 'not half.png', 'half.png', ...atLast]);
    expect(images).toBe(3);
  });
});
