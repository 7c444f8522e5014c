import { expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { nthSmallest } from './nth-smallest.ts';

const random = new RandomStream(4, 'test');

it('is the number at that place of the sorted values, which stay as they are', () => {
  for (let i = 0; i < 300; i++) {
    // Few different numbers, so there are many ties.
    const values = Float64Array.from({ length: 1 + random.integer(40) }, () =>
      random.integer(10) === 0 ? Number.NaN : random.integer(9) - 4,
    );
    const copy = values.slice();
    const sorted = values.slice().sort();
    for (let n = 0; n < values.length; n++) expect(nthSmallest(values, n)).toBe(sorted[n]);
    expect(values).toEqual(copy);
  }
});
