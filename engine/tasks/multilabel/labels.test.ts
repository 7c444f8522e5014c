import { expect, it } from 'vitest';
import { balancedWeights, guessedF1, labelsOfImages, labelTargets } from './labels.ts';

const image = (label: number, labels: number[]) => ({ path: '/', label, labels });
const samples = [image(0, [0, 1]), image(1, []), image(2, [1]), image(0, [0, 1]), image(1, [])];

it('tells which labels each image has', () => {
  expect([...labelsOfImages(samples, 3)]).toEqual([1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0]);
});

it('weighs labels by images without over images with them, within limits', () => {
  const weights = [...balancedWeights(samples, 3)];
  expect(weights[0]).toBeCloseTo(3 / 2, 6);
  expect(weights[1]).toBeCloseTo(2 / 3, 6);
  expect(weights[2]).toBe(1);
  const rare = Array.from({ length: 1000 }, (_, i) => image(i === 0 ? 0 : 1, i === 0 ? [0] : [1]));
  expect([...balancedWeights(rare, 2)].map((weight) => Math.round(1000 * weight))).toEqual([
    100_000, 10,
  ]);
});

it('has both labels of mixed images by their shares, and weights on what is there', () => {
  const targetsOf = labelTargets(2, Float32Array.of(2, 1));
  const { targets, labels } = targetsOf([samples[0]!, samples[2]!], 0.75);
  expect([...(labels as Uint8Array)]).toEqual([1, 1, 0, 1]);
  expect([...targets]).toEqual([1.5, 0.25, 1, 0, 0.5, 0.75, 1, 0]);
});

it('knows what guessing gives: precision is the share of labels given, recall is 1', () => {
  const share = 5 / 15;
  expect(guessedF1(samples, 3)).toBeCloseTo((2 * share) / (share + 1), 12);
  expect(guessedF1([image(0, [])], 3)).toBe(0);
  expect(guessedF1([image(0, [0, 1])], 2)).toBe(1);
});
