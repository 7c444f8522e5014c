/** A data set whose labels the task does not learn, named before the start. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { LABELLED_TASKS, type LabelledTaskId } from '../../../engine/contract/tasks.ts';
import { useFinetuneDraft } from './draft.ts';
import { refusedLabels, taskMismatch } from './task-advice.ts';
import { type SetName, useSetAt } from './use-set-at.ts';

/** Why the chosen sets cannot be learned from; undefined where their labels may fit. */
export function useRefusedLabels(
  sets: readonly SetName[],
  task: string | undefined,
): string | undefined {
  const { dense, valFolders } = useFinetuneDraft();
  const masks = dense.masks ?? valFolders.masks;
  return refusedLabels(sets.map(useSetAt()), task, { ...dense, masks });
}

export function TaskMismatchNotice(props: {
  readonly sets: readonly SetName[];
  readonly task: string | undefined;
  /** Left out where the task cannot be chosen. */
  readonly onChange?: (task: LabelledTaskId) => void;
}) {
  const { sets, task, onChange } = props;
  const format = useFinetuneDraft((draft) => draft.dense.format);
  const setOf = useSetAt();
  const found = taskMismatch(sets.map(setOf), task, format);
  if (found === undefined) return null;
  const { text, task: fitting } = found;
  return (
    <Alert color="yellow" role="alert" title="The labels do not fit the task">
      <Text size="sm">{text}</Text>
      {onChange === undefined || fitting === undefined ? null : (
        <Group mt="xs">
          <Button size="xs" variant="default" onClick={() => onChange(fitting)}>
            Use {LABELLED_TASKS[fitting].title}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
