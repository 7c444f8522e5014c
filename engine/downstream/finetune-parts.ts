/** The real parts of fine-tuning. */
import { loadEvalImages } from '../data/eval-images.ts';
import type { LabelledSet } from '../data/labelled/labelled-types.ts';
import { createLabelledLoader } from '../data/labelled-loader.ts';
import { resolveDevice } from '../devices/resolve-device.ts';
import { createClassifierTask } from '../tasks/classify/classifier-task.ts';
import type { FinetuneParts } from '../train/finetune-parts.ts';
import { readTrainingSets } from './training-sets.ts';

export const finetuneParts: FinetuneParts<LabelledSet> = {
  readSets: readTrainingSets,
  openLoader: async (set, options) => createLabelledLoader({ set, ...options }),
  loadEval: loadEvalImages,
  resolveDevice,
  createTask: createClassifierTask,
};
