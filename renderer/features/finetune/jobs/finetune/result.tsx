/** The result of a fine-tuning: its metrics and the next steps. */
import { Button, Group, Stack } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { taskPages } from '../../../../tasks/register.ts';
import { referenceAddress } from '../../../../ui/reference-param.ts';
import { changeFinetuneDraft } from '../../draft.ts';
import type { JobOf } from '../result-job.ts';

export function FinetuneResult({ job }: { readonly job: JobOf<'finetune'> }) {
  const [, navigate] = useLocation();
  const { run, request } = job;
  const Metrics = taskPages(job.result?.['task'])?.Metrics;
  const evaluate = (classifier: string) => {
    const { val = '' } = request;
    changeFinetuneDraft({ tab: 'evaluate', classifier, classifierStep: undefined, val });
    navigate('/finetune');
  };
  return (
    <Stack>
      {Metrics === undefined ? null : <Metrics result={job.result} />}
      {run === undefined ? null : (
        <Group>
          <Button onClick={() => evaluate(run)}>See its mistakes…</Button>
          <Button component={Link} href={referenceAddress('predict/with', run)} variant="default">
            Predict on new images…
          </Button>
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
