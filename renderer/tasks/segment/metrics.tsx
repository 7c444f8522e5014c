/** The metrics that a run for semantic segmentation ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { termOf } from '../../../engine/contract/terms.ts';
import { countText } from '../../ui/format.ts';
import { Headlines } from '../../ui/headlines.tsx';

const interval = z.tuple([z.number(), z.number()]);
const metricsSchema = z.looseObject({
  mIoU: z.number(),
  mIoUInterval: interval,
  pixelAccuracy: z.number(),
  pixelAccuracyInterval: interval,
  n: z.number(),
  pixels: z.number(),
});

export function SegmentMetrics({ result }: { readonly result: unknown }) {
  const { data } = metricsSchema.safeParse(result);
  if (data === undefined) return null;
  const { mIoU, pixelAccuracy, n, pixels } = data;
  return (
    <>
      <Headlines
        items={[
          { name: termOf('mIoU'), value: mIoU, interval: data.mIoUInterval },
          {
            name: termOf('pixelAccuracy'),
            value: pixelAccuracy,
            interval: data.pixelAccuracyInterval,
          },
        ]}
      />
      <Text>
        Evaluated on {countText(pixels)} labelled pixels of {countText(n)} images, with the best
        checkpoint of the run.
      </Text>
    </>
  );
}
