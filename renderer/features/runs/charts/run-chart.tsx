/** A chart of a run. Pushed points are drawn at once, without React. */
import { useEffect, useMemo, useRef } from 'react';
import type { LearningBand } from '../../../../engine/contract/studio/index.ts';
import { call } from '../../../client/studio.ts';
import { Chart, type ChartHandle } from '../../../ui/chart/chart.tsx';
import type { AxisRange, ChartAxis } from '../../../ui/chart/chart-axis.ts';
import { chartCsv } from '../curves/all-points.ts';
import type { ChartKind } from '../curves/chart-kinds.ts';
import { curvesOf, type ShownRun, validationTitle } from '../curves/run-curves.ts';
import type { RunTail } from '../curves/run-tail.ts';

export interface RunChartProps {
  readonly kind: ChartKind;
  /** The first run is that of the page. */
  readonly runs: readonly (Omit<ShownRun, 'tail'> & { readonly id: string })[];
  readonly tail: RunTail;
  readonly axis: ChartAxis;
  /** Span of the moving average as a share of the shown range; 0 for none. */
  readonly smoothing: number;
  /** Of earlier runs of the recipe, over steps. */
  readonly band?: LearningBand | undefined;
  readonly logarithmic: boolean;
  readonly range: AxisRange | undefined;
  readonly onZoom: (range: AxisRange | undefined) => void;
  readonly onExpand?: () => void;
  readonly height?: number;
}

export function RunChart(props: RunChartProps) {
  const { kind, runs, tail, axis, smoothing, band, logarithmic, range } = props;
  const { onZoom, onExpand, height } = props;
  const handle = useRef<ChartHandle>(null);
  const made = () =>
    curvesOf(
      kind,
      runs.map((run, i) => ({ ...run, tail: i === 0 ? tail.points : [] })),
      { smoothing, band },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: pushed points are drawn without React
  const curves = useMemo(made, [kind, smoothing, runs, band]);
  const latest = useRef(made);
  latest.current = made;
  useEffect(() => tail.listen(() => handle.current?.draw(latest.current())), [tail]);
  const evaluated =
    curves.some(({ look }) => look === 'points') && !curves.some(({ look }) => look === undefined);
  const score = runs[0]?.series?.score ?? '';
  const title = evaluated ? validationTitle(score) : kind.title(score);
  return (
    <Chart
      ref={handle}
      title={title}
      text={kind.text}
      tickText={kind.tickText}
      together="runs"
      fileName={`${runs[0]?.label ?? 'run'}-${kind.name}`}
      csv={() => chartCsv((input) => call('runs.series', input), kind, runs)}
      curves={curves}
      axis={axis}
      logarithmic={logarithmic}
      range={range}
      onZoom={onZoom}
      onExpand={onExpand}
      {...(height === undefined ? {} : { height })}
    />
  );
}
