/** Operations on the range of the axis that the charts show. */
import type { AxisRange, ChartAxis } from '../../../ui/chart/chart-axis.ts';

/** Move the range by half its length to earlier (-1) or later (1) places, within `all`. */
export function panned(
  axis: ChartAxis,
  range: AxisRange,
  towards: -1 | 1,
  all: AxisRange,
): AxisRange {
  const length = range[1] - range[0];
  const by = Math.max(axis.least / 2, axis.round(length / 2, 'near')) * towards;
  const from = Math.min(Math.max(all[0], range[0] + by), Math.max(all[0], all[1] - length));
  return [axis.round(from, 'near'), axis.round(from + length, 'near')];
}

/** Zoom around the middle of the range; undefined when it would show everything. */
export function zoomed(
  axis: ChartAxis,
  range: AxisRange,
  factor: 0.5 | 2,
  all: AxisRange,
): AxisRange | undefined {
  const length = Math.max(axis.least, axis.round((range[1] - range[0]) * factor, 'near'));
  if (length >= all[1] - all[0]) return undefined;
  const middle = (range[0] + range[1]) / 2;
  const from = axis.round(
    Math.min(Math.max(all[0], middle - length / 2), Math.max(all[0], all[1] - length)),
    'near',
  );
  return [from, axis.round(from + length, 'near')];
}

/** Parse the typed range; undefined when it is invalid. */
export function typedRange(axis: ChartAxis, from: string, to: string): AxisRange | undefined {
  const range = [axis.parse(from), axis.parse(to)] as const;
  return range[1] > range[0] ? range : undefined;
}
