/** Start a network with a head from a trained one: the fitting recipe, and its loaded weights. */
import type { HeadRecipe } from '../../contract/finetune-recipe.ts';
import { DEFAULT_TASK, LABELLED_TASKS, type LabelledTaskId } from '../../contract/tasks.ts';
import type { Model } from '../../models/model.ts';
import { classifierConfig } from '../../nn/classifier.ts';
import { gridOf } from '../../nn/vit.ts';
import type { StartingPoint } from '../task.ts';
import { initialClassifier } from './classifier-learner.ts';
import type { LabelledData } from './labelled-data.ts';
import { type LoadReport, loadWeights } from './load-weights.ts';
import { type LinearSettings, recipeLoader } from './recipe-loader.ts';

/** The start of a task whose networks have a head for whole images. */
export function headStart<T extends 'classify' | 'multilabel'>(task: T, linear: LinearSettings) {
  return {
    ...recipeLoader(LABELLED_TASKS[task].recipe as (typeof LABELLED_TASKS)[T]['recipe'], linear),
    /** @param onLoaded called with the report of the model's tensors */
    start: (model: Model | undefined, onLoaded: (report: LoadReport) => void) =>
      model === undefined ? SCRATCH : startFrom(model, task, onLoaded),
  };
}

type HeadStart = StartingPoint<{ readonly recipe: HeadRecipe; readonly data: LabelledData }>;

/** Random initialisation of the recipe's network. */
export const SCRATCH: HeadStart = {
  origin: 'scratch',
  tensors: (recipe, { classes }) => initialClassifier(recipe, classes.length),
};

function startFrom(
  model: Model,
  task: LabelledTaskId,
  onLoaded: (report: LoadReport) => void,
): HeadStart {
  return {
    origin: model.origin,
    tensors(recipe, { classes }) {
      const config = classifierConfig(recipe, classes.length);
      const initial = initialClassifier(recipe, classes.length);
      const { tensors, report } = loadWeights(
        withoutOtherHead(model, task, classes),
        gridOf(model.vit),
        config,
        initial,
      );
      onLoaded(report);
      return tensors;
    },
  };
}

/** A head of another task or for other classes is dropped, even one of as many classes. */
function withoutOtherHead(
  { tensors, head }: Model,
  task: LabelledTaskId,
  classes: readonly string[],
) {
  const isSame =
    (head?.task ?? DEFAULT_TASK) === task && head?.classes.join('\n') === classes.join('\n');
  if (isSame) return tensors;
  return new Map([...tensors].filter(([name]) => !name.startsWith('head.')));
}
