/** Fine-tuning of a whole network, or of its last blocks, for multi-label classification. */
import { type MultilabelRecipe, parseMultilabelRecipe } from '../../contract/multilabel-recipe.ts';
import { type FinetuneParts, finetuneParts } from '../shared/finetune-parts.ts';
import {
  type Finetuning,
  type LabelMeaning,
  makeFinetuneTask,
  type PredictedImages,
} from '../shared/finetune-task.ts';
import { balancedWeights, guessedF1, labelsOfImages, labelTargets } from './labels.ts';
import { severalLabels } from './loss.ts';
import type { LabelScores } from './metrics.ts';
import { type LabelsReport, labelsReport, labelsSummary, MULTILABEL } from './report.ts';
import { MULTILABEL_TABLES } from './tables.ts';

export type Multilabel = Finetuning<MultilabelRecipe, LabelsReport>;

const anyLabels: LabelMeaning<MultilabelRecipe, LabelsReport> = {
  id: MULTILABEL,
  several: true,
  tables: MULTILABEL_TABLES,
  parseRecipe: parseMultilabelRecipe,
  objective: ({ threshold }) => severalLabels(threshold),
  sampling: () => 'uniform',
  targets({ class_weights: kind }, { train: { samples }, classes: { length: classes } }) {
    const weights = kind === 'none' ? undefined : balancedWeights(samples, classes);
    return labelTargets(classes, weights);
  },
  score: ({ train: { samples }, classes }) => ({
    name: 'microF1',
    chance: guessedF1(samples, classes.length),
  }),
  summarise: (predicted, { threshold }) => ({
    ...labelsSummary(labelScores(predicted), threshold),
    notes: predicted.notes,
  }),
  report(predicted, { threshold, seed }, classes) {
    const { samples, leftOut } = predicted;
    const paths = Array.from(samples, ({ path }) => path);
    const found = { scores: labelScores(predicted), paths, leftOut };
    return labelsReport(found, classes, threshold, { seed });
  },
};

export function labelScores({
  scores: { data, count, classes },
  samples,
}: Pick<PredictedImages, 'scores' | 'samples'>): LabelScores {
  return { logits: data, targets: labelsOfImages(samples, classes), images: count, classes };
}

export const makeMultilabelTask = (parts: FinetuneParts) => makeFinetuneTask(anyLabels, parts);

export const multilabelTask = makeMultilabelTask(finetuneParts);
