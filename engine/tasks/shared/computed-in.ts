/** The precision in which scores were computed, in reports: scores of different ones are not compared unseen. */
import { isNarrowPrecision, type Precision } from '../../contract/precision.ts';
import type { LabelledReport } from '../labelled-task.ts';

/** The report with the precision in its evaluation, its record, and, where it is narrow, its lines. */
export function computedIn<R extends LabelledReport>(report: R, precision: Precision): R {
  const { evaluation, record, lines } = report;
  return {
    ...report,
    evaluation: { ...evaluation, precision },
    record: { ...record, precision },
    lines: isNarrowPrecision(precision) ? [...lines, `Computed in ${precision}.`] : lines,
  };
}
