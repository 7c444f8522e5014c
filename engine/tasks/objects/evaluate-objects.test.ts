import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { objectsEvaluationSchema } from '../../contract/studio/evaluations.ts';
import type { DenseImage, DenseObject } from '../../data/targets/dense-types.ts';
import { RandomStream } from '../../random/philox.ts';
import { evaluateObjects } from './evaluate-objects.ts';
import { objectsReport, objectsSummary } from './report.ts';
import type { ObjectPredictor, ViewPredictions } from './types.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-evaluate-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CLASSES = ['red', 'green', 'blue'];
const SIDE = 64;
const OPTIONS = { maxBroken: 0.5, worst: 3 };

/** A dark image with one rectangle of full colour for each class, apart from each other. */
function write(name: string, width: number, height: number, labels: readonly number[]): DenseImage {
  const random = new RandomStream(width, 'test', height);
  const data = new Uint8Array(3 * width * height);
  const objects = labels.map((label): DenseObject => {
    const third = Math.floor(width / 3);
    const across = Math.floor(third * random.between(0.5, 0.9));
    const down = Math.floor(height * random.between(0.3, 0.9));
    const left = label * third + random.integer(third - across);
    const top = random.integer(height - down);
    for (let y = top; y < top + down; y++)
      for (let x = left; x < left + across; x++) data[3 * (y * width + x) + label] = 255;
    const [right, bottom] = [left + across, top + down];
    const polygons = [[left, top, right, top, right, bottom, left, bottom]];
    const box = [left, top, across, down] as const;
    return { label, box, mask: { polygons }, crowd: false, area: undefined, record: 1 };
  });
  const file = path.join(folder, `${name}.png`);
  writeFileSync(file, encode({ width, height, data, channels: 3 }));
  return { path: file, width, height, bytes: 0, hash: name, format: 'png', objects };
}

const set = {
  classes: CLASSES.map((name, id) => ({ name, id })),
  images: [
    write('wide', 120, 50, [0, 2]),
    write('tall', 60, 150, [0, 1, 2]),
    write('small', 40, 40, [1]),
    write('empty', 30, 90, []),
    write('square', 64, 64, [0, 1]),
  ],
};

/** Reads the colours of a view: one query a class, of which those without a pixel find nothing. */
function readColours(images: Float32Array, batchSize: number, masks: boolean): ViewPredictions {
  const [plane, queries] = [SIDE * SIDE, CLASSES.length];
  const found = {
    classes: new Float32Array(batchSize * queries * (queries + 1)),
    boxes: new Float32Array(batchSize * queries * 4),
    masks: new Float32Array(batchSize * plane * queries),
  };
  for (let at = 0; at < batchSize; at++)
    for (let query = 0; query < queries; query++) {
      const channel = images.subarray((3 * at + query) * plane, (3 * at + query + 1) * plane);
      let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
      for (const [i, value] of channel.entries()) {
        // The ground is dark, and padding grey.
        found.masks[(at * plane + i) * queries + query] = value > 0.5 ? 9 : -9;
        if (value <= 0.5) continue;
        const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
        [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
      }
      const row = (at * queries + query) * (queries + 1);
      found.classes[row + (right > 0 ? query : queries)] = 8;
      const box = [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top];
      found.boxes.set(
        box.map((value) => value / SIDE),
        (at * queries + query) * 4,
      );
    }
  const { classes, boxes } = found;
  return masks ? found : { classes, boxes };
}

function colourPredictor(masks: boolean): ObjectPredictor {
  const batchSize = 2;
  return {
    imageSize: [SIDE, SIDE],
    channels: 3,
    valueRange: 'type',
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    classes: CLASSES.length,
    queries: CLASSES.length,
    grid: masks ? { rows: SIDE, cols: SIDE } : undefined,
    batchSize,
    predict: async (images) => readColours(images, batchSize, masks),
  };
}

describe('evaluation of objects', () => {
  it.each([false, true])(
    'finds in images of any size what a network sees, masks: %s',
    async (masks) => {
      const found = await evaluateObjects(set, colourPredictor(masks), OPTIONS);
      const report = objectsReport(masks ? 'instances' : 'detect', found, CLASSES, {
        resamples: 20,
      });
      const shown = await evaluateObjects(set, colourPredictor(masks), {
        ...OPTIONS,
        pictures: true,
      });
      const { images = [], legend } = objectsSummary(shown).pictures ?? {};
      expect(images.map(({ path: at }) => path.basename(at, '.png'))).toEqual([
        'wide',
        'tall',
        'empty',
        'square',
      ]);
      expect(legend?.map(({ name }) => name)).toEqual(CLASSES);
      // What is found is nearly what is labelled, and both are more than the image.
      const [plain, truth, predicted] = images[0]!.views.map(({ picture }) => picture.data);
      const differs = (a: Uint8Array, b: Uint8Array) =>
        a.filter((value, i) => value !== b[i]).length;
      expect(differs(plain!, truth!)).toBeGreaterThan(100);
      expect(differs(truth!, predicted!)).toBeLessThan(differs(plain!, truth!));
      // The inside of the first object is filled where masks are predicted.
      const { path: first } = images[0]!;
      const { box, mask } = [...set.images].find((one) => one.path === first)!.objects![0]!;
      expect(mask).toBeDefined();
      const { width, height } = images[0]!.views[0]!.picture;
      expect([width, height]).toEqual([120, 50]);
      const [x, y] = [Math.round(box[0] + box[2] / 2), Math.round(box[1] + box[3] / 2)];
      const inside = (data: Uint8Array) => [...data.subarray(3 * (y * width + x)).slice(0, 3)];
      for (const data of [truth!, predicted!])
        expect(String(inside(data)) === String(inside(plain!))).toBe(!masks);
      const notes = images.map(({ views }) => views.map(({ note }) => note));
      const nothing = [undefined, undefined, 'No score reaches 50 %'];
      expect(notes.map(String)).toEqual([',,', ',,', String(nothing), ',,']);
      const { values, primary } = report.evaluation;
      expect(primary).toEqual({ name: 'AP', better: 'higher' });
      expect(values['AP50']).toBe(1);
      expect(values['AP']).toBeGreaterThan(0.8);
      expect(values).not.toHaveProperty('APlarge', null);
      expect('boxAP' in values).toBe(masks);
      expect(report.evaluation.objects).toBe(8);
      const { AP, AP50, AP75, AR100, boxAP } = values;
      const followed = { AP, AP50, AP75, AR100, ...(masks && { boxAP }) };
      expect(objectsSummary(found).values).toEqual(followed);
      expect(report.record).toMatchObject({ type: 'metrics', n: 5, objects: 8, AP: values['AP'] });
      expect(found.outcomes.map(({ objects, missed, wrong }) => [objects, missed, wrong])).toEqual(
        [2, 3, 1, 0, 2].map((objects) => [objects, 0, 0]),
      );
    },
  );

  it('writes what pages read', async () => {
    const found = await evaluateObjects(set, colourPredictor(true), OPTIONS);
    const { evaluation, tables, lines } = objectsReport('instances', found, CLASSES, {
      resamples: 20,
    });
    const text = JSON.parse(JSON.stringify(evaluation));
    expect(objectsEvaluationSchema.safeParse(text).error).toBeUndefined();
    const rows = Object.fromEntries(
      Object.entries(tables()).map(([name, table]) => [name, [...table.rows].length]),
    );
    expect(rows).toEqual({
      'images.csv': 5,
      'per-class.csv': 3,
      'boxes.csv': 3,
      'curves.csv': 202,
    });
    expect(lines[0]).toBe('On 5 images with 8 objects of 3 classes:');
  });

  it('names the worst images first, with what was missed and what is wrong', async () => {
    const [wide, tall, small, empty, square] = set.images as DenseImage[];
    const swapped = { ...small!, objects: small!.objects!.map((one) => ({ ...one, label: 2 })) };
    const more = { ...square!, objects: [...square!.objects!, ...tall!.objects!.slice(2)] };
    const images = [wide!, swapped, empty!, { ...more, objects: more.objects.slice(1) }];
    const found = await evaluateObjects({ ...set, images }, colourPredictor(false), OPTIONS);
    // In the second a prediction of a low score has the labelled class.
    expect(found.worst).toMatchObject([
      { path: square!.path, objects: 2, missed: 1, wrong: 1, AP: expect.closeTo(0.5) },
      { path: small!.path, objects: 1, missed: 1, wrong: 1, AP: expect.closeTo(0.8) },
      { path: wide!.path, missed: 0, wrong: 0 },
    ]);
    const { mistakes } = objectsReport('detect', found, CLASSES, { resamples: 5 }).evaluation;
    expect(mistakes![1]).toMatchObject({ truths: [{ label: 2 }], found: [{ label: 1 }] });
  });

  it('leaves out images that are gone, and names them', async () => {
    const gone = { ...write('gone', 20, 20, []), path: path.join(folder, 'nothing.png') };
    const images = [gone, ...set.images];
    const found = await evaluateObjects({ ...set, images }, colourPredictor(false), OPTIONS);
    expect(found.leftOut).toMatchObject([{ position: 0, path: gone.path }]);
    expect(found.outcomes.map((one) => one.path)).toEqual([...set.images].map((one) => one.path));
    expect(objectsSummary(found).values['AP50']).toBe(1);
  });

  it('refuses images without any object', async () => {
    const images = [set.images.at(3)!];
    const found = await evaluateObjects({ ...set, images }, colourPredictor(false), OPTIONS);
    expect(() => objectsSummary(found)).toThrow('None of the images has an object to find');
    expect(() => objectsReport('detect', found, CLASSES)).toThrow('has an object to find');
  });

  it('counts an object without a mask as neither found nor missed', async () => {
    const [wide] = set.images as [DenseImage];
    const objects = wide.objects!.map(({ mask, ...one }, i) =>
      i === 0 ? one : { ...one, mask: mask! },
    );
    const found = await evaluateObjects(
      { ...set, images: [{ ...wide, objects }] },
      colourPredictor(true),
      OPTIONS,
    );
    expect(found.outcomes).toMatchObject([{ objects: 1, missed: 0, wrong: 0 }]);
    const { evaluation } = objectsReport('instances', found, CLASSES, { resamples: 5 });
    expect(evaluation.masks!.perClass.map(({ truths }) => truths)).toEqual([0, 0, 1]);
    expect(evaluation.boxes.perClass.map(({ truths }) => truths)).toEqual([1, 0, 1]);
  });
});
