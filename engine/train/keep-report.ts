/** The report of a run in its folder: the same files that `evaluate` writes. */
import { toStudioError } from '../contract/errors.ts';
import { evaluationFolder } from '../runs/evaluation-folder.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { FittedTask, SteppedTask, TaskTypes } from '../tasks/task.ts';

export interface KeptReport {
  /** The files of the report in the run's folder, absolute. */
  readonly files?: readonly string[];
  /** What went wrong after the training. */
  readonly notes?: readonly string[];
}

/** The run is complete without these files, so a failure to write them is a note. */
export async function keepReport<T extends TaskTypes>(
  task: SteppedTask<T> | FittedTask<T>,
  { dir }: RunFolder,
  report: T['report'],
): Promise<KeptReport> {
  if (task.writeReport === undefined) return {};
  try {
    return { files: await task.writeReport(evaluationFolder(dir), report) };
  } catch (error) {
    const { message } = toStudioError(error);
    return { notes: [`The evaluation was not written to the run: ${message}`] };
  }
}
