import { describe, expect, it } from 'vitest';
import { CHART_AXES } from '../../../ui/chart/chart-axis.ts';
import { panned, typedRange, zoomed } from './axis-range.ts';

describe('a range of the axis', () => {
  const all = [0, 1000] as const;
  const { step, epoch, time } = CHART_AXES;
  it('moves within the run', () => {
    expect(panned(step, [200, 400], 1, all)).toEqual([300, 500]);
    expect(panned(step, [200, 400], -1, all)).toEqual([100, 300]);
    expect(panned(step, [900, 1000], 1, all)).toEqual([900, 1000]);
    expect(panned(step, [20, 120], -1, all)).toEqual([0, 100]);
  });
  it('narrows and widens', () => {
    expect(zoomed(step, [0, 1000], 0.5, all)).toEqual([250, 750]);
    expect(zoomed(step, [900, 1000], 2, all)).toEqual([800, 1000]);
    expect(zoomed(step, [100, 800], 2, all)).toBeUndefined();
  });
  it('can be typed', () => {
    expect(typedRange(step, '1,000', ' 2000')).toEqual([1000, 2000]);
    expect(typedRange(step, '5', '5')).toBeUndefined();
    expect(typedRange(step, '', '10')).toBeUndefined();
    expect(typedRange(step, '-1', '10')).toBeUndefined();
    expect(typedRange(time, '1:30', '0:10:00')).toEqual([90, 600]);
  });
  it('can be a part of a step on other axes', () => {
    expect(zoomed(epoch, [0, 1], 0.5, [0, 3])).toEqual([0.25, 0.75]);
    expect(panned(epoch, [0.25, 0.75], 1, [0, 3])).toEqual([0.5, 1]);
  });
});
