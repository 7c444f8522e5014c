/** Multi-label classification: any number of labels per image (`--task multilabel`). */
import { type MultilabelRecipe, parseMultilabelRecipe } from '../../contract/multilabel-recipe.ts';
import { loadRecipeOf } from '../../recipes/load.ts';
import type { LabelledTask } from '../labelled-task.ts';
import { headStart } from '../shared/start-from.ts';
import { comparedLabels } from './compared.ts';
import { evaluateMultilabel } from './evaluate.ts';
import { labelPredictions, thresholdOf } from './prediction.ts';
import { MULTILABEL } from './report.ts';
import { MULTILABEL_TABLES } from './tables.ts';
import { type Multilabel, multilabelTask } from './task.ts';

const { loadRecipe, start } = headStart<MultilabelRecipe>({
  task: MULTILABEL,
  load: (...how) => loadRecipeOf('multilabel', ...how),
  parse: parseMultilabelRecipe,
  // The head and the norm before it are trained step by step.
  linear: () => ({ trained_blocks: 0 }),
});

export const multilabel: LabelledTask<Multilabel> = {
  id: MULTILABEL,
  trained: multilabelTask,
  loadRecipe,
  start,
  evaluate: evaluateMultilabel,
  tables: MULTILABEL_TABLES,
  comparison: comparedLabels,
  predictions: ({ head, about }) => labelPredictions(head.classes, thresholdOf(about)),
};
