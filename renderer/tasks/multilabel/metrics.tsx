/** The metrics that a run for several labels an image ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { countOf } from '../../ui/format.ts';
import { Headlines, recordedHeadlines } from '../../ui/headlines.tsx';

const metricsSchema = z.looseObject({
  threshold: z.number(),
  n: z.number(),
  classes: z.number(),
});

export function MultilabelMetrics({ result }: { readonly result: unknown }) {
  const { data } = metricsSchema.safeParse(result);
  if (data === undefined) return null;
  const { threshold, n, classes } = data;
  return (
    <>
      <Headlines items={recordedHeadlines(data, ['mAP', 'macroF1', 'microF1'])} />
      <Text>
        Evaluated on {countOf(n, 'image')}, each with any of {countOf(classes, 'label')}, with the
        best checkpoint of the run. F1 is that of labels with a probability of at least {threshold}.
      </Text>
    </>
  );
}
