import uPlot from 'uplot';
import { describe, expect, it } from 'vitest';
import { measuredAt } from './chart-hover.ts';
import { alignCurves } from './chart-options.ts';

const curve = (label: string, x: number[]) => ({ label, x, values: x });

describe('the value at a cursor', () => {
  const curves = [curve('long', [1, 5, 10, 20, 30]), curve('short', [4, 10])];
  const [steps, long, short] = alignCurves(curves, false, uPlot.join);
  const shown = (values: typeof long, step: number) => {
    const at = measuredAt(steps!, values!, steps!.indexOf(step));
    return at === null ? null : values![at];
  };

  it('is none before the first and after the last measurement of a run', () => {
    expect([1, 4, 10, 20, 30].map((step) => shown(short, step))).toEqual([null, 4, 10, null, null]);
  });

  it('is the nearest one in between', () => {
    expect(shown(long, 4)).toBe(5);
    expect(shown(short, 5)).toBe(4);
  });

  it('is that of the step itself where it cannot be drawn', () => {
    const [, logarithmic] = alignCurves(
      [{ label: 'a', x: [1, 2], values: [0, 3] }],
      true,
      uPlot.join,
    );
    expect(measuredAt([1, 2], logarithmic!, 0)).toBe(0);
    expect(logarithmic![0]).toBeNull();
  });
});
