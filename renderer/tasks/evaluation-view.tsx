/** An evaluation as its task shows it, of a job or of a run. */
import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { isStudioError } from '../../engine/contract/errors.ts';
import { useStudio } from '../client/use-studio.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { countText } from '../ui/format.ts';
import { computedInText } from '../ui/precisions.ts';
import { type Evaluated, EvaluatedImages } from './evaluated-images.tsx';
import { taskPages } from './register.ts';

export function EvaluationView(props: {
  readonly of: Evaluated;
  /** Images a second, where it was measured. */
  readonly imagesPerSecond?: unknown;
  /** Shown where there is none. */
  readonly otherwise?: ReactNode;
}) {
  const { of, imagesPerSecond: rate, otherwise } = props;
  const { data, error, refetch } = useStudio('evaluations.get', of);
  if (otherwise !== undefined && isStudioError(error, 'evaluation-missing')) return otherwise;
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
  const throughput =
    typeof rate === 'number' ? ` Throughput ${countText(Math.round(rate))} images/s.` : '';
  return (
    <EvaluatedImages of={of}>
      <Stack>
        <Evaluation
          evaluation={data}
          computation={`${throughput}${computedInText(data.precision)}`}
        />
      </Stack>
    </EvaluatedImages>
  );
}
