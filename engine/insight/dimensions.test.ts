import { describe, expect, it } from 'vitest';
import { dimensionSpread } from './dimensions.ts';
import { rankCases } from './testing/stored-cases.ts';

describe.each(rankCases)('$name', ({ rows, spread, leastSpread }) => {
  it('spreads over its dimensions as NumPy says', () => {
    const found = dimensionSpread(rows);
    expect(found.mean).toBeCloseTo(spread, 5);
    expect(found.least).toBeCloseTo(leastSpread, 5);
  });
});

const countsOf = (name: string) => {
  const { dead, duplicates } = dimensionSpread(rankCases.find((one) => one.name === name)!.rows);
  return { dead, duplicates };
};

it('counts constant dimensions, and those that follow another one with any sign', () => {
  expect(countsOf('a copied and a constant column')).toEqual({ dead: 1, duplicates: 1 });
  expect(countsOf('more rows than columns')).toEqual({ dead: 0, duplicates: 0 });
  expect(countsOf('one direction')).toEqual({ dead: 8, duplicates: 0 });
});
