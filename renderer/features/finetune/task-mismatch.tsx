/** A data set whose labels the task does not learn, named before the start. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { LABELLED_TASKS, type LabelledTaskId } from '../../../engine/contract/tasks.ts';
import { useLive } from '../../state/live.ts';
import { setAt, taskMismatch } from './task-advice.ts';

export function TaskMismatchNotice(props: {
  /** Paths of the chosen sets. */
  readonly sets: readonly string[];
  readonly task: string | undefined;
  /** Left out where the task cannot be chosen. */
  readonly onChange?: (task: LabelledTaskId) => void;
}) {
  const { sets, task, onChange } = props;
  const datasets = useLive((state) => state.datasets);
  const found = taskMismatch(
    sets.map((at) => setAt(datasets, at)),
    task,
  );
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
