import { describe, expect, it } from 'vitest';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { mostConfused, reliabilityBins, shareRows } from './evaluation-text.ts';

const estimate = { value: 0.5, low: 0.4, high: 0.6 };
const evaluation: ClassifierEvaluation = {
  images: 10,
  classes: ['cat', 'dog', 'fox'],
  top1: estimate,
  top5: estimate,
  macroF1: estimate,
  balancedAccuracy: 0.5,
  loss: 1,
  calibration: { error: 0.02 },
  perClass: [
    { name: 'cat', support: 6, predicted: 4, precision: 0.75, recall: 0.5, f1: 0.6 },
    { name: 'dog', support: 4, predicted: 6, precision: 0.5, recall: 0.75, f1: 0.6 },
    { name: 'fox', support: 0, predicted: 0, precision: null, recall: null, f1: null },
  ],
  confusion: [
    [0, 0, 3],
    [0, 1, 3],
    [1, 0, 1],
    [1, 1, 3],
  ],
  mistakes: [],
};

describe('an evaluation', () => {
  it('names what is mixed up most', () => {
    expect(mostConfused(evaluation)).toEqual([
      { actual: 'cat', predicted: 'dog', images: 3, share: 0.5 },
      { actual: 'dog', predicted: 'cat', images: 1, share: 0.25 },
    ]);
  });

  it('is a matrix of shares, also for classes without images', () => {
    const { counts, shares } = shareRows(evaluation);
    expect(counts).toEqual([
      [3, 3, 0],
      [1, 3, 0],
      [0, 0, 0],
    ]);
    expect(shares[1]).toEqual([0.25, 0.75, 0]);
    expect(shares[2]).toEqual([0, 0, 0]);
  });

  it('names what one class is mixed up with, on either side', () => {
    const pairs = mostConfused({ ...evaluation, confusion: [...evaluation.confusion, [0, 2, 2]] });
    expect(pairs.map(({ images }) => images)).toEqual([3, 2, 1]);
    expect(mostConfused(evaluation, 'fox')).toEqual([]);
    expect(mostConfused(evaluation, 'dog')).toHaveLength(2);
  });

  it('keeps bins with images', () => {
    const bins = [
      { from: 0, to: 0.5, images: 0, accuracy: null, confidence: null },
      { from: 0.5, to: 1, images: 10, accuracy: 0.6, confidence: 0.8 },
    ];
    const kept = reliabilityBins({ error: 0.2, bins });
    expect(kept).toEqual([bins[1]]);
    expect(reliabilityBins({ error: 0.2 })).toEqual([]);
  });
});
