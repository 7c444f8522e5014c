import { expect, it } from 'vitest';
import { slugOf } from './slug.ts';

it.each([
  ['Does it learn?', 'does-it-learn'],
  ['When memory runs out, or a card is lost', 'when-memory-runs-out-or-a-card-is-lost'],
  ['Texts that look like formulas', 'texts-that-look-like-formulas'],
])('the anchor of "%s"', (heading, anchor) => {
  expect(slugOf(heading)).toBe(anchor);
});
