import { describe, expect, it } from 'vitest';
import type { XAxis } from '../../../engine/contract/studio/index.ts';
import { CHART_AXES } from './chart-axis.ts';
import { curveSummary, curvesCsv, logTicks, smooth } from './chart-data.ts';

describe('smoothed curves', () => {
  it('are not pulled towards zero at the start', () => {
    expect(smooth({ x: [1, 2, 3], values: [4, 4, 4] }, 10)).toEqual(
      [4, 4, 4].map((value) => expect.closeTo(value, 12)),
    );
  });

  it('swing less than what was measured, and follow it', () => {
    const steps = Array.from({ length: 400 }, (_, i) => i + 1);
    const values = steps.map((step) => (step % 2) * 10 + (step > 200 ? 100 : 0));
    const smoothed = smooth({ x: steps, values }, 20);
    expect(
      Math.max(...smoothed.slice(50, 200)) - Math.min(...smoothed.slice(50, 200)),
    ).toBeLessThan(1);
    expect(smoothed.at(-1)).toBeCloseTo(105, 0);
  });

  it('look the same whether every step is there or every tenth', () => {
    const every = Array.from({ length: 1000 }, (_, i) => i + 1);
    const tenth = every.filter((step) => step % 10 === 0);
    const height = (step: number) => 5 * Math.exp(-step / 300);
    const fine = smooth({ x: every, values: every.map(height) }, 60);
    const coarse = smooth({ x: tenth, values: tenth.map(height) }, 60);
    for (const [i, step] of tenth.entries())
      expect(Math.abs(coarse[i]! - fine[step - 1]!), `${step}`).toBeLessThan(0.2);
  });

  it('are what was measured when nothing is to be smoothed', () => {
    expect(smooth({ x: [1, 2], values: [1, 5] }, 0)).toEqual([1, 5]);
  });
});

describe('a table of curves', () => {
  it('has a row for every step of any', () => {
    const csv = curvesCsv([
      { label: 'loss', x: [1, 2], values: [3, 2.5] },
      { label: 'other, "run"', x: [2, 4], values: [7, 8] },
    ]);
    expect(csv).toBe('step,loss,"other, ""run"""\n1,3,\n2,2.5,7\n4,,8\n');
  });

  it('holds no formulas', () => {
    expect(curvesCsv([{ label: '=1+1', x: [], values: [] }])).toBe("step,'=1+1\n");
  });
});

describe('a curve in words', () => {
  const text = (value: number) => value.toFixed(1);
  const say = (values: number[], x = values.map((_, i) => i + 1), axis: XAxis = 'step') =>
    curveSummary({ label: 'Loss', x, values }, text, CHART_AXES[axis]);

  it('has both ends', () => {
    expect(say([4.3, 2.7], [1, 1200])).toBe('Loss fell from 4.3 to 2.7 between steps 1 and 1,200.');
    expect(say([2, 2.04])).toBe('Loss stayed at 2.0 between steps 1 and 2.');
  });

  it('tells of a height that the ends hide', () => {
    expect(say([0, 8, 1])).toBe(
      'Loss rose from 0.0 to 1.0 between steps 1 and 3; the highest, 8.0, at step 2.',
    );
    expect(say([5, 1, 5])).toContain('the lowest, 1.0, at step 2');
  });

  it('tells of no height that reads like an end', () => {
    expect(say([1, 1.04, 1])).toBe('Loss stayed at 1.0 between steps 1 and 3.');
  });

  it('names places on other axes', () => {
    expect(say([4, 3], [0.25, 12], 'epoch')).toBe(
      'Loss fell from 4.0 to 3.0 between epochs 0.25 and 12.',
    );
    expect(say([0, 8, 1], [0, 65, 3700], 'time')).toBe(
      'Loss rose from 0.0 to 1.0 between 0:00:00 and 1:01:40 of training; the highest, 8.0, after 0:01:05.',
    );
  });

  it('says when there is nothing yet', () => {
    expect(say([])).toContain('nothing');
    expect(say([3])).toBe('Loss: 3.0 at step 1.');
  });
});

describe('marks of a logarithmic axis', () => {
  it.each([
    [0.001, 10, [0.001, 0.01, 0.1, 1, 10]],
    [0.9, 5.5, [1, 2, 3, 5]],
    [1, 100, [1, 10, 100]],
    [2.1, 2.4, [2.1, 2.2, 2.3, 2.4]],
  ])('from %d to %d', (least, most, expected) => {
    expect(logTicks(least, most)).toEqual(expected);
  });

  it('are always there, and never many', () => {
    for (let power = -6; power < 6; power++)
      for (const ratio of [1.02, 1.1, 1.5, 3, 8, 30, 1000]) {
        const [least, most] = [1.37 * 10 ** power, 1.37 * 10 ** power * ratio];
        const ticks = logTicks(least, most);
        expect(ticks.length, `${least} to ${most}`).toBeGreaterThanOrEqual(2);
        expect(ticks.length, `${least} to ${most}`).toBeLessThanOrEqual(10);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(least * 0.999);
          expect(tick).toBeLessThanOrEqual(most * 1.001);
        }
      }
  });
});
