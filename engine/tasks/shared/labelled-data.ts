/** The labelled images of a run: training and validation set. */

import path from 'node:path';
import {
  type DenseFolders,
  type DenseLabels,
  denseOptionName,
} from '../../contract/dense-labels.ts';
import { StudioError } from '../../contract/errors.ts';
import type { HeadRecipe } from '../../contract/finetune-recipe.ts';
import { imageSides } from '../../contract/recipe.ts';
import { type ChannelValues, normalisationOf } from '../../contract/settings/channels.ts';
import type { DivisionSettings } from '../../contract/settings/division.ts';
import { usageError } from '../../contract/usage-error.ts';
import { EvalSet } from '../../data/loader/eval-set.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { DataContext, TaskData } from '../task.ts';
import type { FinetuneParts } from './finetune-parts.ts';
import { imagesThatFit } from './fitting.ts';
import type { LabelledImage, LabelledImages } from './labelled-images.ts';

export interface LabelledData extends TaskData {
  readonly train: LabelledImages;
  readonly val: LabelledImages;
  readonly classes: readonly string[];
}

export async function readLabelledData(
  parts: Pick<FinetuneParts, 'readSets'>,
  spec: LabelledSpec,
  { workspace, signal }: DataContext,
  recipe: ChannelValues & DivisionSettings,
  several = false,
): Promise<LabelledData> {
  if (!several) refuseSeveral(spec);
  refuseDense(spec);
  const memory = path.resolve(workspace, 'datasets');
  const sets = await parts.readSets(spec, memory, signal, several, recipe);
  const [trained, judged] = [sets.train, sets.val].map((set) => imagesThatFit(set.samples, recipe));
  const train = withSamples(sets.train, trained!.images);
  const val = withSamples(sets.val, judged!.images);
  return {
    train,
    val,
    classes: train.classes,
    images: train.samples.length,
    fingerprint: `${train.fingerprint}-${val.fingerprint}`,
    folders: spec.val === null ? [spec.train] : [spec.train, spec.val],
    notices: [...sets.warnings, ...trained!.notices, ...judged!.notices],
    trainedOn: train.samples,
  };
}

function withSamples(set: LabelledImages, samples: LabelledImages['samples']): LabelledImages {
  return samples === set.samples ? set : { ...set, samples };
}

/** @throws StudioError `usage` where images have classes, and the reading of masks or boxes is given */
export function refuseDense({
  dense,
  denseVal,
}: {
  readonly dense?: DenseLabels | undefined;
  readonly denseVal?: DenseFolders | undefined;
}): void {
  if (dense === undefined && denseVal === undefined) return;
  const option = dense === undefined ? `val-${denseOptionName(denseVal!)}` : denseOptionName(dense);
  throw usageError(`--${option} has no effect where labels are of whole images.`);
}

/**
 * @param where in which labels nothing is meant by it
 * @throws StudioError `usage` where what only several labels an image need is given
 */
export function refuseSeveral(
  given: {
    readonly labelSeparator?: string | undefined;
    readonly threshold?: number | undefined;
  },
  where: 'an image has one class' | 'pixels or objects have classes' = 'an image has one class',
): void {
  const option = given.labelSeparator === undefined ? 'threshold' : 'label-separator';
  if (given.labelSeparator === undefined && given.threshold === undefined) return;
  throw usageError(`--${option} has no effect where ${where}.`);
}

/** A set with the recipe's preparation for evaluation. */
export function evalSet(
  { samples }: LabelledImages,
  recipe: HeadRecipe,
  parts: Pick<FinetuneParts, 'loadEval'>,
): EvalSet<LabelledImage> {
  const options = { imageSize: imageSides(recipe), ...normalisationOf(recipe) };
  return new EvalSet(
    samples,
    (some, onBroken) => parts.loadEval(some, options, onBroken),
    recipe.max_broken,
  );
}

/** @throws StudioError `run-damaged` */
export function recordedSpec({ id, labelled }: RunRecord): LabelledSpec {
  if (labelled !== undefined) return labelled;
  throw new StudioError('run-damaged', `run.json of ${id} does not say what it learns from.`, {
    advice: 'Restore it from a copy.',
  });
}
