import { expect, it } from 'vitest';
import { readStatedRange, statedNumber } from './stated-range.ts';

it('reads the number of a stated range in any form', () => {
  const read = ['metadata', ' Metadata:2', 'metadata: 12', 'metadata:1'].map(readStatedRange);
  expect(read).toEqual(['metadata', 'metadata:2', 'metadata:12', 'metadata']);
  expect(read.map(statedNumber)).toEqual([1, 2, 12, 1]);
});

it('takes nothing else', () => {
  for (const text of ['metadata:0', 'metadata:02', 'metadata:-2', 'metadata:1.5', 'metadata:100'])
    expect(readStatedRange(text), text).toBeUndefined();
  for (const text of ['metadata:', 'metadata:two', 'type', '', 'metadata:2:3'])
    expect(readStatedRange(text), text).toBeUndefined();
  for (const value of [2, null, ['metadata'], 'metadata:1', 'METADATA'])
    expect(statedNumber(value)).toBeUndefined();
});
