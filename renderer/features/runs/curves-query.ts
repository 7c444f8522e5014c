/** The question for a run's curves, asked once however many parts of the page show the answer. */
import type { Series } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import { useLive } from '../../state/live.ts';
import type { StepRange } from '../../ui/chart.tsx';
import { CHART_SERIES } from './chart-kinds.ts';

/** Each gives two points: enough for charts of 600 pixels. */
const PIECES = 320;
/** The curves of a live run are read anew so often; between, what is pushed is drawn. */
const FRESH_MS = 5000;

/**
 * Thinned to what a screen can show.
 *
 * @param options.means of thinned curves too, for smoothing
 */
export function curvesQuery(
  id: string,
  options: { readonly range?: StepRange | undefined; readonly means?: boolean } = {},
) {
  const { range, means = false } = options;
  const input = {
    id,
    names: CHART_SERIES,
    pieces: PIECES,
    ...(means ? { means } : {}),
    ...(range === undefined ? {} : { from: range[0], to: range[1] }),
  };
  return {
    queryKey: ['runs.series', input],
    queryFn: () => call('runs.series', input),
    placeholderData: (before: Series | undefined) => before,
    refetchInterval: () => (isLive(id) ? FRESH_MS : (false as const)),
  };
}

function isLive(id: string): boolean {
  const status = useLive.getState().runs[id]?.run.status;
  return status === 'running' || status === 'paused';
}
