/** The evaluation of a classifier: metrics, confusion matrix, classes, calibration and mistakes. */
import { SimpleGrid, Stack, Text } from '@mantine/core';
import {
  type ClassifierEvaluation,
  classifierEvaluationSchema,
} from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { UnreadableResult } from '../../ui/error-notice.tsx';
import { countOf, numberText, percentText } from '../../ui/format.ts';
import { type Headline, Headlines, headlineOf } from '../../ui/headlines.tsx';
import type { EvaluationProps } from '../task.ts';
import { Confusions } from './confusions.tsx';
import { Mistakes } from './mistakes.tsx';
import { PerClass } from './per-class.tsx';
import { ReliabilityTable } from './reliability.tsx';

export function ClassificationEvaluation({ evaluation, computation }: EvaluationProps) {
  const { data } = classifierEvaluationSchema.safeParse(evaluation);
  if (data === undefined) return <UnreadableResult />;
  return (
    <>
      <Headlines items={headlinesOf(data)} />
      <Text>
        Evaluated on {countOf(data.images, 'image')} of{' '}
        {countOf(data.classes.length, 'class', 'classes')}; chance level{' '}
        {percentText(1 / data.classes.length)}.
        {data.loss === null ? '' : ` Loss ${numberText(data.loss)}.`}
        {computation}
      </Text>
      {data.top1.low <= 1 / data.classes.length ? (
        <Text>
          The chance level is within the interval. More labels or a pre-trained network may help.
        </Text>
      ) : null}
      <SimpleGrid cols={{ base: 1, xl: 2 }} style={{ alignItems: 'start' }}>
        <Confusions evaluation={data} />
        <Stack miw={0}>
          <PerClass evaluation={data} />
          <ReliabilityTable evaluation={data} />
        </Stack>
      </SimpleGrid>
      <Mistakes evaluation={data} />
    </>
  );
}

function headlinesOf(evaluation: ClassifierEvaluation): Headline[] {
  const { top1, top5, macroF1, balancedAccuracy, classes } = evaluation;
  return [
    headlineOf(termOf('top1'), top1),
    ...(classes.length > 5 ? [headlineOf(termOf('top5'), top5)] : []),
    headlineOf(termOf('macroF1'), macroF1),
    { name: termOf('balancedAccuracy'), value: balancedAccuracy },
  ];
}
