/** Instance segmentation: classes, boxes and masks of objects (`--task instances`). */
import { parseInstancesRecipe } from '../../contract/objects-recipe.ts';
import { labelledObjects } from '../objects/labelled.ts';
import { objectsTask } from '../objects/task.ts';

export const instanceSegmentation = labelledObjects(
  'instances',
  objectsTask('instances', parseInstancesRecipe),
);
