/** The metrics that a run for semantic segmentation ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { countOf, countText } from '../../ui/format.ts';
import { Headlines, recordedHeadlines } from '../../ui/headlines.tsx';

const metricsSchema = z.looseObject({ n: z.number(), pixels: z.number() });

export function SegmentMetrics({ result }: { readonly result: unknown }) {
  const { data } = metricsSchema.safeParse(result);
  if (data === undefined) return null;
  const { n, pixels } = data;
  return (
    <>
      <Headlines items={recordedHeadlines(data, ['mIoU', 'pixelAccuracy'])} />
      <Text>
        Evaluated on {countText(pixels)} labelled pixels of {countOf(n, 'image')}, with the best
        checkpoint of the run.
      </Text>
    </>
  );
}
