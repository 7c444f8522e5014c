/** The metrics that a run for several labels an image ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { termOf } from '../../../engine/contract/terms.ts';
import { countText } from '../../ui/format.ts';
import { Headlines } from '../../ui/headlines.tsx';

const interval = z.tuple([z.number(), z.number()]);
const metricsSchema = z.looseObject({
  mAP: z.number(),
  mAPInterval: interval,
  macroF1: z.number(),
  macroF1Interval: interval,
  microF1: z.number(),
  microF1Interval: interval,
  threshold: z.number(),
  n: z.number(),
  classes: z.number(),
});

export function MultilabelMetrics({ result }: { readonly result: unknown }) {
  const { data } = metricsSchema.safeParse(result);
  if (data === undefined) return null;
  const { mAP, macroF1, microF1, threshold, n, classes } = data;
  return (
    <>
      <Headlines
        items={[
          { name: termOf('mAP'), value: mAP, interval: data.mAPInterval },
          { name: termOf('macroF1'), value: macroF1, interval: data.macroF1Interval },
          { name: termOf('microF1'), value: microF1, interval: data.microF1Interval },
        ]}
      />
      <Text>
        Evaluated on {countText(n)} images, each with any of {countText(classes)} labels, with the
        best checkpoint of the run. F1 is that of labels with a probability of at least {threshold}.
      </Text>
    </>
  );
}
