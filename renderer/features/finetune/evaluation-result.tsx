/** The result of an evaluation: metrics, confusion matrix, classes, calibration and mistakes. */
import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { Evaluation, Job } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countText, numberText, percentText } from '../../ui/format.ts';
import { Confusions } from './confusions.tsx';
import { type Headline, Headlines } from './headline.tsx';
import { Mistakes } from './mistakes.tsx';
import { PerClass } from './per-class.tsx';
import { ReliabilityTable } from './reliability.tsx';

export function EvaluationView({ job }: { readonly job: Job }) {
  const { data, error, refetch } = useStudio('evaluations.get', { job: job.id });
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Text role="status">Reading the result…</Text>;
  const rate = job.result?.['imagesPerSecond'];
  return (
    <Stack>
      <Headlines items={headlinesOf(data)} />
      <Text>
        Evaluated on {countText(data.images)} images of {countText(data.classes.length)} classes;
        chance level {percentText(1 / data.classes.length)}.
        {data.loss === null ? '' : ` Loss ${numberText(data.loss)}.`}
        {typeof rate === 'number' ? ` Throughput ${countText(Math.round(rate))} images/s.` : ''}
      </Text>
      <SimpleGrid cols={{ base: 1, xl: 2 }} style={{ alignItems: 'start' }}>
        <Confusions evaluation={data} />
        <Stack miw={0}>
          <PerClass evaluation={data} />
          <ReliabilityTable evaluation={data} />
        </Stack>
      </SimpleGrid>
      <Mistakes evaluation={data} />
    </Stack>
  );
}

function headlinesOf(evaluation: Evaluation): Headline[] {
  const { top1, top5, macroF1, balancedAccuracy, classes } = evaluation;
  return [
    { name: 'Top-1 accuracy', value: top1.value, interval: [top1.low, top1.high] },
    ...(classes.length > 5
      ? [
          {
            name: 'Top-5 accuracy',
            value: top5.value,
            interval: [top5.low, top5.high] as const,
          },
        ]
      : []),
    {
      name: 'Macro F1',
      value: macroF1.value,
      interval: [macroF1.low, macroF1.high],
    },
    { name: 'Balanced accuracy', value: balancedAccuracy },
  ];
}
