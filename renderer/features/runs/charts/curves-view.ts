/** How the curves are shown, as the query of the address: axis, range, smoothing, scale, and full screen. */
import { useCallback, useMemo } from 'react';
import { X_AXES } from '../../../../engine/contract/studio/index.ts';
import { changeQuery, useAddressQuery } from '../../../state/address.ts';
import type { AxisRange } from '../../../ui/chart/chart-axis.ts';

/** Greatest smoothing, percent of the shown range. */
export const MOST_SMOOTHING = 20;

export type CurvesView = Readonly<ReturnType<typeof readCurvesView>>;
export type ChangeView = (change: Partial<CurvesView>) => void;

/** What the range of each axis is called in the query. */
const RANGES = { step: 'steps', epoch: 'epochs', time: 'seconds' } as const;

export function readCurvesView(query: URLSearchParams) {
  const smoothing = Number(query.get('smooth') ?? 0);
  const axis = X_AXES.find((name) => name === query.get('x')) ?? 'step';
  return {
    axis,
    /** The shown range of the axis. */
    range: readRange(query.get(RANGES[axis]) ?? ''),
    /** Span of the moving average, percent of the shown range. */
    smoothing: smoothing > 0 && smoothing <= MOST_SMOOTHING ? smoothing : 0,
    /** Whether the loss has a logarithmic scale. */
    logarithmic: query.get('scale') === 'log',
    /** The chart that is shown on the full screen. */
    chart: query.get('chart') ?? undefined,
  };
}

/** The query of a view; undefined for parts that are as usual. */
export function curvesQueryOf(view: CurvesView): Record<string, string | undefined> {
  const { axis, range, smoothing, logarithmic, chart } = view;
  return {
    x: axis === 'step' ? undefined : axis,
    ...Object.fromEntries(Object.values(RANGES).map((name) => [name, undefined])),
    [RANGES[axis]]: range?.join('-'),
    smooth: smoothing === 0 ? undefined : `${smoothing}`,
    scale: logarithmic ? 'log' : undefined,
    chart,
  };
}

function readRange(text: string): AxisRange | undefined {
  const [from, to] = text
    .split('-')
    .map((part) => (/^\d{1,12}(\.\d{1,6})?$/.test(part) ? Number(part) : Number.NaN));
  return from !== undefined && to !== undefined && to > from ? [from, to] : undefined;
}

/** The view that the address describes, and its change. */
export function useCurvesView(): readonly [CurvesView, ChangeView] {
  const query = useAddressQuery();
  const view = useMemo(() => readCurvesView(query), [query]);
  const change = useCallback<ChangeView>(
    (part) => changeQuery(curvesQueryOf({ ...view, ...part })),
    [view],
  );
  return [view, change];
}
