/** The metrics that a run for objects ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { countOf } from '../../ui/format.ts';
import { Headlines, recordedHeadlines } from '../../ui/headlines.tsx';

const metricsSchema = z.looseObject({ n: z.number(), objects: z.number() });

export function ObjectsMetrics({ result }: { readonly result: unknown }) {
  const { data } = metricsSchema.safeParse(result);
  if (data === undefined) return null;
  const { n, objects } = data;
  return (
    <>
      <Headlines items={recordedHeadlines(data, ['AP', 'AP50', 'AP75', 'boxAP'])} />
      <Text>
        Evaluated on {countOf(objects, 'object')} in {countOf(n, 'image')}, with the best checkpoint
        of the run.
      </Text>
    </>
  );
}
