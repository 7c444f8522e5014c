/** All tasks that runs are trained for, each loaded when it is first needed. */
import { StudioError } from '../contract/errors.ts';
import type { RunRecord } from '../runs/run-record.ts';
import type { SteppedTask } from './task.ts';

const TASKS = {
  pretrain: async () => (await import('./pretrain/task.ts')).pretrainTask,
  classify: async () => (await import('./classify/task.ts')).classifyTask,
} as const;
export type TaskId = keyof typeof TASKS;

// biome-ignore lint/suspicious/noExplicitAny: what is read of a run by its task fits this task alone.
type AnySteppedTask = SteppedTask<any>;

/**
 * The task of a run; records of 0.1.0 name its kind alone.
 *
 * @throws StudioError `run-damaged` for a task of another version
 */
export async function taskOf(record: RunRecord): Promise<AnySteppedTask> {
  const id = record.task ?? (record.kind === 'pretrain' ? 'pretrain' : 'classify');
  if (Object.hasOwn(TASKS, id)) return TASKS[id as TaskId]();
  throw new StudioError('run-damaged', `${record.id} is a run of the task "${id}".`, {
    advice: 'This version has no such task: update ConMIM Studio.',
  });
}
