/** The query for the curves of a run, shared by all parts of the page. */
import type { Series, XAxis } from '../../../../engine/contract/studio/index.ts';
import { call } from '../../../client/studio.ts';
import { useLive } from '../../../state/live.ts';
import type { AxisRange } from '../../../ui/chart/chart-axis.ts';
import { CHART_SERIES } from './chart-kinds.ts';

/** Each piece gives two points, which is enough for charts of 600 pixels. */
const PIECES = 320;
/** Interval of reading the curves of a running run; pushed points are drawn in between. */
const REFETCH_MS = 5000;

/**
 * The curves are thinned to the resolution of a screen.
 *
 * @param options.axis  what they are drawn over, which `range` is a part of
 * @param options.means whether to read the means of thinned curves, for smoothing
 */
export function curvesQuery(
  id: string,
  options: {
    readonly axis?: XAxis;
    readonly range?: AxisRange | undefined;
    readonly means?: boolean;
  } = {},
) {
  const { axis = 'step', range, means = false } = options;
  const input = {
    id,
    names: CHART_SERIES,
    pieces: PIECES,
    ...(axis === 'step' ? {} : { x: axis }),
    ...(means ? { means } : {}),
    ...(range === undefined ? {} : { from: range[0], to: range[1] }),
  };
  return {
    queryKey: ['runs.series', input],
    queryFn: () => call('runs.series', input),
    placeholderData: (before: Series | undefined) => before,
    refetchInterval: () => (isLive(id) ? REFETCH_MS : (false as const)),
  };
}

function isLive(id: string): boolean {
  const status = useLive.getState().runs[id]?.run.status;
  return status === 'running' || status === 'paused';
}
