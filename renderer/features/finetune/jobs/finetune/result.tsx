/** The result of a fine-tuning: its metrics and the next steps. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useLocation } from 'wouter';
import { taskPages } from '../../../../tasks/register.ts';
import { LinkButton } from '../../../../ui/link-button.tsx';
import { referenceAddress } from '../../../../ui/reference-param.ts';
import { changeFinetuneDraft } from '../../draft.ts';
import { EvaluationView } from '../evaluate/result.tsx';
import type { JobOf } from '../result-job.ts';

export function FinetuneResult({ job }: { readonly job: JobOf<'finetune'> }) {
  const [, navigate] = useLocation();
  const { run, request } = job;
  const Metrics = taskPages(job.result?.['task'])?.Metrics;
  // Runs of 0.1.0 keep none, and name no files.
  const isEvaluated = Array.isArray(job.result?.['files']);
  const evaluate = (classifier: string) => {
    const { val = '' } = request;
    changeFinetuneDraft({ tab: 'evaluate', classifier, classifierStep: undefined, val });
    navigate('/finetune');
  };
  return (
    <Stack>
      {isEvaluated ? (
        <EvaluationView job={job} />
      ) : (
        <>
          {Metrics === undefined ? null : <Metrics result={job.result} />}
          {run === undefined ? null : (
            <Text>
              This run keeps no confusion matrix, classes and mistakes: <b>Evaluate this</b> gives
              them.
            </Text>
          )}
        </>
      )}
      {run === undefined ? null : (
        <Group>
          <Button variant={isEvaluated ? 'default' : 'filled'} onClick={() => evaluate(run)}>
            {isEvaluated ? 'Evaluate on other images…' : 'Evaluate this…'}
          </Button>
          <LinkButton href={referenceAddress('predict/with', run)}>
            Predict on new images…
          </LinkButton>
          <LinkButton href={referenceAddress('runs', run)}>Its run and curves</LinkButton>
          <LinkButton href={referenceAddress('models', run)}>Export…</LinkButton>
        </Group>
      )}
    </Stack>
  );
}
