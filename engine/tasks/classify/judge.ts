/** A classifier judged on any labelled images. */
import { percentText } from '../../contract/number-text.ts';
import { readLabelledSet } from '../../data/labelled/labelled-set.ts';
import { keptScores } from '../../evaluation/class-scores.ts';
import { predictImages } from '../../evaluation/predict-images.ts';
import { labelledMemory } from '../../runs/scan-memory.ts';
import type { Judgement, JudgeRequest } from '../labelled-task.ts';
import { refuseSeparator } from '../shared/labelled-data.ts';
import { learntFrom, modelImages } from '../shared/model-images.ts';
import { oddities } from '../shared/training-sets.ts';
import type { EvaluationReport } from './metrics.ts';
import { classifierReport } from './report.ts';
import { classifierTables } from './tables.ts';

const SHOWN_MISTAKES = 5;

/** @throws StudioError `unknown-classes`, and as reading labelled images does */
export async function judgeClassifier(request: JudgeRequest): Promise<Judgement> {
  const { workspace, model, data, labelSeparator, device, onProgress } = request;
  refuseSeparator(labelSeparator);
  const { vit, head, tensors } = model;
  const { classes, pooling } = head;
  const set = await readLabelledSet(data, {
    classes,
    indexFile: labelledMemory(workspace, data),
  });
  const images = modelImages(model, set.samples);
  const predicted = await predictImages({
    config: { vit, classes: classes.length, pooling, headScale: 1 },
    tensors,
    images: images.images,
    load: images.load,
    device,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const scores = keptScores(images, predicted.scores);
  const { kept, leftOut } = images;
  const labels = kept.map(({ label }) => label);
  const paths = kept.map(({ path }) => path);
  const report = classifierReport({ scores, labels, leftOut: images.positionsLeftOut }, classes);
  const evaluation = withPaths(report.evaluation, paths);
  return {
    report: { ...report, evaluation },
    imagesPerSecond: predicted.imagesPerSecond,
    details: mistakeLines(evaluation),
    warnings: [
      ...oddities(set).map(({ message }) => message),
      ...learntFrom(kept),
      ...images.notes,
    ],
    leftOut,
    tables: () => classifierTables({ paths, scores, labels }, evaluation),
  };
}

export function withPaths(
  evaluation: EvaluationReport,
  paths: readonly string[],
): EvaluationReport {
  const { mistakes, ...rest } = evaluation;
  return { ...rest, mistakes: mistakes.map((each) => ({ ...each, path: paths[each.image]! })) };
}

/** The most confident ones. */
export function mistakeLines({ mistakes, classes }: EvaluationReport): string[] {
  if (mistakes.length === 0) return [];
  const shown = mistakes
    .slice(0, SHOWN_MISTAKES)
    .map(
      ({ path, label, predicted, confidence }) =>
        `  ${path}: ${classes[predicted]} (${percentText(confidence)}), in truth ${classes[label]}`,
    );
  return ['The most confident mistakes:', ...shown];
}
