/** How well a run does on its validation images, as commands end with it. */
import type { TaskReport } from '../tasks/task.ts';
import type { Output } from './output.ts';

export function showReport(out: Output, report: TaskReport | undefined): void {
  if (report === undefined) return;
  for (const line of report.lines) out.result(line);
  out.record(report.record);
}
