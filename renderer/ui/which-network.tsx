/** Select fields for the network of a run (teacher or student) and its checkpoint. */
import { Group, NativeSelect } from '@mantine/core';
import type { ModelSummary } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { FieldLabel } from './field-label.tsx';
import { countText } from './format.ts';

export interface Which {
  readonly network?: 'teacher' | 'student';
  readonly checkpoint?: number;
}

export function WhichNetwork(props: {
  /** A model of a run. */
  readonly model: ModelSummary;
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
          label="Network of the run"
          description="The published fine-tuning starts from the teacher."
          data={[
            { value: 'teacher', label: 'Teacher (EMA)' },
            { value: 'student', label: 'Student' },
          ]}
          value={which.network ?? 'teacher'}
          onChange={(event) =>
            onChange({ ...which, network: event.currentTarget.value as 'teacher' | 'student' })
          }
        />
      ) : null}
      <NativeSelect
        label={<FieldLabel label="Checkpoint" />}
        description={
          model.kind === 'classifier'
            ? 'The best checkpoint by its validation score.'
            : 'Earlier checkpoints can have better features.'
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
