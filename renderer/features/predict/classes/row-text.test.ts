import { describe, expect, it } from 'vitest';
import { mostLikely, predictedText, sharesText } from './row-text.ts';

describe('a prediction', () => {
  it('is told in words, with several labels or none', () => {
    expect(predictedText({ predicted: ['cat'], confidence: 0.931 })).toBe('cat, 93.1 %');
    expect(predictedText({ predicted: ['cat', 'dog'], confidence: 0.6 })).toBe(
      'cat and dog, 60.0 %',
    );
    expect(predictedText({ predicted: [], confidence: 0.88 })).toBe('no label, 88.0 %');
  });

  it('has its most likely classes first', () => {
    const shares = mostLikely({ probabilities: [0.2, 0.5, 0.3] }, ['a', 'b', 'c'], 2);
    expect(sharesText(shares)).toBe('b 50.0 % · c 30.0 %');
  });
});
