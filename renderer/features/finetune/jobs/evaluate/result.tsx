/** The result of an evaluation, as its task shows it. */
import { Stack, Text } from '@mantine/core';
import type { Job } from '../../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../../client/use-studio.ts';
import { EvaluatedImages } from '../../../../tasks/evaluated-images.tsx';
import { taskPages } from '../../../../tasks/register.ts';
import { ErrorNotice } from '../../../../ui/error-notice.tsx';
import { countText } from '../../../../ui/format.ts';

export function EvaluationView({ job }: { readonly job: Job }) {
  const of = { job: job.id };
  const { data, error, refetch } = useStudio('evaluations.get', of);
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Text role="status">Reading the result…</Text>;
  const Evaluation = taskPages(data.task)?.Evaluation;
  if (Evaluation === undefined)
    return (
      <ErrorNotice
        error={{
          message: `This version does not know the task "${data.task}".`,
          advice: 'Update ConMIM Studio.',
        }}
      />
    );
  const rate = job.result?.['imagesPerSecond'];
  const throughput =
    typeof rate === 'number' ? ` Throughput ${countText(Math.round(rate))} images/s.` : '';
  return (
    <EvaluatedImages of={of}>
      <Stack>
        <Evaluation evaluation={data} throughput={throughput} />
      </Stack>
    </EvaluatedImages>
  );
}
