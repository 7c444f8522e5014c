import { describe, expect, it } from 'vitest';
import { curvesQueryOf, readCurvesView } from './curves-view.ts';

describe('the view of the curves in the address', () => {
  it.each([
    ['step', [10, 200]],
    ['epoch', [0.25, 3]],
    ['time', undefined],
  ] as const)('is read back as it was written, over the axis %s', (axis, range) => {
    const rest = { smoothing: 5, logarithmic: true, chart: 'loss' };
    const view = { ...rest, axis, range };
    const entries = Object.entries(curvesQueryOf(view)).filter(([, value]) => value !== undefined);
    expect(readCurvesView(new URLSearchParams(entries as [string, string][]))).toEqual(view);
  });

  it.each(['smooth=x&steps=9-1', 'smooth=-4&steps=a-b', 'steps=5', 'x=y&epochs=1-2'])(
    'is the usual one for %s',
    (query) => {
      expect(readCurvesView(new URLSearchParams(query))).toEqual({
        axis: 'step',
        range: undefined,
        smoothing: 0,
        logarithmic: false,
        chart: undefined,
      });
    },
  );
});
