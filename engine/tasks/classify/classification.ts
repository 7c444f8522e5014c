/** Classification: one class per image. */
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { loadFinetuneRecipe } from '../../recipes/load.ts';
import type { LabelledTask } from '../labelled-task.ts';
import { headStart } from '../shared/start-from.ts';
import { comparedClassifiers } from './compared.ts';
import { evaluateClassifier } from './evaluate.ts';
import { classPredictions } from './prediction.ts';
import { probeTask } from './probe-task.ts';
import { CLASSIFIER_TABLES } from './tables.ts';
import { type Classification, classifyTask } from './task.ts';

export const classifierStart = headStart<FinetuneRecipe>({
  task: 'classify',
  load: loadFinetuneRecipe,
  parse: parseFinetuneRecipe,
  // Frozen features are taken after the norm that the network was trained with.
  linear: (model) => ({
    pooling: model === undefined || model.tensors.has('norm.weight') ? 'cls' : 'mean',
  }),
});

export const classification: LabelledTask<Classification> = {
  id: 'classify',
  trained: classifyTask,
  fitted: probeTask,
  loadRecipe: classifierStart.loadRecipe,
  start: classifierStart.start,
  evaluate: evaluateClassifier,
  tables: CLASSIFIER_TABLES,
  comparison: comparedClassifiers,
  predictions: ({ head }) => classPredictions(head.classes),
};
