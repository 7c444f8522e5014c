import { expect, it } from 'vitest';
import { importSentences } from './import-text.ts';

it('accounts for every tensor', () => {
  const report = {
    matched: ['a', 'b'],
    missing: [],
    unexpected: ['x1', 'x2', 'x3', 'x4', 'x5', 'x6'],
    ignored: [
      { name: 'p', reason: 'belongs to the projector' },
      { name: 'q', reason: 'belongs to the projector' },
    ],
    reshaped: [{ name: 'pos_embed' }],
    notes: ['The colours were assumed.'],
  };
  expect(importSentences({ report })).toEqual([
    '2 tensors were loaded.',
    '2 were left out: belongs to the projector.',
    '6 are unexpected: x1, x2, x3, x4, x5 and 1 more.',
    '1 were reshaped: pos_embed.',
    'The colours were assumed.',
  ]);
  expect(importSentences({})).toEqual([]);
});
