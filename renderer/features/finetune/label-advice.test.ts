import { expect, it } from 'vitest';
import {
  countLabels,
  labelsText,
  modeAdvice,
  sawWhileTraining,
  suggestedMode,
} from './label-advice.ts';

const classes = [
  { name: 'cat', images: 400 },
  { name: 'dog', images: 100 },
  { name: 'fox', images: 900 },
  { name: 'empty', images: 0 },
];

it('counts what is left to learn from in each class', () => {
  const labels = countLabels(classes, 0.5)!;
  expect(labels).toEqual({
    images: 700,
    classes: 3,
    typical: 200,
    fewest: { name: 'dog', images: 50 },
  });
  expect(labelsText(labels)).toBe(
    'Trains on about 700 images of 3 classes: about 200 each, the fewest 50 of dog.',
  );
});

it('knows nothing without a scan, and says the rule', () => {
  expect(countLabels(undefined, 1)).toBeUndefined();
  expect(suggestedMode(undefined)).toBe('full');
  expect(modeAdvice(undefined)).toContain('20 labels a class or fewer');
});

it.each([
  [0.01, 'partial:1', 'With 4 labels a class partial fine-tuning of the last block'],
  [1, 'full', 'With 400 labels a class there are enough labels'],
])('with a share of %d it suggests %s', (share, mode, advice) => {
  const labels = countLabels(classes, share);
  expect(suggestedMode(labels)).toBe(mode);
  expect(modeAdvice(labels)).toContain(advice);
});

it.each([
  ['/data/all/labelled', true],
  ['/data/all', true],
  ['/data', true],
  ['/data/all-others', false],
  ['', false],
])('knows whether %s was among what was pre-trained on', (judged, seen) => {
  expect(sawWhileTraining(['/data/all'], judged)).toBe(seen);
});
