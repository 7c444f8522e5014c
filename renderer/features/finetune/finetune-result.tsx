/** The result of a fine-tuning: its metrics and the next steps. */
import { Button, Group, Stack } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { referenceAddress } from '../../ui/reference-param.ts';
import { changeFinetuneDraft } from './draft.ts';
import { taskPages } from './tasks/register.ts';

export function FinetuneResult({ job }: { readonly job: Job }) {
  const [, navigate] = useLocation();
  const { run, request } = job;
  const Metrics = taskPages(job.result?.['task'])?.Metrics;
  const evaluate = () => {
    if (run === undefined || request.kind !== 'finetune') return;
    const val = request.val ?? '';
    changeFinetuneDraft({ tab: 'evaluate', classifier: run, classifierStep: undefined, val });
    navigate('/finetune');
  };
  return (
    <Stack>
      {Metrics === undefined ? null : <Metrics result={job.result} />}
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
