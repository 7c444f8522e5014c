/** Pages of the objects of a prediction job while its list grows, and the same in other formats. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { encodeMask } from '../geometry/run-length.ts';
import type { PredictedObject, PredictedObjects } from '../predictions/prediction.ts';
import { predictionText } from '../predictions/prediction-text.ts';
import { ObjectsReader, saveObjectsAs } from './objects-reader.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-objects-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'predictions.json');
const classes = [
  { name: 'car', id: 3, colour: [255, 0, 0] as const },
  { name: 'dog "Rex"', id: 7 },
];
const [width, height] = [12, 9];

function object(label: number, score: number, hasMask = false): PredictedObject {
  const inside = Uint8Array.from({ length: width * height }, (_, i) =>
    i % width < 4 && i < 5 * width ? 1 : 0,
  );
  const mask = hasMask ? { mask: encodeMask(inside, height, width) } : {};
  return { label, score, box: [0, 0, 4.004, 5], ...mask };
}

const found: PredictedObjects[] = [
  [object(0, 0.9, true), object(1, 0.3)],
  [object(1, 0.6)],
  [],
].map((objects, i) => ({
  path: path.join(folder, 'images', `a "b" ${i}.png`),
  width,
  height,
  objects,
}));

beforeAll(async () => {
  for (const { path: at } of found) await writeSmallImage(path.dirname(at), path.basename(at), 1);
});

const text = predictionText('json', 'objects', classes);
const order = { file, classes, offset: 0, count: 10, threshold: 0.05 };

it('reads what is there while the list grows', async () => {
  const reader = new ObjectsReader();
  expect(await reader.page(order)).toMatchObject({ all: 0, total: 0, counts: [0, 0], items: [] });
  writeFileSync(file, text.head + text.text(found[0]!, 0));
  const first = await reader.page(order);
  expect(first).toMatchObject({ all: 1, total: 1, counts: [1, 1] });
  expect(first.classes).toEqual([
    { name: 'car', colour: '#ff0000' },
    { name: 'dog "Rex"', colour: '#008000' },
  ]);
  expect(first.items[0]!.objects).toEqual([
    { label: 0, score: 0.9, box: [0, 0, 4, 5], outlines: [[0, 0, 4, 0, 4, 5, 0, 5]] },
    { label: 1, score: 0.3, box: [0, 0, 4, 5] },
  ]);
  appendFileSync(file, text.text(found[1]!, 1) + text.text(found[2]!, 2) + text.tail);
  const all = await reader.page({ ...order, threshold: 0.5 });
  expect(all).toMatchObject({ all: 3, total: 3, threshold: 0.5, counts: [1, 1] });
  const dogs = await reader.page({ ...order, class: 'dog "Rex"', threshold: 0.5 });
  expect(dogs).toMatchObject({ all: 3, total: 1 });
  expect(dogs.items.map(({ path: at, row }) => [at, row])).toEqual([[found[1]!.path, 1]]);
  expect((await reader.page({ ...order, offset: 2 })).items).toHaveLength(1);
});

it('writes the objects of a score and a class in every format', async () => {
  const save = (format: Parameters<typeof saveObjectsAs>[0]['format'], target: string) =>
    saveObjectsAs({
      file,
      classes,
      task: 'instances',
      model: 'tiny',
      data: [path.join(folder, 'images')],
      threshold: 0.5,
      format,
      target: path.join(folder, target),
    });
  const read = (...names: string[]) => readFileSync(path.join(folder, ...names), 'utf8');
  expect(await save('coco', 'coco')).toEqual({ images: 3, objects: 2 });
  const { categories, annotations, images } = JSON.parse(read('coco', 'annotations.json'));
  expect(categories.map(({ id }: { id: number }) => id)).toEqual([3, 7]);
  expect(annotations.map((one: { category_id: number }) => one.category_id)).toEqual([3, 7]);
  expect(images[0].file_name).toBe('a "b" 0.png');
  // A second time it replaces the first.
  expect(await save('coco', 'coco')).toEqual({ images: 3, objects: 2 });
  await save('yolo', 'yolo');
  expect(read('yolo', 'labels', 'a "b" 1.txt')).toMatch(/^1 /);
  expect(read('yolo', 'labels', 'a "b" 2.txt')).toBe('');
  await save('labelme', 'labelme');
  expect(JSON.parse(read('labelme', 'a "b" 0.json')).shapes).toHaveLength(1);
  await save('overlay', 'overlay');
  expect(readFileSync(path.join(folder, 'overlay', 'a "b" 0.jpg')).length).toBeGreaterThan(100);
  await save('json', 'objects.json');
  expect(read('objects.json')).toBe(
    predictionOf(found.map((one) => ({ ...one, objects: one.objects.filter(isSure) }))),
  );
  const order = { file, classes, task: 'instances', model: 'tiny', data: [folder] } as const;
  const target = path.join(folder, 'objects.csv');
  const only = { ...order, target, format: 'csv', threshold: 0.05, class: 'car' } as const;
  expect(await saveObjectsAs(only)).toEqual({ images: 3, objects: 1 });
  expect(read('objects.csv').split('\n')).toHaveLength(5);
});

function isSure({ score }: PredictedObject): boolean {
  return score >= 0.5;
}

function predictionOf(images: readonly PredictedObjects[]): string {
  return [text.head, ...images.map((one, i) => text.text(one, i)), text.tail].join('');
}

it('leaves out objects without an area, which readers of labels refuse', async () => {
  const flat = path.join(folder, 'flat.json');
  const empty = encodeMask(new Uint8Array(width * height), height, width);
  const objects = [
    { ...object(0, 0.9), box: [3, 3, 0, 2] as const },
    { ...object(0, 0.8), box: [3, 3, 2, 0.001] as const },
    { ...object(0, 0.7), mask: empty },
    object(1, 0.6, true),
  ];
  writeFileSync(flat, predictionOf([{ ...found[0]!, objects }]));
  const target = path.join(folder, 'flat');
  const save = { file: flat, classes, task: 'instances', model: 'tiny', threshold: 0.5, target };
  const data = [path.join(folder, 'images')];
  expect(await saveObjectsAs({ ...save, data, format: 'yolo' })).toEqual({ images: 1, objects: 1 });
});

it('refuses another list by name', async () => {
  const other = path.join(folder, 'other.json');
  writeFileSync(other, '[\n{"path":"a.png","predicted":"car"}\n]\n');
  await expect(new ObjectsReader().page({ ...order, file: other })).rejects.toMatchObject({
    code: 'predictions-missing',
  });
});
