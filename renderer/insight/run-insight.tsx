/** What a network has learnt, on the page of its run: a section for each view that the run has. */
import type { RunDetail } from '../../engine/contract/studio/index.ts';
import { StudentSection } from './student/student-section.tsx';

export function RunInsight({ run }: { readonly run: RunDetail }) {
  return run.kind === 'pretrain' ? <StudentSection run={run} /> : null;
}
