/** The figure of `insight learning` as a file. */
import { rasterise, writePng } from './figures/png.ts';
import { learningFigure } from './learning-figure.ts';
import type { LearningReport } from './learning-report.ts';

/** @throws StudioError `target-taken`, and what the disk says */
export async function drawLearning(report: LearningReport, file: string): Promise<void> {
  await writePng(file, await rasterise(learningFigure(report)));
}
