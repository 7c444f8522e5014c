/** Measurement of what a pre-training learns, on its probe set, with alarms. */

import { StudioError } from '../../contract/errors.ts';
import type { Recipe } from '../../contract/recipe.ts';
import { LearningAlarms } from '../../insight/alarms.ts';
import { SHORTEST_MEASURED } from '../../insight/measure-interval.ts';
import { measuresOf } from '../../insight/probe-results.ts';
import { recipeSchedules } from '../../optim/schedules.ts';
import type { LearningPlan } from '../task.ts';
import { type KnnImages, type KnnSet, knnMeasure } from './online-knn.ts';
import type { ImageIndex, PretrainParts } from './parts.ts';
import type { ProbedLearner } from './pretrain-learner.ts';
import type { ProbeSet } from './probe.ts';
import { openProbeSet, PROBE_IMAGES } from './probe-set.ts';
import { studentReading } from './student-reading.ts';

/** How many images a run is probed with; undefined where it is not measured. */
export function probeImages<Index extends ImageIndex>(
  parts: Pick<PretrainParts<Index>, 'renderPairs'>,
  recipe: Recipe,
  { images }: Pick<ImageIndex, 'images'>,
): number | undefined {
  if (parts.renderPairs === undefined || !recipe.learning_measures) return undefined;
  const { totalSteps } = schedulesOf(recipe, images);
  return totalSteps < SHORTEST_MEASURED ? undefined : Math.min(PROBE_IMAGES, images);
}

function schedulesOf(recipe: Recipe, images: number) {
  return recipeSchedules(recipe, Math.floor(images / recipe.batch_size));
}

export function learningPlan<Index extends ImageIndex>(
  parts: Pick<PretrainParts<Index>, 'renderPairs' | 'loadLabelled'>,
  recipe: Recipe,
  index: Index,
  labelled?: KnnSet,
): LearningPlan<{ learner: ProbedLearner }> | undefined {
  if (probeImages(parts, recipe, index) === undefined) return undefined;
  const { totalSteps, emaMomentum } = schedulesOf(recipe, index.images);
  const alarms = new LearningAlarms({ ...recipe, totalSteps, emaMomentum });
  let opened: Promise<ProbeSet> | undefined;
  return {
    async measure(learner, step) {
      opened ??= openProbeSet(recipe, index.images, (...request) =>
        parts.renderPairs!(index, ...request),
      );
      let set: ProbeSet;
      try {
        set = await opened;
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        return { notices: [unmeasured(error.message)] };
      }
      const began = performance.now();
      const results = await learner.probe!(set);
      const { rows, cols, mask: masks, flat: flatImages } = set;
      const measured = measuresOf(results, { rows, cols, masks });
      const measures = { ...measured, flatImages, measureMs: performance.now() - began };
      const reading = { measures, notices: alarms.judge(step, measures) };
      if (!recipe.student_pictures) return reading;
      const pathOf = (image: number) => index.samples?.at(set.ids[image]!)?.path ?? '';
      return { ...reading, student: studentReading(recipe, set, results, pathOf) };
    },
    ...(labelled === undefined ? {} : { labelled: labelledPlan(parts, recipe, labelled) }),
  };
}

function labelledPlan(
  parts: Pick<PretrainParts, 'loadLabelled'>,
  recipe: Recipe,
  labelled: KnnSet,
): NonNullable<LearningPlan<{ learner: ProbedLearner }>['labelled']> {
  let opened: Promise<KnnImages> | undefined;
  return async (learner) => {
    opened ??= parts.loadLabelled!(labelled, recipe);
    try {
      const images = await opened;
      const began = performance.now();
      const rows = await learner.pooled!(images.images, images.count);
      const measures = knnMeasure(images, rows);
      return { measures, notices: [], costMs: performance.now() - began };
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return { notices: [unlabelled(error.message)], costMs: 0 };
    }
  };
}

/** The features are not measured on labelled images. */
export function unlabelled(reason: string) {
  return {
    code: 'learning-unmeasured' as const,
    message: `The features are not measured by nearest neighbours while training: ${reason}`,
    advice: 'Training and the other measures go on. Evaluate checkpoints by conmim knn.',
  };
}

function unmeasured(reason: string) {
  return {
    code: 'learning-unmeasured' as const,
    message: `What this run learns is not measured, since its probe images cannot be read: ${reason}`,
    advice: 'Training goes on without these curves and alarms. Scan the folders again.',
  };
}
