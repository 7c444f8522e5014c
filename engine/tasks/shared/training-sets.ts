/** The labelled training and validation images of a run: read, split, and checked for leaks. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { readLabelledSet } from '../../data/labelled/labelled-set.ts';
import type { LabelledSet } from '../../data/labelled/labelled-types.ts';
import { findLeaks, type Leak, type SeenImages, withoutLeaks } from '../../data/labelled/leaks.ts';
import {
  setApart,
  splitStratified,
  stratifiedFraction,
  trainingPart,
  validationPart,
} from '../../data/labelled/splits.ts';
import { scanFolders } from '../../data/scan.ts';
import type { Notice } from '../../runs/events.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { labelledMemory, scanMemory } from '../../runs/scan-memory.ts';

export interface LabelledSides {
  readonly train: LabelledSet;
  readonly val: LabelledSet;
  readonly warnings: readonly Notice[];
}

/**
 * Splits in the folder or list are used; else a share is held out, or `val` is read separately.
 *
 * @param memory  folder of index files
 * @param several whether images may have several labels or none
 * @throws StudioError errors of reading labelled sets; `validation-empty`
 */
export async function readTrainingSets(
  spec: LabelledSpec,
  memory: string,
  signal: AbortSignal | undefined,
  several = false,
): Promise<LabelledSides> {
  const workspace = path.dirname(memory);
  const labels = several ? { separator: spec.labelSeparator } : undefined;
  const read = (source: string, options: { classes?: readonly string[]; forTraining?: boolean }) =>
    readLabelledSet(source, {
      ...options,
      several: labels,
      indexFile: labelledMemory(workspace, source),
      signal,
    });
  const source = await read(spec.train, { forTraining: true });
  const other = spec.val === null ? undefined : await read(spec.val, { classes: source.classes });
  const { train: all, val: judged } = sides(spec, source, other);
  const seen = await pretrainingImages(spec, memory, signal);
  const leaks = findLeaks({
    evaluation: judged,
    against: [{ name: 'the training images', samples: all.samples }, ...seen.sets],
  });
  const val = spec.leaveOutLeaks ? withoutLeaks(judged, leaks) : judged;
  if (val.samples.length === 0)
    throw judged.samples.length === 0 ? noValidationImages(other ?? source) : noneLeft(judged);
  return {
    train: stratifiedFraction(all, spec.fraction, spec.fractionSeed),
    val,
    warnings: [
      ...setNotices(source),
      ...(other === undefined ? [] : setNotices(other)),
      ...seen.warnings,
      ...leakNotices(leaks, judged.samples.length, spec.leaveOutLeaks),
    ],
  };
}

export function noValidationImages({ source }: LabelledSet): StudioError {
  return new StudioError('validation-empty', `${source} has no validation images.`, {
    advice: 'Give others with --val, or a larger validation split with --val-fraction.',
  });
}

/** @param judged validation images, all of which were left out */
function noneLeft({ samples }: LabelledSet): StudioError {
  return new StudioError(
    'validation-empty',
    `None of the ${samples.length} validation images is left: all occur in the training set or were pre-trained on.`,
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
  { pretrainedOn }: LabelledSpec,
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
  const isList = (source: string) => !statSync(source).isDirectory();
  const folders = pretrainedOn.filter((source) => !isList(source));
  const remembered = scanMemory(workspace, folders);
  const scanned =
    folders.length === 0
      ? []
      : (await scanFolders(folders, { indexFile: remembered, signal })).samples;
  const listed = await Promise.all(
    pretrainedOn.filter(isList).map((list) =>
      readLabelledSet(list, {
        several: ANY_LABEL,
        indexFile: labelledMemory(workspace, list),
        signal,
      }),
    ),
  );
  const samples = [...scanned, ...listed.flatMap((set) => trainingPart(set).samples)];
  return { sets: [{ name: 'the images pre-trained on', samples }], warnings: [] };
}

function sides(
  { valFraction, splitSeed }: LabelledSpec,
  source: LabelledSet,
  other: LabelledSet | undefined,
): { train: LabelledSet; val: LabelledSet } {
  const train = trainingPart(source);
  if (train.samples.length === 0) throw nothingToLearn(source);
  if (other !== undefined) return { train, val: validationPart(other) };
  const val = setApart(source);
  return val === undefined
    ? splitStratified(train, { fraction: valFraction, seed: splitSeed })
    : { train, val };
}

export function nothingToLearn({ source }: LabelledSet): StudioError {
  return new StudioError(
    'training-empty',
    `All labelled images of ${source} are marked as validation set (val or test), none as training set.`,
    { advice: 'Mark some of them train, or leave their split empty.' },
  );
}

const NAMED = 3;

/** Notices about the problems of a set of labels of any kind. */
export function setNotices({
  source,
  problems,
}: {
  readonly source: string;
  readonly problems: readonly { readonly message: string; readonly items: readonly string[] }[];
}): Notice[] {
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
