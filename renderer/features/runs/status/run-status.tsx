/** The status of a run and its latest metrics. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { primaryValue, scoreValueText } from '../../../../engine/contract/scores.ts';
import type { RunDetail, RunSummary, Series } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { useLive } from '../../../state/live.ts';
import { pagesOfRun } from '../../../tasks/register.ts';
import { Explained } from '../../../ui/explained.tsx';
import { bytesText, countText, numberText, percentText } from '../../../ui/format.ts';
import { titleOf } from '../../../ui/recipe-form/recipe-kind.ts';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { curvesQuery } from '../curves/curves-query.ts';
import { validationTitle } from '../curves/run-curves.ts';
import { isAboveChance } from './learning.ts';
import classes from './run-status.module.css';
import { chanceText, progressText, statusText, waitAdvice } from './status-text.ts';

type Numbers = Readonly<Record<string, number>>;

export function RunStatusView({ run: read }: { readonly run: RunDetail }) {
  const live = useLive((state) => state.runs[read.id]);
  const series = useQuery(curvesQuery(read.id));
  const run: RunSummary = live === undefined ? read : live.run;
  const numbers = live?.latest ?? series.data?.latest ?? {};
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <StatusBadge status={run.status} />
        <Text fw={600} className="digits">
          {progressText(run, numbers)}
        </Text>
      </Group>
      <Progress
        value={(run.step / Math.max(1, run.totalSteps)) * 100}
        aria-label="Steps done"
        size="lg"
      />
      {run.status === 'died' || run.status === 'failed' ? null : (
        <Text size="sm" c="dimmed">
          {statusText(run, numbers)}
        </Text>
      )}
      <dl className={classes['tiles']!}>
        {tilesOf({ ...run, recipe: read.recipe }, numbers, series.data).map(
          ({ name, value, more }) => (
            <div key={name} className={classes['tile']!}>
              <Text component="dt" size="sm" c="dimmed">
                <Explained label={name} />
              </Text>
              <Text component="dd" m={0} fw={600} size="lg" className="digits">
                {value}
              </Text>
              {more === undefined ? null : (
                <Text component="dd" m={0} size="xs" c="dimmed">
                  {more}
                </Text>
              )}
            </div>
          ),
        )}
      </dl>
    </Stack>
  );
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
}

function tilesOf(
  run: RunSummary & Pick<RunDetail, 'recipe'>,
  numbers: Numbers,
  series: Series | undefined,
): Tile[] {
  const {
    loss,
    score,
    chance = 0,
    lr,
    imagesPerSecond,
    dataWaitShare,
    rssBytes,
    gradNorm,
  } = numbers;
  const textOf = (value: number | undefined, text: (value: number) => string) =>
    value === undefined ? '–' : text(value);
  return [
    {
      name: termOf('loss'),
      value: textOf(loss, (value) => numberText(value, 4)),
      ...(gradNorm === undefined ? {} : { more: `gradient norm ${numberText(gradNorm, 3)}` }),
    },
    {
      name: pagesOfRun(run).stepScore,
      value: textOf(score, (value) => percentText(value)),
      ...(score === undefined
        ? {}
        : { more: chanceText(run, chance, isAboveChance(run, series, { score, chance })) }),
    },
    ...(run.best === undefined
      ? []
      : [
          {
            name: validationTitle(run.best.primary.name),
            value: scoreValueText(run.best.primary.name, primaryValue(run.best)),
            more: `best, at step ${countText(run.best.step)}`,
          },
        ]),
    { name: titleOf('pretrain', 'lr'), value: textOf(lr, (value) => numberText(value, 3)) },
    {
      name: termOf('throughput'),
      value: textOf(imagesPerSecond, (value) => numberText(value, 3)),
    },
    {
      name: termOf('dataWait'),
      value: textOf(dataWaitShare, (value) => percentText(value, 0)),
      ...(dataWaitShare === undefined ? {} : { more: waitAdvice(dataWaitShare) }),
    },
    { name: termOf('memory'), value: textOf(rssBytes, bytesText) },
  ];
}
