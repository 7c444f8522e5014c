/** Fine-tuning of a whole network, or of its last blocks, for classification. */
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { ONE_CLASS } from '../shared/classifier-module.ts';
import { type FinetuneParts, finetuneParts } from '../shared/finetune-parts.ts';
import {
  type Finetuning,
  type LabelMeaning,
  makeFinetuneTask,
  type PredictedImages,
} from '../shared/finetune-task.ts';
import { softTargets } from '../shared/mixup.ts';
import {
  type ClassifierReport,
  classifierReport,
  summarise,
  type ValidationScores,
} from './report.ts';
import { CLASSIFIER_TABLES } from './tables.ts';

export type Classification = Finetuning<FinetuneRecipe, ClassifierReport>;

const oneClass: LabelMeaning<FinetuneRecipe, ClassifierReport> = {
  tables: CLASSIFIER_TABLES,
  parseRecipe: parseFinetuneRecipe,
  objective: () => ONE_CLASS,
  sampling: ({ sampling }) => sampling,
  targets:
    ({ smoothing }, { classes }) =>
    (shown, share) => {
      const labels = shown.map(({ label }) => label);
      return { targets: softTargets(labels, classes.length, smoothing, share), labels };
    },
  score: ({ classes }) => ({ name: 'top1', chance: 1 / classes.length }),
  summarise: (predicted) => summarise(withLabels(predicted)),
  report: (predicted, { seed }, classes) =>
    classifierReport(withLabels(predicted), classes, { seed }),
};

function withLabels({ samples, ...predicted }: PredictedImages): ValidationScores {
  return {
    ...predicted,
    labels: Array.from(samples, ({ label }) => label),
    paths: Array.from(samples, ({ path }) => path),
  };
}

export const makeClassifyTask = (parts: FinetuneParts) => makeFinetuneTask(oneClass, parts);

export const classifyTask = makeClassifyTask(finetuneParts);
