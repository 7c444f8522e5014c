/** How the curves are shown, as the query of the address: smoothing, scale, and the range of steps. */
import type { StepRange } from '../../ui/chart.tsx';

/** Greatest smoothing, percent of the shown range. */
export const MOST_SMOOTHING = 20;

export interface CurvesView {
  /** Span of the moving average, percent of the shown range. */
  readonly smoothing: number;
  /** Whether the loss has a logarithmic scale. */
  readonly logarithmic: boolean;
  readonly range: StepRange | undefined;
}

export function readCurvesView(query: URLSearchParams): CurvesView {
  const smoothing = Number(query.get('smooth') ?? 0);
  return {
    smoothing: smoothing > 0 && smoothing <= MOST_SMOOTHING ? smoothing : 0,
    logarithmic: query.get('scale') === 'log',
    range: readRange(query.get('steps') ?? ''),
  };
}

/** The parts of the query that a change of the view sets; undefined removes one. */
export function curvesQueryOf(change: Partial<CurvesView>): Record<string, string | undefined> {
  const { smoothing, logarithmic, range } = change;
  return {
    ...(smoothing === undefined ? {} : { smooth: smoothing === 0 ? undefined : `${smoothing}` }),
    ...(logarithmic === undefined ? {} : { scale: logarithmic ? 'log' : undefined }),
    ...('range' in change ? { steps: range === undefined ? undefined : range.join('-') } : {}),
  };
}

function readRange(text: string): StepRange | undefined {
  const [from, to] = text
    .split('-')
    .map((part) => (/^\d{1,12}$/.test(part) ? Number(part) : Number.NaN));
  return from !== undefined && to !== undefined && to > from ? [from, to] : undefined;
}
