/** The result of an evaluation by nearest neighbours. */
import { Stack, Text } from '@mantine/core';
import { z } from 'zod';
import type { Job } from '../../../../../engine/contract/studio/index.ts';
import { Bars } from '../../../../ui/bars.tsx';
import { ErrorNotice } from '../../../../ui/error-notice.tsx';
import { countText, percentText } from '../../../../ui/format.ts';
import { Section } from '../../../../ui/section.tsx';
import { Headlines } from '../../headline.tsx';
import { metricHeadlines, metricsSchema } from '../classify/metrics.tsx';
import { sweepText } from './sweep-text.ts';

const resultSchema = metricsSchema.extend({
  k: z.number(),
  sweep: z.array(z.looseObject({ k: z.number(), top1: z.number() })),
});

export function KnnResult({ job }: { readonly job: Job }) {
  const parsed = resultSchema.safeParse(job.result);
  if (!parsed.success)
    return (
      <ErrorNotice
        error={{ message: 'The result cannot be read.', advice: 'Run the evaluation again.' }}
      />
    );
  const { n, k, classes } = parsed.data;
  const sweep = [...parsed.data.sweep].sort((a, b) => a.k - b.k);
  return (
    <Stack>
      <Headlines items={metricHeadlines(parsed.data, `Top-1 accuracy, k = ${countText(k)}`)} />
      <Text>
        Evaluated on {countText(n)} images of {countText(classes)} classes. {sweepText(parsed.data)}
      </Text>
      <Section title="Other numbers of neighbours">
        <Bars
          caption="Top-1 accuracy by number of neighbours"
          head={['Neighbours', 'Top-1']}
          rows={sweep.map((entry) => ({ name: countText(entry.k), value: entry.top1 }))}
          text={percentText}
          most={1}
        />
      </Section>
    </Stack>
  );
}
