/** The length of trainings on labels, and when they are evaluated. */
import type { LabelledValues } from '../../contract/settings/labelled.ts';
import type { SharedValues } from '../../contract/settings/shared.ts';
import { trainingLength } from '../../contract/training-length.ts';
import { type RunSchedules, recipeSchedules } from '../../optim/schedules.ts';

type Lengths = SharedValues & Pick<LabelledValues, 'min_steps' | 'eval_every'>;

/** @param images number of training images */
export function labelledSchedules(recipe: Lengths, images: number): RunSchedules {
  const stepsPerEpoch = epochSteps(recipe, images);
  const { steps, decidedBy } = trainingLength(recipe, stepsPerEpoch);
  if (decidedBy !== 'min_steps') return recipeSchedules(recipe, stepsPerEpoch);
  const warmup_steps = Math.round((steps * recipe.warmup_epochs) / recipe.epochs);
  return recipeSchedules({ ...recipe, steps, warmup_steps }, stepsPerEpoch);
}

/** Steps between evaluations: epochs, or equal parts of the run where epochs are very short. */
export function evaluationSteps(recipe: Lengths, images: number, totalSteps: number): number {
  const epoch = Math.max(epochSteps(recipe, images), totalSteps / recipe.epochs);
  return Math.max(1, Math.round(recipe.eval_every * epoch));
}

/** A set smaller than a batch is repeated to fill one. */
function epochSteps(recipe: Lengths, images: number): number {
  return Math.max(1, Math.floor(images / recipe.batch_size));
}
