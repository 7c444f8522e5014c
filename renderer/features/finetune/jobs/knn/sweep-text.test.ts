import { expect, it } from 'vitest';
import { sweepText } from './sweep-text.ts';

const sweep = [
  { k: 1, top1: 0.2 },
  { k: 10, top1: 0.254 },
  { k: 20, top1: 0.25 },
];

it.each([
  [[0.19, 0.27], 20, 'better than chance. The best k is 10, with 25.4 %'],
  [[0.19, 0.27], 10, 'better than chance.'],
  [[0.08, 0.12], 10, 'No better than chance'],
] as const)('with the interval %o and %d neighbours', (top1Interval, k, text) => {
  expect(sweepText({ k, top1Interval, classes: 10, sweep })).toContain(text);
});

it('names no other number where the one that was asked for is the best', () => {
  const text = sweepText({ k: 10, top1Interval: [0.2, 0.3], classes: 10, sweep });
  expect(text).not.toContain('do best');
});
