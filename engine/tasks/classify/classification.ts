/** Classification of images by labels, one class an image. */
import type { LabelledTask } from '../labelled-task.ts';
import { comparedClassifiers } from './compared.ts';
import { judgeClassifier } from './judge.ts';
import { probeTask } from './probe-task.ts';
import { loadRecipeFor, SCRATCH, startFrom } from './start-from.ts';
import { CLASSIFIER_TABLES } from './tables.ts';
import { type Classification, classifyTask } from './task.ts';

export const classification: LabelledTask<Classification> = {
  id: 'classify',
  trained: classifyTask,
  fitted: probeTask,
  loadRecipe: loadRecipeFor,
  start: (model, onLoaded) => (model === undefined ? SCRATCH : startFrom(model, onLoaded)),
  judge: judgeClassifier,
  tables: CLASSIFIER_TABLES,
  comparison: comparedClassifiers,
};
