/** The curves of a run, alone or beside other runs. */
import { Button, Card, Group, MultiSelect, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { RunSummary, Series, SeriesName } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import { useStudio } from '../../client/use-studio.ts';
import { Chart } from '../../ui/chart.tsx';
import type { Curve } from '../../ui/chart-data.ts';
import { smooth } from '../../ui/chart-data.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { bytesText, countText, numberText, percentText } from '../../ui/format.ts';

const PIECES = 500;
/** A live run's curves are asked for again so often. */
const FRESH_MS = 3000;
const SMOOTHING = 0.9;
const MOST_COMPARED = 5;

interface ChartKind {
  readonly name: SeriesName;
  readonly title: (score: Series['score']) => string;
  readonly text: (value: number) => string;
}

const CHARTS: readonly ChartKind[] = [
  { name: 'loss', title: () => 'Loss', text: (value) => numberText(value, 4) },
  {
    name: 'score',
    title: (score) => (score === 'top1' ? 'Right answers (top-1)' : 'Token match'),
    text: (value) => percentText(value),
  },
  { name: 'lr', title: () => 'Learning rate', text: (value) => numberText(value, 3) },
  {
    name: 'imagesPerSecond',
    title: () => 'Images a second',
    text: (value) => numberText(value, 3),
  },
  {
    name: 'dataWaitMs',
    title: () => 'Waiting for images, ms a step',
    text: (value) => numberText(value, 3),
  },
  { name: 'rssBytes', title: () => 'Memory', text: bytesText },
];
const NAMES: SeriesName[] = [...CHARTS.map(({ name }) => name), 'chance'];

type Range = readonly [number, number];

export function RunCharts({ run, live }: { readonly run: RunSummary; readonly live: boolean }) {
  const [range, setRange] = useState<Range | undefined>(undefined);
  const [smoothing, setSmoothing] = useState(false);
  const [logarithmic, setLogarithmic] = useState(false);
  const [others, setOthers] = useState<string[]>([]);
  const known = useStudio('runs.list', { offset: 0, count: 1000, kind: run.kind });
  const names = new Map((known.data?.items ?? []).map(({ id, name }) => [id, name]));
  const ids = [run.id, ...others];
  const results = useQueries({
    queries: ids.map((id, i) => {
      const input = {
        ...{ id, names: NAMES, pieces: PIECES },
        ...(range === undefined ? {} : { from: range[0], to: range[1] }),
      };
      return {
        queryKey: ['runs.series', input],
        queryFn: () => call('runs.series', input),
        placeholderData: (before: Series | undefined) => before,
        refetchInterval: live && i === 0 ? FRESH_MS : (false as const),
      };
    }),
  });
  const error = results.find((result) => result.error !== null)?.error;
  const own = results[0]?.data;
  return (
    <Stack component="section" aria-label="Curves">
      <Group justify="space-between" align="flex-end">
        <Group>
          <Switch
            label="Smoothed"
            checked={smoothing}
            onChange={(event) => setSmoothing(event.currentTarget.checked)}
          />
          <Switch
            label="Loss on a logarithmic scale"
            checked={logarithmic}
            onChange={(event) => setLogarithmic(event.currentTarget.checked)}
          />
          <Button
            variant="default"
            size="xs"
            disabled={range === undefined}
            onClick={() => setRange(undefined)}
          >
            Show all steps
          </Button>
        </Group>
        <MultiSelect
          label="Compare with"
          placeholder={others.length === 0 ? 'Other runs' : ''}
          data={[...names]
            .filter(([id]) => id !== run.id)
            .map(([value, label]) => ({ value, label }))}
          value={others}
          onChange={setOthers}
          maxValues={MOST_COMPARED}
          searchable
          clearable
          limit={100}
          miw={320}
        />
      </Group>
      {error === undefined || error === null ? null : <ErrorNotice error={error} />}
      {own === undefined ? null : own.points === 0 ? (
        <Text c="dimmed">The first step has not been made yet.</Text>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {countText(own.points)} points measured. Drag across a chart to look closer,
            double-click to see all.
          </Text>
          <SimpleGrid cols={{ base: 1, lg: 2, xl: 3 }}>
            {CHARTS.map((kind) => (
              <Card key={kind.name} withBorder padding="sm">
                <RunChart
                  {...{ kind, smoothing, range }}
                  score={own.score}
                  logarithmic={logarithmic && kind.name === 'loss'}
                  series={results.map(({ data }) => data)}
                  labels={ids.map((id) => (id === run.id ? run.name : (names.get(id) ?? id)))}
                  fileName={`${run.name}-${kind.name}`}
                  onZoom={setRange}
                />
              </Card>
            ))}
          </SimpleGrid>
        </>
      )}
    </Stack>
  );
}

function RunChart(props: {
  readonly kind: ChartKind;
  readonly score: Series['score'];
  readonly series: readonly (Series | undefined)[];
  readonly labels: readonly string[];
  readonly smoothing: boolean;
  readonly logarithmic: boolean;
  readonly range: Range | undefined;
  readonly fileName: string;
  readonly onZoom: (range: Range | undefined) => void;
}) {
  const { kind, score, series, labels, smoothing, logarithmic, range, fileName, onZoom } = props;
  const alone = labels.length === 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is new each time, what it holds is not
  const curves = useMemo(
    () => curvesOf({ kind, score, series, labels, smoothing, alone }),
    [kind, score, smoothing, alone, ...series, ...labels],
  );
  return (
    <Chart
      title={kind.title(score)}
      {...{ curves, logarithmic, range, fileName, onZoom }}
      text={kind.text}
    />
  );
}

function curvesOf(made: {
  kind: ChartKind;
  score: Series['score'];
  series: readonly (Series | undefined)[];
  labels: readonly string[];
  smoothing: boolean;
  alone: boolean;
}): Curve[] {
  const { kind, score, series, labels, smoothing, alone } = made;
  const curves: Curve[] = series.flatMap((found, i) => {
    const curve = found?.curves[kind.name];
    if (curve === undefined) return [];
    const label = alone ? kind.title(score) : labels[i]!;
    const values = smoothing ? smooth(curve.values, SMOOTHING) : curve.values;
    return [{ label: smoothing ? `${label}, smoothed` : label, steps: curve.steps, values }];
  });
  const own = series[0];
  if (kind.name !== 'score' || own === undefined) return curves;
  const evaluations = own.evaluations;
  if (evaluations.length > 0)
    curves.push({
      label: 'On images not trained on',
      steps: evaluations.map(({ step }) => step),
      values: evaluations.map(({ top1 }) => top1),
      points: true,
    });
  const chance = own.curves['chance'];
  if (chance !== undefined) curves.push({ label: 'Chance', ...chance, reference: true });
  return curves;
}
