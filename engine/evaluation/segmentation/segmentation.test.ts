import { describe, expect, it } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { RandomStream } from '../../random/philox.ts';
import { boundaryF } from './boundary.ts';
import { type ClassMap, SegmentationCounter, type SegmentationCounts } from './counts.ts';
import { evaluateSegmentation } from './report.ts';
import { classPixels, SEGMENTATION_SCORES, segmentationScores } from './scores.ts';
import { readStoredCounts, storeCounts } from './stored-counts.ts';
import { mapsOf, SEGMENTATION_CASES, segmentationCase } from './testing/segmentation-cases.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/evaluation/segmentation/testing/segmentation.safetensors'),
);
const results = tensors.get('results')!;
const CLASSES = 6;

type Maps = ReturnType<typeof mapsOf>;
function count(maps: Maps, classes: number, options = {}): SegmentationCounts {
  const counter = new SegmentationCounter(classes, options);
  for (const { truth, predicted } of maps) counter.add(truth, predicted);
  return counter.finish();
}
const countCase = (number: number) => {
  const one = segmentationCase(number);
  return count(mapsOf(one), one.classes);
};

describe('scores of segmentation', () => {
  it('are those of torchmetrics, and of DAVIS for boundaries', () => {
    expect(results.shape).toEqual([SEGMENTATION_CASES, 4 + 2 * CLASSES]);
    for (let number = 0; number < SEGMENTATION_CASES; number++) {
      const counts = countCase(number);
      const { iou, boundaryF: boundary } = classPixels(counts);
      const padded = (values: Float64Array) =>
        Array.from({ length: CLASSES }, (_, c) => values[c] ?? Number.NaN);
      const ours = [...segmentationScores(counts).slice(0, 4), ...padded(iou), ...padded(boundary)];
      for (const [i, value] of ours.entries()) {
        const theirs = Number(results.data[number * ours.length + i]);
        const what = `case ${number}, number ${i}: ${value}, ${theirs}`;
        expect(Number.isNaN(value), what).toBe(Number.isNaN(theirs));
        // torchmetrics computes in single precision.
        const tolerance = i < 4 + CLASSES ? 1e-6 : 1e-12;
        if (!Number.isNaN(value)) expect(Math.abs(value - theirs), what).toBeLessThan(tolerance);
      }
    }
  });

  it('are what their definitions give, pixel by pixel', () => {
    for (let number = SEGMENTATION_CASES; number < SEGMENTATION_CASES + 50; number++) {
      const one = segmentationCase(number);
      const pairs = one.images.flatMap(({ truth, predicted }) =>
        truth.map((actual, i) => [actual, predicted[i]!] as const),
      );
      const counted = pairs.filter(([actual]) => actual !== 255);
      const share = (of: readonly unknown[], all: readonly unknown[]) => of.length / all.length;
      const labels = Array.from({ length: one.classes }, (_, c) => c);
      const ious = labels.map((c) => {
        const either = counted.filter(([a, p]) => a === c || p === c);
        return share(
          either.filter(([a, p]) => a === p),
          either,
        );
      });
      const right = counted.filter(([a, p]) => a === p);
      const accuracies = labels.map((c) =>
        share(
          right.filter(([a]) => a === c),
          counted.filter(([a]) => a === c),
        ),
      );
      const mean = (values: readonly number[]) => {
        const defined = values.filter((value) => !Number.isNaN(value));
        return defined.reduce((a, b) => a + b, 0) / defined.length;
      };
      const weighted = counted.reduce((sum, [a]) => sum + ious[a]!, 0) / counted.length;
      const expected = [mean(ious), mean(accuracies), share(right, counted), weighted];
      const counts = count(mapsOf(one), one.classes);
      for (const [i, value] of segmentationScores(counts).slice(0, 4).entries())
        expect(value).toBeCloseTo(expected[i]!, 9);
      for (const a of labels)
        for (const p of labels)
          expect(counts.confusion[a * one.classes + p]).toBe(
            counted.filter(([actual, given]) => actual === a && given === p).length,
          );
    }
  });

  it('of a resample are those of the images repeated', () => {
    for (let number = 0; number < 50; number++) {
      const one = segmentationCase(number);
      const random = new RandomStream(31, 'test', number);
      const maps = mapsOf(one);
      const weights = Uint32Array.from(maps, () => random.integer(4));
      const repeated = maps.flatMap((each, i) => Array<Maps[number]>(weights[i]!).fill(each));
      const weighted = segmentationScores(count(maps, one.classes), weights);
      const plain = segmentationScores(count(repeated, one.classes));
      for (const [i, value] of weighted.entries())
        if (Number.isNaN(value)) expect(plain[i]).toBeNaN();
        else expect(value).toBeCloseTo(plain[i]!, 12);
    }
  });

  it('are the same from stored counts', () => {
    const counts = countCase(4);
    const stored = JSON.parse(JSON.stringify(storeCounts(counts)));
    expect(readStoredCounts(stored)).toEqual(counts);
    expect(() => readStoredCounts({ ...stored, rows: 1 })).toThrow(
      expect.objectContaining({ code: 'evaluation-invalid' }),
    );
  });
});

describe('boundaryF', () => {
  /** By comparing each boundary pixel with each. */
  function slow(
    truth: Uint8Array,
    predicted: Uint8Array,
    height: number,
    width: number,
    reach: number,
  ) {
    const points = (mask: Uint8Array) => {
      const at = (y: number, x: number) => mask[y * width + x];
      const found: (readonly [number, number])[] = [];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const neighbours = [
            [y, x + 1],
            [y + 1, x],
            [y + 1, x + 1],
          ].filter(([ny, nx]) => ny! < height && nx! < width);
          if (neighbours.some(([ny, nx]) => at(ny!, nx!) !== at(y, x))) found.push([y, x]);
        }
      return found;
    };
    const [ours, theirs] = [points(predicted), points(truth)];
    const near = (some: typeof ours, others: typeof ours) =>
      some.length === 0
        ? 1
        : some.filter(([y, x]) =>
            others.some(([oy, ox]) => (oy - y) ** 2 + (ox - x) ** 2 <= reach ** 2),
          ).length / some.length;
    const [precision, recall] = [near(ours, theirs), near(theirs, ours)];
    return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  }

  it('is what comparing all boundary pixels gives', () => {
    for (let number = 0; number < 200; number++) {
      const random = new RandomStream(32, 'test', number);
      const [height, width] = [1 + random.integer(25), 1 + random.integer(25)];
      const density = [0.02, 0.5, 0.98][number % 3]!;
      const [truth, predicted] = [0, 1].map(() =>
        Uint8Array.from({ length: height * width }, () => Number(random.uniform() < density)),
      ) as [Uint8Array, Uint8Array];
      const expected = slow(truth, predicted, height, width, number % 4);
      expect(boundaryF(truth, predicted, height, width, number % 4)).toBeCloseTo(expected, 12);
    }
  });
});

describe('evaluateSegmentation', () => {
  const map = (classes: readonly number[]): ClassMap => ({
    height: 1,
    width: classes.length,
    classes: Uint16Array.from(classes),
  });

  it('reports intervals and classes, and names classes without pixels', () => {
    const maps = [
      { truth: map([0, 0, 1, 255]), predicted: map([0, 0, 0, 1]) },
      { truth: map([1, 1, 1, 1]), predicted: map([1, 1, 1, 1]) },
    ];
    const names = ['sky', 'sea', 'sand'];
    const report = evaluateSegmentation(count(maps, 3), names, { resamples: 200 });
    expect(report.pixels).toBe(7);
    expect(report.scores.mIoU!.value).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12);
    expect(report.scores.pixelAccuracy).toMatchObject({ value: 6 / 7, low: 2 / 3, high: 1 });
    expect(report.perClass[1]).toMatchObject({ truePixels: 5, predictedPixels: 4, accuracy: 0.8 });
    expect(report.perClass[2]).toEqual({
      name: 'sand',
      truePixels: 0,
      predictedPixels: 0,
      iou: null,
      accuracy: null,
      boundaryF: null,
    });
    expect(report.confusion).toEqual([
      [2, 0, 0],
      [1, 4, 0],
      [0, 0, 0],
    ]);
    expect(report.withoutPixels).toEqual(['sand']);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const plain = evaluateSegmentation(count(maps, 3, { boundaries: false }), names);
    expect(plain.scores.boundaryF).toBeNull();
    expect(Object.keys(plain.scores)).toEqual([...SEGMENTATION_SCORES]);
  });

  it.each([
    ['evaluation-empty', map([255]), map([0])],
    ['evaluation-invalid', map([3]), map([0])],
    ['evaluation-invalid', map([0]), map([3])],
    ['evaluation-invalid', map([0]), map([0, 0])],
    ['evaluation-invalid', { ...map([0]), width: 2 }, { ...map([0]), width: 2 }],
  ])('refuses with %s', (code, truth, predicted) => {
    let found: unknown;
    try {
      evaluateSegmentation(count([{ truth, predicted }], 3), ['a', 'b', 'c']);
    } catch (error) {
      found = error instanceof StudioError ? error.code : error;
    }
    expect(found).toBe(code);
  });
});
