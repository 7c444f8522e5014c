import { describe, expect, it } from 'vitest';
import { COCO_SCORES } from '../../contract/coco-scores.ts';
import { StudioError } from '../../contract/errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { RandomStream } from '../../random/philox.ts';
import { DetectionScorer } from './average-precision.ts';
import { DetectionMatcher, type DetectionMatches, type Shapes } from './matches.ts';
import { evaluateDetections } from './report.ts';
import { readStoredMatches, storeMatches } from './stored-matches.ts';
import {
  DETECTION_CASES,
  type DetectionCase,
  detectionCase,
  imagesOf,
} from './testing/detection-cases.ts';
import { type ImageObjects, slowScores } from './testing/slow-scores.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/evaluation/detection/testing/detection.safetensors'),
);
const results = tensors.get('results')!;
const perCase = results.shape[1]!;

function match(images: readonly ImageObjects[], classes: number, shapes: Shapes): DetectionMatches {
  const matcher = new DetectionMatcher(classes, shapes);
  for (const { truths, detections } of images) matcher.add(truths, detections);
  return matcher.finish();
}

const matchCase = (one: DetectionCase) => match(imagesOf(one), one.classes, one.shapes);

/** In the order of `detection_results` in bench/peers/dense_fixtures.py. */
function measured(one: DetectionCase): number[] {
  const scorer = new DetectionScorer(matchCase(one));
  const scores = scorer.scores();
  const perClass = Array.from({ length: 4 }, (_, at) => {
    const precision = at < one.classes ? scorer.ofClass(at)?.precision : undefined;
    return precision === undefined ? -1 : precision.reduce((a, b) => a + b) / precision.length;
  });
  const curve = scorer.curve(0, 0);
  const rising = (values: Float64Array) =>
    values.reduce((sum, value, i) => sum + value * (i + 1), 0);
  const sums = curve === undefined ? [-1, -1] : [rising(curve.precision), rising(curve.scores)];
  return [...COCO_SCORES.map((name) => scores[name] ?? -1), ...perClass, ...sums];
}

describe('average precision', () => {
  it('is that of pycocotools: twelve numbers, classes and curves of boxes and masks', () => {
    expect(results.shape).toEqual([DETECTION_CASES, COCO_SCORES.length + 6]);
    for (let number = 0; number < DETECTION_CASES; number++)
      for (const [i, value] of measured(detectionCase(number)).entries()) {
        const difference = Math.abs(value - Number(results.data[number * perCase + i]));
        expect(difference, `case ${number}, number ${i}: ${value}`).toBeLessThan(1e-9);
      }
  });

  it('has crowds, ties, empty images and classes, and many detections among the cases', () => {
    const cases = Array.from({ length: DETECTION_CASES }, (_, number) => detectionCase(number));
    const share = (is: (one: DetectionCase) => boolean) =>
      cases.filter(is).length / DETECTION_CASES;
    expect(share(({ shapes }) => shapes === 'masks')).toBeCloseTo(1 / 3, 2);
    const someImage = (is: (image: DetectionCase['images'][number]) => boolean) =>
      share(({ images }) => images.some(is));
    expect(someImage(({ truths }) => truths.some(({ crowd }) => crowd))).toBeGreaterThan(0.3);
    expect(someImage(({ truths }) => truths.some(({ ignore }) => ignore))).toBeGreaterThan(0.3);
    expect(someImage(({ truths }) => truths.length === 0)).toBeGreaterThan(0.2);
    expect(someImage(({ detections }) => detections.length === 0)).toBeGreaterThan(0.1);
    expect(someImage(({ detections }) => detections.length > 100)).toBeGreaterThan(0.05);
    const tied = someImage(
      ({ detections }) => new Set(detections.map(({ score }) => score)).size < detections.length,
    );
    expect(tied).toBeGreaterThan(0.3);
    const column = (at: number) =>
      cases.map((_, number) => Number(results.data[number * perCase + at]));
    for (const at of COCO_SCORES.keys()) {
      expect(column(at).filter((value) => value === -1).length).toBeGreaterThan(20);
      expect(column(at).filter((value) => value > 0 && value < 1).length).toBeGreaterThan(300);
    }
  });

  it('is what the definition gives, also with objects that are ignored', () => {
    for (let number = 0; number < 60; number++) {
      const one = detectionCase(number, 10);
      const random = new RandomStream(11, 'test', number);
      const images = imagesOf(one).map(({ truths, detections }) => ({
        truths: truths.map((truth) => ({ ...truth, ignored: random.integer(4) === 0 })),
        detections,
      }));
      const fast = new DetectionScorer(match(images, one.classes, one.shapes)).scores();
      const slow = slowScores(images, one.classes, one.shapes);
      for (const name of COCO_SCORES)
        if (slow[name] === null) expect(fast[name]).toBeNull();
        else expect(fast[name], `case ${number}, ${name}`).toBeCloseTo(slow[name], 10);
    }
  });
});

describe('scores of a resample', () => {
  it('are those of the images repeated, without matching again', () => {
    for (let number = 0; number < 100; number++) {
      const one = detectionCase(number, 12);
      // Copies of an image follow each other at each score, so scores differ within an image.
      const images = imagesOf(one).map(({ truths, detections }) => ({
        truths,
        detections: detections.map((each, i) => ({ ...each, score: each.score + i * 1e-9 })),
      }));
      const random = new RandomStream(13, 'test', number);
      const weights = Uint32Array.from(images, () => random.integer(4));
      const repeated = images.flatMap((image, i) => Array<ImageObjects>(weights[i]!).fill(image));
      const scorer = new DetectionScorer(match(images, one.classes, one.shapes));
      const plain = new DetectionScorer(match(repeated, one.classes, one.shapes));
      expect(scorer.scores(weights)).toEqual(plain.scores());
      expect(scorer.averagePrecision(weights)).toBe(plain.scores().AP);
    }
  });

  it('are the same from stored matches', () => {
    const matches = matchCase(detectionCase(7));
    const stored = JSON.parse(JSON.stringify(storeMatches(matches)));
    expect(readStoredMatches(stored)).toEqual(matches);
    const none = match([], 2, 'boxes');
    expect(readStoredMatches(storeMatches(none))).toEqual(none);
    const broken = { ...stored, arrays: { ...stored.arrays, hits: stored.arrays.place } };
    for (const damaged of [broken, { ...stored, detections: [1e9] }])
      expect(codeOf(() => readStoredMatches(damaged))).toBe('evaluation-invalid');
  });
});

describe('evaluateDetections', () => {
  const names = ['cat', 'dog'];
  const cat = { class: 0, box: [0, 0, 40, 40], area: 1600 } as const;

  it('reports intervals, classes and curves, and names classes without objects', () => {
    const images = [
      { truths: [cat], detections: [{ ...cat, score: 0.9 }] },
      { truths: [cat], detections: [{ ...cat, class: 1, score: 0.8 }] },
      { truths: [], detections: [{ ...cat, score: 0.7 }] },
    ];
    const report = evaluateDetections(match(images, 2, 'boxes'), names, { resamples: 200 });
    expect(report.scores.AP!.value).toBeCloseTo(51 / 101, 12);
    expect(report.scores.AP!.low).toBe(0);
    expect(report.scores.AP!.high).toBe(1);
    expect(report.scores.APmedium!.value).toBeCloseTo(51 / 101, 12);
    expect(report.scores.APsmall).toBeNull();
    const [ofCat, ofDog] = report.perClass;
    expect(ofCat).toMatchObject({ name: 'cat', truths: 2, detections: 2, AR100: 0.5 });
    expect(ofDog).toEqual({
      name: 'dog',
      truths: 0,
      detections: 1,
      AP: null,
      AP50: null,
      AP75: null,
      AR100: null,
    });
    expect(report.withoutTruths).toEqual(['dog']);
    const [half] = report.curves;
    expect(half!.precision.slice(0, 51).every((value) => value > 0.999)).toBe(true);
    expect(half!.precision.slice(51).every((value) => value === 0)).toBe(true);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('refuses images without objects, and objects that are damaged', () => {
    const evaluate = (
      truths: ImageObjects['truths'],
      detections: ImageObjects['detections'] = [],
    ) => codeOf(() => evaluateDetections(match([{ truths, detections }], 2, 'boxes'), names));
    expect(evaluate([])).toBe('evaluation-empty');
    expect(evaluate([{ ...cat, crowd: true }])).toBe('evaluation-empty');
    expect(evaluate([cat], [{ ...cat, score: Number.NaN }])).toBe('evaluation-not-finite');
    expect(evaluate([cat], [{ ...cat, score: 1, box: [0, 0, Infinity, 1] }])).toBe(
      'evaluation-not-finite',
    );
    expect(evaluate([{ ...cat, class: 2 }])).toBe('evaluation-invalid');
    expect(codeOf(() => match([{ truths: [cat], detections: [] }], 2, 'masks'))).toBe(
      'evaluation-invalid',
    );
  });
});

function codeOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error instanceof StudioError ? error.code : error;
  }
  return undefined;
}
