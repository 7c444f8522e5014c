/** The result of a fine-tuning: its metrics and the next steps. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { z } from 'zod';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { countText, percentText } from '../../ui/format.ts';
import { referenceAddress } from '../../ui/reference-param.ts';
import { changeFinetuneDraft } from './draft.ts';
import { calibrationText } from './evaluation-text.ts';
import { type Headline, Headlines } from './headline.tsx';

const interval = z.tuple([z.number(), z.number()]);
export const metricsSchema = z.looseObject({
  top1: z.number(),
  top1Interval: interval,
  top5: z.number(),
  top5Interval: interval,
  macroF1: z.number(),
  n: z.number(),
  ece: z.number(),
  classes: z.number(),
});

export function metricHeadlines(
  { top1, top1Interval, top5, top5Interval, macroF1, classes }: z.infer<typeof metricsSchema>,
  top1Name: string,
): Headline[] {
  return [
    { name: top1Name, value: top1, interval: top1Interval },
    ...(classes > 5 ? [{ name: 'Top-5 accuracy', value: top5, interval: top5Interval }] : []),
    { name: 'Macro F1', value: macroF1 },
    { name: 'Chance level', value: 1 / classes },
  ];
}

export function FinetuneResult({ job }: { readonly job: Job }) {
  const [, navigate] = useLocation();
  const { run, request } = job;
  const metrics = metricsSchema.safeParse(job.result).data;
  const evaluate = () => {
    if (run === undefined || request.kind !== 'finetune') return;
    const val = request.val ?? '';
    changeFinetuneDraft({ tab: 'evaluate', classifier: run, classifierStep: undefined, val });
    navigate('/finetune');
  };
  return (
    <Stack>
      {metrics === undefined ? null : (
        <>
          <Headlines items={metricHeadlines(metrics, 'Top-1 accuracy')} />
          <Text>
            Evaluated on {countText(metrics.n)} images of {countText(metrics.classes)} classes, with
            the best checkpoint of the run. {calibrationText(metrics.ece)}
          </Text>
          {metrics.top1Interval[0] <= 1 / metrics.classes ? (
            <Text>
              The chance level, {percentText(1 / metrics.classes)}, is within the interval: the
              network has not learnt to tell the classes apart. More labels or a pre-trained network
              may help.
            </Text>
          ) : null}
        </>
      )}
      {run === undefined ? null : (
        <Group>
          <Button onClick={evaluate}>See its mistakes…</Button>
          <Button component={Link} href={referenceAddress('runs', run)} variant="default">
            Its run and curves
          </Button>
          <Button component={Link} href={referenceAddress('models', run)} variant="default">
            Export…
          </Button>
        </Group>
      )}
    </Stack>
  );
}
