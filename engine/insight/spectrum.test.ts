import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.ts';
import { effectiveRank, rankOf, singularValues, symmetricEigenvalues } from './spectrum.ts';
import { rankCases } from './testing/stored-cases.ts';

describe.each(rankCases)('$name', ({ rows, ...expected }) => {
  it('has the singular values that NumPy gives', () => {
    const found = singularValues(rows);
    expect(found).toHaveLength(expected.singularValues.length);
    // The products of rows are squares, so what is below the root of the precision is lost.
    const floor = 1e-7 * expected.singularValues[0]!;
    for (const [i, value] of found.entries())
      expect(Math.abs(value - expected.singularValues[i]!)).toBeLessThan(floor);
  });

  it('has the effective rank that NumPy gives', () => {
    expect(effectiveRank(rows)).toBeCloseTo(expected.rank, 4);
  });
});

it('counts equal directions', () => {
  expect(rankOf([2, 2, 2, 0])).toBeCloseTo(3, 4);
  expect(rankOf([0, 0])).toBe(0);
});

it('keeps trace and squared norm of a larger matrix', () => {
  const n = 60;
  const random = new RandomStream(1, 'test');
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = random.normal();
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
  const trace = Array.from({ length: n }, (_, i) => matrix[i * n + i]!).reduce((a, b) => a + b);
  const squares = matrix.reduce((sum, value) => sum + value * value, 0);
  const values = symmetricEigenvalues(matrix, n);
  expect(values.reduce((a, b) => a + b)).toBeCloseTo(trace, 9);
  expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 8);
});

it('ends for numbers that are not finite', () => {
  const rows = { data: Float32Array.of(1, Number.NaN, 2, 3), count: 2, width: 2 };
  expect([...singularValues(rows)]).toEqual([Number.NaN, Number.NaN]);
  expect(effectiveRank(rows)).toBeNaN();
});
