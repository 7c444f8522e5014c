import { expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import {
  type DepthPredictions,
  depthLoss,
  type LearntObjects,
  lossCounts,
  lossDivisors,
} from './object-loss.ts';
import { drawPoints, uncertainPoints } from './sample-points.ts';

const [Q, CLASSES] = [6, 3];
const size = { rows: 4, cols: 4 };
const weights = { class: 2, noObject: 0.1, box: 5, giou: 2, mask: 5, dice: 5 };
const random = new RandomStream(3, 'test');
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());

const objects: LearntObjects = {
  classes: Int32Array.of(0, 2),
  boxes: Float32Array.of(0.3, 0.3, 0.2, 0.4, 0.7, 0.6, 0.3, 0.3),
  ignored: new Float32Array(),
  masks: Uint8Array.from({ length: 2 * 16 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
  hasMask: Uint8Array.of(1, 0),
};
const predicted: DepthPredictions = {
  classes: normals(Q * (CLASSES + 1)),
  boxes: normals(Q * 4),
  masks: { ...size, values: normals(Q * 16) },
};

function lossOf(given: DepthPredictions, wanted: LearntObjects = objects) {
  const slopes = {
    classes: new Float64Array(given.classes.length),
    boxes: given.boxes && new Float64Array(given.boxes.length),
    masks: given.masks && new Float64Array(given.masks.values.length),
  };
  const divisors = lossDivisors(lossCounts([wanted], Q, weights));
  const rules = { queries: Q, weights, points: 32, divisors, maskSize: size };
  const found = depthLoss(given, wanted, rules, drawPoints(1, 2, 3, 0, 32), slopes);
  return { ...found, slopes };
}

it('has the slopes of its value', () => {
  const { slopes } = lossOf(predicted);
  const check = (
    name: 'classes' | 'boxes' | 'masks',
    values: ArrayLike<number>,
    change: (values: Float64Array) => DepthPredictions,
  ) => {
    for (let at = 0; at < values.length; at++) {
      const moved = (by: number) => {
        const copy = Float64Array.from(values);
        copy[at]! += by;
        return lossOf(change(copy)).loss;
      };
      const numeric = (moved(1e-6) - moved(-1e-6)) / 2e-6;
      expect(Math.abs(numeric - slopes[name]![at]!), `${name} ${at}`).toBeLessThan(1e-5);
    }
  };
  check('classes', predicted.classes, (classes) => ({ ...predicted, classes }));
  check('boxes', predicted.boxes!, (boxes) => ({ ...predicted, boxes }));
  check('masks', predicted.masks!.values, (values) => ({
    ...predicted,
    masks: { ...size, values },
  }));
});

it('learns the masks of objects that have one, and boxes of all', () => {
  const { pairs, slopes } = lossOf(predicted);
  expect(pairs.map(({ object }) => object).sort()).toEqual([0, 1]);
  for (const { query, object } of pairs) {
    const ofMask = slopes.masks!.filter((_, i) => i % Q === query);
    expect(ofMask.some((slope) => slope !== 0)).toBe(object === 0);
    expect(slopes.boxes!.subarray(4 * query, 4 * query + 4).some((slope) => slope !== 0)).toBe(
      true,
    );
  }
});

it('tells a query on an ignored place nothing, and others that they have no object', () => {
  const logits = Float64Array.from(predicted.boxes!);
  logits.set([0, 0, -3, -3], 4 * 5);
  const given = { ...predicted, boxes: logits };
  const paired = lossOf(given).pairs.map(({ query }) => query);
  expect(paired).not.toContain(5);
  const ignored = Float32Array.of(0.5, 0.5, 0.2, 0.2);
  const ofQuery = (wanted: LearntObjects) => [...lossOf(given, wanted).slopes.classes.subarray(20)];
  expect(ofQuery(objects).every((slope) => slope !== 0)).toBe(true);
  expect(ofQuery({ ...objects, ignored })).toEqual([0, 0, 0, 0]);
});

it('has only queries without an object in an image without one, and never divides by 0', () => {
  const none = {
    classes: new Int32Array(),
    boxes: new Float32Array(),
    ignored: new Float32Array(),
  };
  const { loss, pairs, slopes } = lossOf(predicted, none);
  expect(pairs).toEqual([]);
  expect(loss).toBeGreaterThan(0);
  expect(slopes.boxes!.every((slope) => slope === 0)).toBe(true);
});

it('assigns as many objects as there are queries where there are more', () => {
  const many: LearntObjects = {
    classes: new Int32Array(9),
    boxes: new Float32Array(36).fill(0.3),
    ignored: new Float32Array(),
  };
  expect(lossOf(predicted, many).pairs).toHaveLength(Q);
});

it('is NaN where a prediction is, without an error', () => {
  const classes = Float64Array.from(predicted.classes);
  classes[2] = Number.NaN;
  expect(lossOf({ ...predicted, classes }).loss).toBeNaN();
});

it('takes three of four points where the mask is least certain', () => {
  const values = Float64Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 0.01 : 5));
  const map = { ...size, values, stride: 1, start: 0 };
  const points = uncertainPoints(map, drawPoints(0, 0, 0, 0, 400), 400);
  const left = points.filter((_, i) => i % 2 === 0 && i < 600).filter((x) => x < 0.6);
  expect(points).toHaveLength(800);
  expect(left.length).toBeGreaterThan(290);
});
