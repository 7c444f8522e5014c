/** The images of a run with masks or objects: read, split, and checked for leaks. */
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { type DenseLabels, denseOfValidation } from '../../contract/dense-labels.ts';
import { isStudioError, StudioError } from '../../contract/errors.ts';
import type { ChannelValues } from '../../contract/settings/channels.ts';
import { type DenseSetOptions, readDenseSet } from '../../data/targets/dense-set.ts';
import {
  denseFraction,
  denseSetApart,
  denseTrainingPart,
  denseValidationPart,
  splitDense,
  withoutDenseLeaks,
} from '../../data/targets/dense-splits.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { labelledMemory } from '../../runs/scan-memory.ts';
import type { DataContext, TaskData } from '../task.ts';
import { imagesThatFit } from './fitting.ts';
import { readSides } from './training-sets.ts';

export interface DenseData extends TaskData {
  readonly train: DenseSet;
  readonly val: DenseSet;
  readonly classes: readonly string[];
}

/** @throws StudioError as `readDenseSet` does */
export function readDense(
  workspace: string,
  source: string,
  kind: 'masks' | 'objects',
  options: DenseLabels & Pick<DenseSetOptions, 'classes' | 'signal'>,
): Promise<DenseSet> {
  return readDenseSet(source, {
    ...options,
    kind,
    indexFile: labelledMemory(workspace, source),
  });
}

/** @param recipe which images it takes; all without one @throws StudioError as `readSides` does */
export async function readDenseData(
  spec: LabelledSpec,
  kind: 'masks' | 'objects',
  { workspace, signal }: DataContext,
  recipe?: ChannelValues,
): Promise<DenseData> {
  const memory = path.resolve(workspace, 'datasets');
  const sides = await readSides(spec, memory, signal, {
    read: (source, classes) => {
      const { dense = {}, denseVal } = spec;
      // The training set is read first, without names of classes.
      const isSame = source === spec.train && denseVal === undefined;
      if (classes === undefined || isSame)
        return readDense(workspace, source, kind, { ...dense, classes, signal });
      const options = { ...denseOfValidation(dense, denseVal), classes, signal };
      return readDense(workspace, source, kind, options).catch((error: unknown) => {
        throw denseVal === undefined ? withFolderAdvice(error, kind) : error;
      });
    },
    classesOf: classNames,
    samplesOf: ({ images }) => images,
    trainingPart: denseTrainingPart,
    validationPart: denseValidationPart,
    setApart: denseSetApart,
    split: splitDense,
    fraction: denseFraction,
    withoutLeaks: withoutDenseLeaks,
  });
  const [trained, judged] = [sides.train, sides.val].map((set) =>
    imagesThatFit(set.images, recipe),
  );
  const train = withImages(sides.train, trained!.images);
  const val = withImages(sides.val, judged!.images);
  return {
    train,
    val,
    classes: classNames(train),
    classLabels: train.classes.map(({ id, colour }) => ({ id, ...defined({ colour }) })),
    images: train.images.length,
    fingerprint: `${train.fingerprint}-${val.fingerprint}`,
    folders: spec.val === null ? [spec.train] : [spec.train, spec.val],
    notices: [...sides.warnings, ...trained!.notices, ...judged!.notices],
    trainedOn: train.images,
  };
}

function withImages(set: DenseSet, images: DenseSet['images']): DenseSet {
  return images === set.images ? set : { ...set, images };
}

/** Tells how to name folders that are not recognised, which those of the training set do not tell. */
function withFolderAdvice(error: unknown, kind: 'masks' | 'objects'): unknown {
  if (!isStudioError(error, 'labels-unknown')) return error;
  const { message, advice, details } = error;
  const option =
    kind === 'masks'
      ? 'Masks of the validation set in a folder of another name are given by --val-masks DIR.'
      : 'Images of the validation set that lie apart are given by --val-images DIR.';
  return new StudioError('labels-unknown', message, {
    advice: `${option} ${advice}`,
    details,
    cause: error,
  });
}

function classNames({ classes }: DenseSet): string[] {
  return classes.map(({ name }) => name);
}
