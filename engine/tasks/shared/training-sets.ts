/** The labelled training and validation images of a run: read, split, and checked for leaks. */

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isContainerName } from '../../contract/container-names.ts';
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import type { DivisionSettings } from '../../contract/settings/division.ts';
import type { LabelledSet } from '../../data/annotations/labelled-types.ts';
import { readExcluded } from '../../data/given/excluded-images.ts';
import { readLabelledSet } from '../../data/labelled/labelled-set.ts';
import { findLeaks, type Leak, type SeenImages, withoutLeaks } from '../../data/labelled/leaks.ts';
import {
  setApart,
  splitStratified,
  stratifiedFraction,
  trainingPart,
  validationPart,
} from '../../data/labelled/splits.ts';
import { scanFolders } from '../../data/scan/scan.ts';
import type { Sample } from '../../data/sources/index-types.ts';
import { joined, type LazyList } from '../../data/sources/lazy-list.ts';
import type { Notice } from '../../runs/events.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { labelledMemory, labelledScan, scanMemory } from '../../runs/scan-memory.ts';

/** A set of images with labels of any kind. */
interface ReadSet {
  /** for users */
  readonly source: string;
  readonly problems: readonly { readonly message: string; readonly items: readonly string[] }[];
}

/** How sets with a kind of labels are read and divided. */
export interface SetKind<S extends ReadSet> {
  /**
   * @param classes of the training set, for another set; left out for the training set itself
   * @throws StudioError errors of reading such sets
   */
  read(source: string, classes?: readonly string[]): Promise<S>;
  classesOf(set: S): readonly string[];
  samplesOf(set: S): LazyList<Sample>;
  trainingPart(set: S): S;
  validationPart(set: S): S;
  setApart(set: S): S | undefined;
  split(set: S, how: { readonly fraction: number; readonly seed: number }): Sides<S>;
  fraction(set: S, fraction: number, seed: number): S;
  withoutLeaks(set: S, leaks: readonly Leak[]): S;
}

interface Sides<S> {
  readonly train: S;
  readonly val: S;
}

export interface TrainingSides<S> extends Sides<S> {
  readonly warnings: readonly Notice[];
}

/**
 * Splits in the folder or list are used; else a share is held out, or `val` is read separately.
 *
 * @param memory folder of index files
 * @throws StudioError errors of reading the sets; `training-empty`, `validation-empty`
 */
export async function readSides<S extends ReadSet>(
  spec: LabelledSpec,
  memory: string,
  signal: AbortSignal | undefined,
  kind: SetKind<S>,
): Promise<TrainingSides<S>> {
  const source = await kind.read(spec.train);
  const other = spec.val === null ? undefined : await kind.read(spec.val, kind.classesOf(source));
  const { train: all, val: found } = sides(spec, source, other, kind);
  const images = kind.samplesOf(found);
  const seen = await pretrainingImages(spec, memory, signal);
  const leaks = findLeaks({
    evaluation: { samples: images },
    against: [{ name: 'the training images', samples: kind.samplesOf(all) }, ...seen.sets],
  });
  const val = spec.leaveOutLeaks ? kind.withoutLeaks(found, leaks) : found;
  if (images.length === 0) throw noValidationImages(other ?? source);
  if (kind.samplesOf(val).length === 0) throw noneLeft(images.length);
  return {
    train: kind.fraction(all, spec.fraction, spec.fractionSeed),
    val,
    warnings: [
      ...setNotices(source),
      ...(other === undefined ? [] : setNotices(other)),
      ...seen.warnings,
      ...leakNotices(leaks, images.length, spec.leaveOutLeaks),
    ],
  };
}

/**
 * The training and validation images of a run with labels of whole images.
 *
 * @param several whether images may have several labels or none
 * @param division how a recipe divides files into images
 * @throws StudioError as `readSides` does
 */
export function readTrainingSets(
  spec: LabelledSpec,
  memory: string,
  signal: AbortSignal | undefined,
  several = false,
  division?: DivisionSettings,
): Promise<TrainingSides<LabelledSet>> {
  const workspace = path.dirname(memory);
  const labels = several ? { separator: spec.labelSeparator } : undefined;
  return readSides(spec, memory, signal, {
    read: (source, classes) =>
      readLabelledSet(source, {
        ...(classes === undefined ? { forTraining: true } : { classes }),
        several: labels,
        ...labelledScan(workspace, source, division),
        signal,
      }),
    classesOf: ({ classes }) => classes,
    samplesOf: ({ samples }) => samples,
    trainingPart,
    validationPart,
    setApart,
    split: splitStratified,
    fraction: stratifiedFraction,
    withoutLeaks,
  });
}

export function noValidationImages({ source }: Pick<ReadSet, 'source'>): StudioError {
  return new StudioError('validation-empty', `${source} has no validation images.`, {
    advice: 'Give others with --val, or a larger validation split with --val-fraction.',
  });
}

/** @param images number of validation images, all of which were left out */
function noneLeft(images: number): StudioError {
  return new StudioError(
    'validation-empty',
    `None of the ${images} validation images is left: all occur in the training set or were pre-trained on.`,
    {
      advice:
        'Use another validation set, or keep these (without --leave-out-leaks) and read the result with care.',
    },
  );
}

/** For images of a list, whatever its labels are. */
const ANY_LABEL = { separator: '\0' };

/** Images of the network's earlier trainings, with or without labels, that still exist. */
export async function pretrainingImages(
  { pretrainedOn, pretrainedWithout }: LabelledSpec,
  memory: string,
  signal: AbortSignal | undefined,
): Promise<{ sets: SeenImages[]; warnings: Notice[] }> {
  if (pretrainedOn.length === 0) return { sets: [], warnings: [] };
  const gone = pretrainedOn.filter((folder) => !existsSync(folder));
  if (gone.length > 0)
    return {
      sets: [],
      warnings: [
        {
          code: 'leakage',
          message: `Whether validation images were pre-trained on cannot be checked: ${gone.join(', ')} is missing.`,
        },
      ],
    };
  const workspace = path.dirname(memory);
  const isList = (source: string) => !statSync(source).isDirectory() && !isContainerName(source);
  const folders = pretrainedOn.filter((source) => !isList(source));
  const remembered = scanMemory(workspace, folders);
  const { excluded, warnings } = await knownExclusion(pretrainedWithout);
  const scanned =
    folders.length === 0
      ? []
      : (await scanFolders(folders, { indexFile: remembered, signal, ...defined({ excluded }) }))
          .samples;
  const listed = await Promise.all(
    pretrainedOn.filter(isList).map((list) =>
      readLabelledSet(list, {
        several: ANY_LABEL,
        indexFile: labelledMemory(workspace, list),
        signal,
      }),
    ),
  );
  const samples = joined([scanned, ...listed.map((set) => trainingPart(set).samples)]);
  return { sets: [{ name: 'the images pre-trained on', samples }], warnings };
}

/** Images that the pre-training left out; where their list is gone, all count as pre-trained on. */
async function knownExclusion(
  list: string | undefined,
): Promise<{ excluded?: ReadonlySet<string>; warnings: Notice[] }> {
  if (list === undefined) return { warnings: [] };
  if (existsSync(list)) return { excluded: await readExcluded([list], false), warnings: [] };
  const message = `Images that were excluded from the pre-training count as pre-trained on, since their list ${list} is missing.`;
  return { warnings: [{ code: 'leakage', message }] };
}

function sides<S extends ReadSet>(
  { valFraction, splitSeed }: LabelledSpec,
  source: S,
  other: S | undefined,
  kind: SetKind<S>,
): Sides<S> {
  const train = kind.trainingPart(source);
  if (kind.samplesOf(train).length === 0) throw nothingToLearn(source);
  if (other !== undefined) return { train, val: kind.validationPart(other) };
  const val = kind.setApart(source);
  return val === undefined
    ? kind.split(train, { fraction: valFraction, seed: splitSeed })
    : { train, val };
}

export function nothingToLearn({ source }: Pick<ReadSet, 'source'>): StudioError {
  return new StudioError(
    'training-empty',
    `All labelled images of ${source} are marked as validation set (val or test), none as training set.`,
    { advice: 'Mark some of them train, or leave their split empty.' },
  );
}

const NAMED = 3;

export function setNotices({ source, problems }: ReadSet): Notice[] {
  return problems.map(({ message, items }) => ({
    code: 'labels',
    message: `${source}: ${message}${named(items)}.`,
  }));
}

function named(items: readonly string[]): string {
  if (items.length === 0) return '';
  return ` (${items.slice(0, NAMED).join('; ')}${items.length > NAMED ? '; …' : ''})`;
}

/** A notice for each set that has validation images. @param judged number of validation images */
export function leakNotices(leaks: readonly Leak[], judged: number, leftOut: boolean): Notice[] {
  return [...new Set(leaks.map(({ set }) => set))].map((set) =>
    leakWarning(
      leaks.filter((leak) => leak.set === set),
      set,
      judged,
      leftOut,
    ),
  );
}

function leakWarning(
  leaks: readonly Leak[],
  set: string,
  judged: number,
  leftOut: boolean,
): Notice {
  const paths = [...new Set(leaks.map(({ path: file }) => file))];
  const pairs = leaks.slice(0, NAMED).map((leak) => `${leak.path} = ${leak.foundIn}`);
  return {
    code: 'leakage',
    message: `${paths.length} of ${judged} validation images also occur among ${set}${leftOut ? ' and are left out' : ''}${named(pairs)}.`,
    ...(leftOut
      ? {}
      : { advice: 'Results on them say little; leave them out with --leave-out-leaks.' }),
  };
}
