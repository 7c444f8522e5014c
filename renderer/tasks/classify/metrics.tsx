/** The metrics that a classifier’s run ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { calibrationText } from '../../../engine/contract/calibration-text.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countOf, percentText } from '../../ui/format.ts';
import { type Headline, Headlines } from '../../ui/headlines.tsx';

const interval = z.tuple([z.number(), z.number()]);
export const metricsSchema = z.looseObject({
  top1: z.number(),
  top1Interval: interval,
  top5: z.number(),
  top5Interval: interval,
  macroF1: z.number(),
  n: z.number(),
  ece: z.number(),
  confidenceGap: z.number().optional(),
  classes: z.number(),
});

export function metricHeadlines(
  { top1, top1Interval, top5, top5Interval, macroF1, classes }: z.infer<typeof metricsSchema>,
  top1Name: string,
): Headline[] {
  return [
    { name: top1Name, value: top1, interval: top1Interval },
    ...(classes > 5 ? [{ name: termOf('top5'), value: top5, interval: top5Interval }] : []),
    { name: termOf('macroF1'), value: macroF1 },
    { name: termOf('chance'), value: 1 / classes },
  ];
}

export function ClassificationMetrics({ result }: { readonly result: unknown }) {
  const metrics = metricsSchema.safeParse(result).data;
  if (metrics === undefined) return null;
  const { n, classes, ece, confidenceGap, top1Interval } = metrics;
  return (
    <>
      <Headlines items={metricHeadlines(metrics, termOf('top1'))} />
      <Text>
        Evaluated on {countOf(n, 'image')} of {countOf(classes, 'class', 'classes')}, with the best
        checkpoint of the run. {calibrationText(ece, confidenceGap)}.
      </Text>
      {top1Interval[0] <= 1 / classes ? (
        <Text>
          The chance level, {percentText(1 / classes)}, is within the interval. More labels or a
          pre-trained network may help.
        </Text>
      ) : null}
    </>
  );
}
