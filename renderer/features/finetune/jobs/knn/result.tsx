/** The result of an evaluation by nearest neighbours. */
import { Stack, Text } from '@mantine/core';
import { z } from 'zod';
import type { Job } from '../../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../../engine/contract/terms.ts';
import { metricHeadlines, metricsSchema } from '../../../../tasks/classify/metrics.tsx';
import { Bars } from '../../../../ui/bars.tsx';
import { UnreadableResult } from '../../../../ui/error-notice.tsx';
import { countOf, countText, percentText } from '../../../../ui/format.ts';
import { Headlines } from '../../../../ui/headlines.tsx';
import { computedInText } from '../../../../ui/precisions.ts';
import { Section } from '../../../../ui/section.tsx';
import { Neighbours } from './neighbours.tsx';
import { sweepText } from './sweep-text.ts';

const resultSchema = metricsSchema.extend({
  k: z.number(),
  sweep: z.array(z.looseObject({ k: z.number(), top1: z.number() })),
});

export function KnnResult({ job }: { readonly job: Job }) {
  const parsed = resultSchema.safeParse(job.result);
  if (!parsed.success) return <UnreadableResult />;
  const { n, k, classes } = parsed.data;
  const sweep = [...parsed.data.sweep].sort((a, b) => a.k - b.k);
  return (
    <Stack>
      <Headlines items={metricHeadlines(parsed.data, `Top-1 accuracy, k = ${countText(k)}`)} />
      <Text>
        Evaluated on {countOf(n, 'image')} of {countOf(classes, 'class', 'classes')}.{' '}
        {sweepText(parsed.data)}
        {computedInText(job.result?.['precision'])}
      </Text>
      <Section title="Top-1 accuracy by k">
        <Bars
          caption="Top-1 accuracy by number of neighbours"
          head={['k', termOf('top1')]}
          rows={sweep.map((entry) => ({ name: countText(entry.k), value: entry.top1 }))}
          text={percentText}
          most={1}
        />
      </Section>
      <Neighbours job={job.id} />
    </Stack>
  );
}
