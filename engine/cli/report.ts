/** How well a network does on labelled images, as commands end with it. */
import { warningRecord } from '../contract/warning-codes.ts';
import type { TaskReport } from '../tasks/task.ts';
import type { KeptReport } from '../train/keep-report.ts';
import type { Output } from './output.ts';

export function showReport(
  out: Output,
  { report, files = [], notes = [] }: KeptReport & { readonly report?: TaskReport },
): void {
  if (report === undefined) return;
  showNotes(out, notes);
  for (const line of report.lines) out.result(line);
  showFiles(out, files);
  out.record(files.length === 0 ? report.record : { ...report.record, files });
}

export function showFiles(out: Output, files: readonly string[]): void {
  if (files.length > 0) out.result(`Written: ${files.join(', ')}`);
}

/** What is odd about a judgement. */
export function showNotes(out: Output, notes: readonly string[]): void {
  for (const message of notes) {
    out.record(warningRecord('evaluation-note', message));
    out.note(`Note: ${message}`);
  }
}
