/** How well a network does on labelled images, as commands end with it. */
import { warningRecord } from '../contract/warning-codes.ts';
import type { TaskReport } from '../tasks/task.ts';
import type { Output } from './output.ts';

export function showReport(out: Output, report: TaskReport | undefined): void {
  if (report === undefined) return;
  for (const line of report.lines) out.result(line);
  out.record(report.record);
}

/** What is odd about a judgement. */
export function showNotes(out: Output, notes: readonly string[]): void {
  for (const message of notes) {
    out.record(warningRecord('evaluation-note', message));
    out.note(`Note: ${message}`);
  }
}
