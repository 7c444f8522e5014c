/** The evaluation that a run keeps of its best checkpoint, and its files. */
import { Stack, Text, Title } from '@mantine/core';
import type { RunDetail } from '../../../../engine/contract/studio/index.ts';
import { EvaluationView } from '../../../tasks/evaluation-view.tsx';
import { pagesOfRun } from '../../../tasks/register.ts';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { ResultFiles } from '../../../ui/result-files.tsx';
import { TextLink } from '../../../ui/text-link.tsx';

export function RunEvaluation({ run }: { readonly run: RunDetail }) {
  const { id, status, checkpoints } = run;
  if (status !== 'done' || pagesOfRun(run).Evaluation === undefined) return null;
  const of = { run: id };
  return (
    <Stack component="section" aria-label="Evaluation">
      <Title order={2} size="h3">
        Evaluation of the best checkpoint
      </Title>
      <EvaluationView
        of={of}
        otherwise={
          <Text>
            This run keeps no confusion matrix, classes and mistakes.{' '}
            <TextLink href={referenceAddress('finetune', id)}>Evaluate it</TextLink> to get them.
          </Text>
        }
      />
      <ResultFiles of={of} network={checkpoints.length > 0 ? id : undefined} />
    </Stack>
  );
}
