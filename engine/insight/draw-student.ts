/** The figure of `insight student` as a file. */
import type { StudentStep } from '../contract/studio/student.ts';
import { rasterise, writePng } from './figures/png.ts';
import { studentFigure } from './student-figure.ts';
import type { StudentReport } from './student-report.ts';

/** @throws StudioError `target-taken`, and what the disk says */
export async function drawStudent(
  report: StudentReport,
  steps: readonly StudentStep[],
  file: string,
): Promise<void> {
  await writePng(file, await rasterise(await studentFigure(report, steps)));
}
