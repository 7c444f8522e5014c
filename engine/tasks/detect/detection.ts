/** Object detection: classes and boxes (`--task detect`). */
import { parseDetectRecipe } from '../../contract/objects-recipe.ts';
import { labelledObjects } from '../objects/labelled.ts';
import { objectsTask } from '../objects/task.ts';

export const detection = labelledObjects('detect', objectsTask('detect', parseDetectRecipe));
