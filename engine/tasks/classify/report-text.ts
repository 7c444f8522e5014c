/** Results of a classifier, as records and as text. */
import { calibrationText, confidenceGap } from '../../contract/calibration-text.ts';
import { countOf, percentText } from '../../contract/number-text.ts';
import { inSentence } from '../../contract/terms.ts';
import type { EvaluationReport } from './metrics.ts';

/** The last record of `finetune`, `evaluate` and `knn`. */
export function reportRecord(report: EvaluationReport): Record<string, unknown> {
  const { images, top1, top5, loss, macroF1, balancedAccuracy, calibration, classes } = report;
  const { task, primary, values } = report;
  return {
    type: 'metrics',
    task,
    primary,
    values,
    top1: top1.value,
    top5: top5.value,
    n: images,
    loss,
    top1Interval: [top1.low, top1.high],
    top5Interval: [top5.low, top5.high],
    macroF1: macroF1.value,
    balancedAccuracy,
    ece: calibration.error,
    confidenceGap: confidenceGap(calibration.bins),
    classes: classes.length,
  };
}

/** Headline scores, and the worst classes where there are several. */
export function reportLines(report: EvaluationReport): string[] {
  const { images, top1, top5, loss, macroF1, calibration, classes, perClass } = report;
  const range = ({ low, high }: { low: number; high: number }) =>
    `(95 % interval ${percentText(low)} to ${percentText(high)})`;
  const worst = [...perClass]
    .filter(({ support }) => support > 0)
    .sort((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0))
    .slice(0, 3)
    .map(({ name, f1 }) => `${name} (F1 ${percentText(f1 ?? 0)})`);
  const top5Line = `  top-5     ${percentText(top5.value)}  ${range(top5)}`;
  return [
    `On ${countOf(images, 'image')} of ${countOf(classes.length, 'class', 'classes')}:`,
    `  top-1     ${percentText(top1.value)}  ${range(top1)}`,
    ...(classes.length > 5 ? [top5Line] : []),
    `  macro F1  ${percentText(macroF1.value)}  ${range(macroF1)}`,
    ...(loss === null ? [] : [`  loss      ${loss.toFixed(4)}`]),
    `  ${inSentence(calibrationText(calibration.error, confidenceGap(calibration.bins)))}`,
    ...(classes.length > 2 ? [`  hardest   ${worst.join(', ')}`] : []),
  ];
}
