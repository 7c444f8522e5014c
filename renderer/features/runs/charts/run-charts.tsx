/** The curves of a run, alone or compared with other runs. */
import { Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type {
  LearningBand,
  RunSummary,
  Series,
  SeriesName,
} from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { CHART_AXES } from '../../../ui/chart/chart-axis.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countOf } from '../../../ui/format.ts';
import {
  ALL_CHARTS,
  CHARTS,
  type ChartKind,
  LEARNING_CHARTS,
  MACHINE_CHARTS,
} from '../curves/chart-kinds.ts';
import { curvesQuery } from '../curves/curves-query.ts';
import { runLabels } from '../curves/run-curves.ts';
import { placeOf, pointCount, type RunTail } from '../curves/run-tail.ts';
import { useLastPushed, useTail } from '../curves/use-tail.ts';
import { ChartTools, type ChartToolsProps } from './chart-tools.tsx';
import classes from './charts.module.css';
import { CompareSelect } from './compare-select.tsx';
import { useCurvesView } from './curves-view.ts';
import { FullScreenChart } from './full-screen-chart.tsx';
import { RunChart } from './run-chart.tsx';
import { type NamedRun, useCompared, useSame } from './use-compared.ts';

export function RunCharts(props: {
  readonly id: string;
  readonly name: string;
  readonly kind: RunSummary['kind'];
}) {
  const { id, name, kind } = props;
  const [view, onView] = useCurvesView();
  const { smoothing, logarithmic, range } = view;
  const [others, setOthers] = useCompared(id);
  const tail = useTail(id);
  const learning = useStudio('runs.learningBand', { id }, { enabled: kind === 'pretrain' });
  const shown = useMemo((): readonly NamedRun[] => [{ id, name }, ...others], [id, name, others]);
  const results = useQueries({
    queries: shown.map((run) =>
      curvesQuery(run.id, { axis: view.axis, range, means: smoothing > 0 }),
    ),
  });
  const series = useSame(results.map(({ data }) => data));
  const own = series[0];
  // Until the curves of another axis have been read, those of the axis before stay.
  const axis = CHART_AXES[own?.x ?? 'step'];
  const runs = useMemo(() => {
    const labels = runLabels(shown);
    return shown.map((run, i) => {
      const found = series[i];
      const isOnAxis = (found?.x ?? 'step') === axis.name;
      return { id: run.id, label: labels[i]!, series: isOnAxis ? found : undefined };
    });
  }, [shown, series, axis]);
  const error = results.find((result) => result.error !== null)?.error ?? undefined;
  // Of what not every training has, a chart is shown where a run has it.
  const hasSeries = (curve: SeriesName) =>
    series.some((one) => (one?.curves[curve]?.steps.length ?? 0) > 0);
  const hasData = ({ name: main, beside = [], optional, ofPretraining }: ChartKind) =>
    (!optional || [main, ...beside.map((one) => one.name)].some(hasSeries)) &&
    (!ofPretraining || kind === 'pretrain');
  const drawn = (chart: ChartKind) => ({
    kind: chart,
    runs,
    tail,
    axis,
    smoothing: smoothing / 100,
    // Earlier runs took other times, and epochs of other lengths.
    band: axis.name === 'step' ? learning.data?.band : undefined,
    range: view.axis === axis.name ? range : undefined,
    logarithmic: logarithmic && chart.name === 'loss',
    onZoom: (zoomed: typeof range) => onView({ range: zoomed }),
  });
  const grid = (kinds: readonly ChartKind[]) => (
    <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
      {kinds.filter(hasData).map((chart) => (
        <Card key={chart.name} withBorder padding="sm" miw={0}>
          <RunChart {...drawn(chart)} onExpand={() => onView({ chart: chart.name })} />
        </Card>
      ))}
    </SimpleGrid>
  );
  const tools = <LiveTools view={view} onView={onView} tail={tail} series={series} />;
  return (
    <Stack component="section" aria-label="Curves">
      <div className={classes['bar']!}>
        <Title order={2} size="h4">
          Curves
        </Title>
        <CompareSelect id={id} kind={kind} chosen={others} onChange={setOthers} />
      </div>
      <ErrorNotice error={error} />
      {own === undefined ? null : own.points === 0 ? (
        <Text c="dimmed">There is no step.</Text>
      ) : (
        <>
          {tools}
          {grid(CHARTS)}
          {LEARNING_CHARTS.some(hasData) ? (
            <>
              <Title order={3} size="h5">
                What it learns
              </Title>
              <Text size="sm" c="dimmed">
                Measured every few steps on the same images of the data set. Alarms are among the
                events. {bandText(learning.data?.band)}
              </Text>
              {grid(LEARNING_CHARTS)}
            </>
          ) : null}
          <Title order={3} size="h5">
            Use of the machine
          </Title>
          {hasSeries('cpuShare') && !hasSeries('gpuUse') ? (
            <Text size="sm" c="dimmed">
              {termOf('gpuUse')} is not measured on this system: it is read from NVIDIA’s tool
              nvidia-smi.
            </Text>
          ) : null}
          {grid(MACHINE_CHARTS)}
          <Text size="sm" c="dimmed">
            <PointCount tail={tail} series={own} /> Drag across a chart to zoom; double-click shows
            all of it. {axisText(own)}
          </Text>
          <FullScreenChart
            kind={ALL_CHARTS.find((chart) => chart.name === view.chart)}
            tools={tools}
            drawn={drawn}
            onClose={() => onView({ chart: undefined })}
          />
        </>
      )}
    </Stack>
  );
}

function bandText(band: LearningBand | undefined): string {
  if (band === undefined) return '';
  return `The grey band, over steps, is what ${countOf(band.runs.length, 'earlier run')} of the same recipe measured, without an alarm and whatever their seeds: from the least to the greatest.`;
}

/** What a reader must know of the axis. */
function axisText({ x, end }: Series): string {
  if (x === 'time')
    return 'Training time is without pauses and the time between Stop and Resume; a resumed run goes on at the time of its checkpoint.';
  if (x === 'epoch' && end === undefined)
    return 'The length of an epoch is not known before the first one is complete.';
  return '';
}

/** The tools for the whole axis so far, also what was trained since the curves were read. */
function LiveTools(
  props: Omit<ChartToolsProps, 'all'> & {
    readonly tail: RunTail;
    readonly series: readonly (Series | undefined)[];
  },
) {
  const { tail, series, ...tools } = props;
  const own = series[0];
  const pushed = useLastPushed(tail);
  const last = pushed === undefined || own === undefined ? undefined : placeOf(pushed.numbers, own);
  const ends = series.map((one) => one?.end ?? 0);
  return <ChartTools {...tools} all={[0, Math.max(...ends, last ?? 0)]} />;
}

function PointCount({ tail, series }: { readonly tail: RunTail; readonly series: Series }) {
  const { points, latest } = series;
  const read = { points, lastStep: latest?.['step'] ?? 0 };
  return <>{countOf(pointCount(read, useLastPushed(tail)?.step), 'point')}.</>;
}
