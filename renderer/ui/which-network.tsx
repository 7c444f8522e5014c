/** Which network of a run: teacher or student, and of which step. */
import { Group, NativeSelect } from '@mantine/core';
import type { Model } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { countText } from './format.ts';

export interface Which {
  readonly network?: 'teacher' | 'student';
  readonly checkpoint?: number;
}

export function WhichNetwork(props: {
  /** Of a run. */
  readonly model: Model;
  readonly which: Which;
  readonly onChange: (which: Which) => void;
}) {
  const { model, which, onChange } = props;
  const { data } = useStudio('runs.get', { id: model.reference });
  const steps = [...(data?.checkpoints ?? [])].reverse();
  return (
    <Group align="flex-end">
      {model.kind === 'pretrained' ? (
        <NativeSelect
          label="Which of its networks"
          description="Published fine-tuning begins from the teacher."
          data={[
            { value: 'teacher', label: 'Teacher: the slowly moving copy' },
            { value: 'student', label: 'Student: the one that was trained' },
          ]}
          value={which.network ?? 'teacher'}
          onChange={(event) =>
            onChange({ ...which, network: event.currentTarget.value as 'teacher' | 'student' })
          }
        />
      ) : null}
      <NativeSelect
        label="Checkpoint"
        description={
          model.kind === 'classifier'
            ? 'The best by its top-1 while it was trained.'
            : 'Earlier ones can have better features.'
        }
        data={[
          { value: '', label: model.kind === 'classifier' ? 'The best' : 'The newest' },
          ...steps.map(({ step, best }) => ({
            value: String(step),
            label: `Step ${countText(step)}${best ? ', the best' : ''}`,
          })),
        ]}
        value={which.checkpoint === undefined ? '' : String(which.checkpoint)}
        onChange={(event) => {
          const { checkpoint: _, ...rest } = which;
          const step = event.currentTarget.value;
          onChange(step === '' ? rest : { ...rest, checkpoint: Number(step) });
        }}
      />
    </Group>
  );
}
