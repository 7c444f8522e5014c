/** The commands that follow a fine-tuning. */
import { hasPixelClasses } from '../contract/tasks.ts';
import type { TaskReport } from '../tasks/task.ts';
import type { Output } from './output.ts';

/** Evaluating and predicting with the network of a run; nothing without its report. */
export function showNextSteps(
  out: Output,
  dir: string | undefined,
  report: TaskReport | undefined,
): void {
  if (dir === undefined || report === undefined) return;
  const predictions = hasPixelClasses(report.record['task']) ? 'predictions' : 'predictions.csv';
  out.result(
    [
      'Evaluate it on other labelled images, or predict on new ones, with:',
      `  conmim evaluate --model "${dir}" --data LABELLED --out results`,
      `  conmim predict --model "${dir}" --data IMAGES --out ${predictions}`,
    ].join('\n'),
  );
}
