/** The learner of a task, made anew where its device fails. */
import type { OpenLearnerOptions, SteppedTask, TaskTypes } from '../tasks/task.ts';
import { RecoverableLearner } from './recovery.ts';

export type Recoverable<T extends TaskTypes> = RecoverableLearner<T['batch'], T['learner']>;

export function openRecoverable<T extends TaskTypes>(
  task: SteppedTask<T>,
  options: OpenLearnerOptions<T>,
): Promise<Recoverable<T>> {
  const { recipe } = options;
  return RecoverableLearner.open({
    batch: recipe,
    leastPass: task.leastPass?.(recipe) ?? 1,
    create: (micro_batch) => task.open({ ...options, recipe: { ...recipe, micro_batch } }),
  });
}
