/** The images and masks of a run: read, split, and checked for leaks. */
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { findLeaks } from '../../data/labelled/leaks.ts';
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
import { leakNotices, pretrainingImages, setNotices } from '../shared/training-sets.ts';
import type { DataContext, TaskData } from '../task.ts';

export interface SegmentData extends TaskData {
  readonly train: DenseSet;
  readonly val: DenseSet;
  readonly classes: readonly string[];
}

/** Images with masks. @throws StudioError as `readDenseSet` does */
export function readMasks(
  workspace: string,
  source: string,
  options: Pick<DenseSetOptions, 'classes' | 'signal'>,
): Promise<DenseSet> {
  return readDenseSet(source, {
    ...options,
    kind: 'masks',
    indexFile: labelledMemory(workspace, source),
  });
}

/**
 * Splits of the folder are used; else a share is held out, or `val` is read separately.
 *
 * @throws StudioError errors of reading dense sets; `training-empty`, `validation-empty`
 */
export async function readSegmentData(
  spec: LabelledSpec,
  { workspace, signal }: DataContext,
): Promise<SegmentData> {
  const source = await readMasks(workspace, spec.train, { signal });
  const classes = source.classes.map(({ name }) => name);
  const other =
    spec.val === null ? undefined : await readMasks(workspace, spec.val, { classes, signal });
  const { train: all, val: judged } = sides(spec, source, other);
  const memory = path.resolve(workspace, 'datasets');
  const seen = await pretrainingImages(spec, memory, signal);
  const leaks = findLeaks({
    evaluation: { samples: judged.images },
    against: [{ name: 'the training images', samples: all.images }, ...seen.sets],
  });
  const val = spec.leaveOutLeaks ? withoutDenseLeaks(judged, leaks) : judged;
  if (all.images.length === 0) throw empty('training', source.source);
  if (val.images.length === 0) throw empty('validation', judged.source);
  const train = denseFraction(all, spec.fraction, spec.fractionSeed);
  return {
    train,
    val,
    classes,
    images: train.images.length,
    fingerprint: `${train.fingerprint}-${val.fingerprint}`,
    folders: spec.val === null ? [spec.train] : [spec.train, spec.val],
    notices: [
      ...setNotices(source),
      ...(other === undefined ? [] : setNotices(other)),
      ...seen.warnings,
      ...leakNotices(leaks, judged.images.length, spec.leaveOutLeaks),
    ],
  };
}

function sides(
  { valFraction, splitSeed }: LabelledSpec,
  source: DenseSet,
  other: DenseSet | undefined,
): { train: DenseSet; val: DenseSet } {
  const train = denseTrainingPart(source);
  if (other !== undefined) return { train, val: denseValidationPart(other) };
  const val = denseSetApart(source);
  return val === undefined
    ? splitDense(train, { fraction: valFraction, seed: splitSeed })
    : { train, val };
}

function empty(side: 'training' | 'validation', source: string): StudioError {
  return new StudioError(`${side}-empty`, `${source} has no ${side} images with masks.`, {
    advice: 'Check the folders, or give validation images with --val.',
  });
}
