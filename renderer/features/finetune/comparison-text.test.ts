import { expect, it } from 'vitest';
import { gainSentence, modeText } from './comparison-text.ts';

it.each([
  [{ value: 0.06, low: 0.05, high: 0.068 }, '+6.0 points (+5.0 to +6.8); pre-training helped'],
  [{ value: 0.01, low: -0.005, high: 0.02 }, '+1.0 points (−0.5 to +2.0); that may be chance'],
  [{ value: -0.02, low: -0.03, high: -0.01 }, 'made it worse'],
])('a gain of %o says so', (top1, text) => {
  expect(gainSentence({ fraction: 0.1, mode: 'full', top1 })).toContain(text);
});

it('names modes in words', () => {
  expect(['full', 'linear', 'partial:1', 'partial:3'].map(modeText)).toEqual([
    ...['whole network', 'last layer only', 'last block', 'last 3 blocks'],
  ]);
});
