import { describe, expect, it } from 'vitest';
import { curveSummary, curvesCsv, smooth } from './chart-data.ts';

describe('curves', () => {
  it('are smoothed without a pull at the start', () => {
    expect(smooth([4, 4, 4], 0.9)).toEqual([4, 4, 4].map((value) => expect.closeTo(value, 12)));
    const smoothed = smooth([0, 10, 0, 10, 0, 10], 0.9);
    expect(Math.max(...smoothed.slice(2))).toBeLessThan(7);
    expect(smooth([1, 5], 0)).toEqual([1, 5]);
  });

  it('become a table with a row for every step of any', () => {
    const csv = curvesCsv([
      { label: 'loss', steps: [1, 2], values: [3, 2.5] },
      { label: 'other, "run"', steps: [2, 4], values: [7, 8] },
    ]);
    expect(csv).toBe('step,loss,"other, ""run"""\n1,3,\n2,2.5,7\n4,,8\n');
  });

  it('are told in a sentence', () => {
    const text = (value: number) => value.toFixed(1);
    expect(curveSummary({ label: 'Loss', steps: [1, 50], values: [4.3, 2.7] }, text)).toBe(
      'Loss fell from 4.3 to 2.7 between steps 1 and 50.',
    );
    expect(curveSummary({ label: 'Loss', steps: [], values: [] }, text)).toContain('nothing');
  });
});
