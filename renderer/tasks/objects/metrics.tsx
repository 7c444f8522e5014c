/** The metrics that a run for objects ends with. */
import { Text } from '@mantine/core';
import { z } from 'zod';
import { termOf } from '../../../engine/contract/terms.ts';
import { countOf } from '../../ui/format.ts';
import { Headlines } from '../../ui/headlines.tsx';

const interval = z.tuple([z.number(), z.number()]);
const metricsSchema = z.looseObject({
  AP: z.number(),
  APInterval: interval,
  AP50: z.number(),
  AP50Interval: interval,
  AP75: z.number(),
  AP75Interval: interval,
  boxAP: z.number().exactOptional(),
  boxAPInterval: interval.exactOptional(),
  n: z.number(),
  objects: z.number(),
});

export function ObjectsMetrics({ result }: { readonly result: unknown }) {
  const { data } = metricsSchema.safeParse(result);
  if (data === undefined) return null;
  const { AP, AP50, AP75, boxAP, n, objects } = data;
  return (
    <>
      <Headlines
        items={[
          { name: termOf('AP'), value: AP, interval: data.APInterval },
          { name: termOf('AP50'), value: AP50, interval: data.AP50Interval },
          { name: termOf('AP75'), value: AP75, interval: data.AP75Interval },
          ...(boxAP === undefined
            ? []
            : [{ name: termOf('boxAP'), value: boxAP, interval: data.boxAPInterval }]),
        ]}
      />
      <Text>
        Evaluated on {countOf(objects, 'object')} in {countOf(n, 'image')}, with the best checkpoint
        of the run.
      </Text>
    </>
  );
}
