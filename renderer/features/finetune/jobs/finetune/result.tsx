/** The result of a fine-tuning: its evaluation and the next steps. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useLocation } from 'wouter';
import { EvaluationView } from '../../../../tasks/evaluation-view.tsx';
import { taskPages } from '../../../../tasks/register.ts';
import { LinkButton } from '../../../../ui/link-button.tsx';
import { referenceAddress } from '../../../../ui/reference-param.ts';
import { changeFinetuneDraft } from '../../draft.ts';
import type { JobOf } from '../result-job.ts';

export function FinetuneResult({ job }: { readonly job: JobOf<'finetune'> }) {
  const [, navigate] = useLocation();
  const { id, run, request, result } = job;
  const task = result?.['task'];
  const Metrics = taskPages(task)?.Metrics;
  // Runs of 0.1.0 keep none, and name no files.
  const isEvaluated = Array.isArray(result?.['files']);
  const evaluate = (classifier: string) => {
    const { val = '' } = request;
    changeFinetuneDraft({ tab: 'evaluate', classifier, classifierStep: undefined, val });
    navigate('/finetune');
  };
  return (
    <Stack>
      {isEvaluated ? (
        <EvaluationView of={{ job: id }} />
      ) : (
        <>
          {Metrics === undefined ? null : <Metrics result={result} />}
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
        </Group>
      )}
    </Stack>
  );
}
