/** The curves of a run, alone or compared with other runs. */
import { Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { RunSummary, Series } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import { changeQuery, useAddressQuery } from '../../state/address.ts';
import { useLive } from '../../state/live.ts';
import type { StepRange } from '../../ui/chart.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countOf } from '../../ui/format.ts';
import { CHARTS, type ChartKind } from './chart-kinds.ts';
import { ChartTools, type ChartToolsProps } from './chart-tools.tsx';
import { CompareSelect, MOST_COMPARED } from './compare-select.tsx';
import { curvesQuery } from './curves-query.ts';
import { type CurvesView, curvesQueryOf, readCurvesView } from './curves-view.ts';
import { RunChart } from './run-chart.tsx';
import { runLabels } from './run-curves.ts';
import { pointCount, RunTail } from './run-tail.ts';
import classes from './runs.module.css';

const onView = (change: Partial<CurvesView>) => changeQuery(curvesQueryOf(change));
const onRange = (range: StepRange | undefined) => onView({ range });

type NamedRun = Pick<RunSummary, 'id' | 'name'>;

export function RunCharts(props: {
  readonly id: string;
  readonly name: string;
  readonly kind: RunSummary['kind'];
}) {
  const { id, name, kind } = props;
  const query = useAddressQuery();
  const { smoothing, logarithmic, range } = useMemo(() => readCurvesView(query), [query]);
  const [others, setOthers] = useCompared(id);
  const tail = useTail(id);
  const shown = useMemo((): readonly NamedRun[] => [{ id, name }, ...others], [id, name, others]);
  const results = useQueries({
    queries: shown.map((run) => curvesQuery(run.id, { range, means: smoothing > 0 })),
  });
  const series = useSame(results.map(({ data }) => data));
  const runs = useMemo(() => {
    const labels = runLabels(shown);
    return shown.map((run, i) => ({ id: run.id, label: labels[i]!, series: series[i] }));
  }, [shown, series]);
  const error = results.find((result) => result.error !== null)?.error ?? undefined;
  const points = results[0]?.data?.points;
  // Of what not every training has, a chart is shown where a run has it.
  const hasData = ({ name, optional }: ChartKind) =>
    !optional || series.some((one) => (one?.curves[name]?.steps.length ?? 0) > 0);
  return (
    <Stack component="section" aria-label="Curves">
      <div className={classes['bar']!}>
        <Title order={2} size="h4">
          Curves
        </Title>
        <CompareSelect id={id} kind={kind} chosen={others} onChange={setOthers} />
      </div>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {points === undefined ? null : points === 0 ? (
        <Text c="dimmed">There is no step.</Text>
      ) : (
        <>
          <LiveTools
            tail={tail}
            smoothing={smoothing}
            logarithmic={logarithmic}
            range={range}
            lastStep={Math.max(1, ...results.map(({ data }) => lastStep(data)))}
            onSmoothing={(percent) => onView({ smoothing: percent })}
            onLogarithmic={(on) => onView({ logarithmic: on })}
            onRange={onRange}
          />
          <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
            {CHARTS.filter(hasData).map((chart) => (
              <Card key={chart.name} withBorder padding="sm" miw={0}>
                <RunChart
                  kind={chart}
                  runs={runs}
                  tail={tail}
                  smoothing={smoothing / 100}
                  range={range}
                  logarithmic={logarithmic && chart.name === 'loss'}
                  onZoom={onRange}
                />
              </Card>
            ))}
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            <PointCount tail={tail} read={{ points, lastStep: lastStep(results[0]?.data) }} /> Drag
            across a chart to zoom; double-click shows all steps.
          </Text>
        </>
      )}
    </Stack>
  );
}

function useLastPushed(tail: RunTail): number | undefined {
  return useSyncExternalStore(tail.listen, () => tail.step);
}

/** The tools for all steps so far, also those since the curves were read. */
function LiveTools(
  props: Omit<ChartToolsProps, 'all'> & { readonly tail: RunTail; readonly lastStep: number },
) {
  const { tail, lastStep: read, ...tools } = props;
  const last = Math.max(read, useLastPushed(tail) ?? 0);
  return <ChartTools {...tools} all={[0, last]} />;
}

function PointCount(props: {
  readonly tail: RunTail;
  readonly read: { readonly points: number; readonly lastStep: number };
}) {
  return <>{countOf(pointCount(props.read, useLastPushed(props.tail)), 'point')}.</>;
}

function lastStep(series: Series | undefined): number {
  const latest = series?.latest?.['step'] ?? 0;
  return Math.max(latest, series?.curves['loss']?.steps.at(-1) ?? 0);
}

/** The runs that are compared with a run, kept in the address by their ids. */
function useCompared(id: string) {
  const given = useAddressQuery().get('compare') ?? '';
  const ids = given.split(',').filter((other) => other !== '' && other !== id);
  const found = useQueries({
    queries: [...new Set(ids)].slice(0, MOST_COMPARED).map((other) => ({
      queryKey: ['runs.get', { id: other }],
      queryFn: () => call('runs.get', { id: other }),
    })),
  });
  const others = useSame<NamedRun>(found.flatMap(({ data }) => data ?? []));
  const choose = (chosen: readonly NamedRun[]) =>
    changeQuery({ compare: chosen.map((run) => run.id).join(',') });
  return [others, choose] as const;
}

/** The previous list if it has the same items. */
function useSame<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list);
  const same =
    kept.current.length === list.length && list.every((item, i) => item === kept.current[i]);
  if (!same) kept.current = list;
  return kept.current;
}

/** The pushed points of a run; its curves are read again when it starts, is evaluated or ends. */
function useTail(id: string): RunTail {
  const [tail] = useState(() => new RunTail());
  const client = useQueryClient();
  useEffect(
    () =>
      useLive.subscribe((state, before) => {
        const now = state.runs[id];
        const then = before.runs[id];
        if (now === then || now === undefined) return;
        if (now.latest !== undefined && now.latest !== then?.latest) tail.push(now.latest);
        const begins = now.latest !== undefined && then?.latest === undefined;
        // Steps are pushed, evaluations are read with the curves.
        const evaluated = now.events.some(
          (event) => event.type === 'evaluation' && !then?.events.includes(event),
        );
        if (begins || evaluated || now.run.status !== then?.run.status)
          void client.invalidateQueries({ queryKey: ['runs.series', { id }] });
      }),
    [id, tail, client],
  );
  return tail;
}
