/**
 * Labelled images in one folder per class, or in a file that lists paths and labels. Every file is
 * examined once, as in a scan. Problems are reported and stop the reading only if no image is left.
 */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isContainerName } from '../../contract/container-names.ts';
import type { ErrorDetails } from '../../contract/error-codes.ts';
import { StudioError } from '../../contract/errors.ts';
import { countOf, percentText } from '../../contract/number-text.ts';
import { isConfined } from '../../platform/confined.ts';
import { className } from '../annotations/class-names.ts';
import { discreetListError, withoutContent } from '../annotations/discreet.ts';
import { type LabelledSet, type LabelProblem, problemOf } from '../annotations/labelled-types.ts';
import { countTiles, tilesText } from '../pixels/tiles/tile-samples.ts';
import { examineFiles, type ScanOptions } from '../scan/examine.ts';
import type { FactList } from '../scan/fact-list.ts';
import { storeTablesBeside } from '../sources/containers/tables.ts';
import type { TileCounts } from '../sources/index-types.ts';
import { type LazyList, positionsWhere } from '../sources/lazy-list.ts';
import type { FoundFile } from '../sources/walk.ts';
import { listClassFolders } from './class-folders.ts';
import { Combinations } from './combinations.ts';
import { dividedClassNames } from './label-texts.ts';
import { LabelledTable } from './labelled-table.ts';
import { readListFile } from './list-file.ts';
import type { Listing, SeveralLabels } from './listing.ts';
import { similarClasses } from './set-problems.ts';
import { completeSet } from './subset.ts';
import { isFound, usableImages } from './usable-images.ts';

export interface LabelledSetOptions extends ScanOptions {
  /** class names of the training set, when this set must have the same numbers */
  readonly classes?: readonly string[] | undefined;
  /** whether a single class is an error */
  readonly forTraining?: boolean;
  /** Given where an image may have several labels or none. */
  readonly several?: SeveralLabels | undefined;
  /** base of relative paths in a list; by default its own folder */
  readonly root?: string | undefined;
  /** largest share of a list's rows without a usable image or label */
  readonly maxUnusableFraction?: number;
  /**
   * Whether problems may name only labels and paths of existing files, and a list needs a header;
   * by default, whether the process is confined.
   */
  readonly confined?: boolean;
}

const UNUSABLE_SHARE = 0.1;
const NAMED_IN_ERROR = 20;

/**
 * Read the images of a folder (`root/<class>/…`, with splits above or below the classes) or of a list
 * (a table with a header, or lines "path label").
 *
 * Labels are positions among the sorted class names: folder names by code unit, as torchvision does;
 * names in lists by number when all are integers. A class without images gets no number.
 *
 * @throws StudioError `labels-missing`, `folder-missing`, `folder-unreadable`, `no-classes`, `splits-ambiguous`,
 *   `list-invalid`, `no-images`, `too-many-unusable-rows`, `unknown-classes`, `single-class`; AbortError when `signal` fires
 */
export async function readLabelledSet(
  source: string,
  options: LabelledSetOptions = {},
): Promise<LabelledSet> {
  const at = path.resolve(source);
  const confined = options.confined ?? isConfined();
  storeTablesBeside(options.indexFile);
  const listing = await list(at, options, confined);
  const { files, images, labels, lines } = listing;
  const facts = await examineFiles(files, options);
  const { usable, problems, unusable } = usableImages(listing, facts, confined);
  const rows = lines?.rows;
  const rowsLost = rows === undefined ? 0 : rows - images.length + unusable;
  const found = [...listing.problems, ...problems].map((problem) =>
    confined && lines !== undefined ? withoutContent(problem, at) : problem,
  );
  if (usable.length === 0) throw nothingLeft(at, found);
  refuseTooManyLost(at, rowsLost, rows, found, options.maxUnusableFraction);
  const present = namesOf(listing, usable);
  const classes = options.classes ?? listing.classNames.filter((name) => present.has(name));
  // A model may store a name in another Unicode form.
  const numbers = new Map(classes.map((name, i) => [className(name), i]));
  refuseUnknown(at, present, classes, numbers);
  const several = options.several === undefined ? undefined : new Combinations(numbers);
  const labelOf = labelNumbers(listing, usable, (names) =>
    several === undefined ? numbers.get(names[0]!)! : several.numberOf(names),
  );
  const groups = several?.length ?? classes.length;
  const lists = several?.lists();
  const samples = new LabelledTable({ listing, facts, usable, labelOf, lists });
  const tiles = countTiles(facts.texts());
  if (tiles !== undefined) found.push(tiledImages(files, facts, tiles));
  if (options.forTraining && groups === 1)
    throw singleClass(at, labels[images.labelsAt(usable[0]!)]!);
  found.push(...similarClasses(classes));
  if (several === undefined && rows !== undefined) found.push(...dividedClasses(classes));
  // A label without an existing file may be any word of any file.
  const named = confined ? withFiles(listing, facts) : listing.classNames;
  found.push(...emptyClasses(named, present, options.classes));
  return completeSet({
    source: at,
    samples,
    classes,
    problems: found,
    ...(tiles && { tiles }),
  });
}

/** Names of the classes of these images. */
function namesOf({ images, labels }: Listing, positions: Uint32Array): Set<string> {
  const isUsed = new Uint8Array(labels.length);
  for (const i of positions) isUsed[images.labelsAt(i)] = 1;
  return new Set(labels.flatMap((names, id) => (isUsed[id] === 1 ? names : [])));
}

/** The number of each of the labels, which are numbered in the order of the images. */
function labelNumbers(
  { images, labels }: Listing,
  positions: Uint32Array,
  numberOf: (names: readonly string[]) => number,
): Uint32Array {
  const numbers = new Uint32Array(labels.length);
  const isNumbered = new Uint8Array(labels.length);
  for (const i of positions) {
    const id = images.labelsAt(i);
    if (isNumbered[id] === 1) continue;
    isNumbered[id] = 1;
    numbers[id] = numberOf(labels[id]!);
  }
  return numbers;
}

function tiledImages(
  files: LazyList<FoundFile>,
  facts: FactList,
  counts: TileCounts,
): LabelProblem {
  const divided = positionsWhere(files.length, (i) => facts.textsAt(i)?.tiles !== undefined);
  const items = Array.from(divided, (i) => files.at(i)!.path);
  return { code: 'tiled', message: tilesText(counts), items };
}

async function list(
  at: string,
  { root, signal, several }: LabelledSetOptions,
  confined: boolean,
): Promise<Listing> {
  const entry = await stat(at).catch(() => undefined);
  if (entry === undefined)
    throw new StudioError('labels-missing', `There is no folder or list of images at ${at}`, {
      advice: 'Check the path and that the disk is connected.',
      details: { path: at },
    });
  if (entry.isDirectory() || isContainerName(at)) return listClassFolders(at, signal);
  try {
    const from = root === undefined ? undefined : path.resolve(root);
    return await readListFile(at, from, confined, several);
  } catch (error) {
    throw confined ? discreetListError(at, error) : error;
  }
}

/** Classes with at least one existing file. */
function withFiles(listing: Listing, facts: FactList): string[] {
  const { images, classNames } = listing;
  const found = namesOf(
    listing,
    positionsWhere(
      images.length,
      (i) => images.rowAt(i) === undefined || isFound(facts.at(images.fileAt(i))),
    ),
  );
  return classNames.filter((name) => found.has(name));
}

function emptyClasses(
  classNames: readonly string[],
  present: ReadonlySet<string>,
  given: readonly string[] | undefined,
): LabelProblem[] {
  const empty = (given ?? classNames).filter((name) => !present.has(className(name)));
  return given === undefined
    ? problemOf('empty-class', 'Classes without an image that can be used, left out', empty)
    : problemOf('classes-absent', 'Classes of the training set that do not occur', empty);
}

function details(problems: readonly LabelProblem[]): ErrorDetails<'too-many-unusable-rows'> {
  return {
    problems: problems.map(({ code, message, items }) => ({
      code,
      message,
      items: items.slice(0, NAMED_IN_ERROR),
    })),
  };
}

function nothingLeft(at: string, problems: readonly LabelProblem[]): StudioError {
  const why = problems.map(({ message, items }) => `${message} (${items[0]})`);
  return new StudioError(
    'no-images',
    `${at} has no labelled image that can be used${why.length > 0 ? `: ${why.join('; ')}` : ''}`,
    {
      advice: 'Check the paths in it; relative ones start from the folder of the list.',
      details: details(problems),
    },
  );
}

function refuseTooManyLost(
  at: string,
  lost: number,
  rows: number | undefined,
  problems: readonly LabelProblem[],
  most = UNUSABLE_SHARE,
): void {
  if (rows === undefined || lost <= most * rows) return;
  const why = problems.map(({ message, items }) => `${message} (${items[0]})`);
  throw new StudioError(
    'too-many-unusable-rows',
    `${lost} of ${countOf(rows, 'row')} of ${at} cannot be used, more than the ${percentText(most, 0)} that may be left out: ${why.join('; ')}`,
    {
      advice: 'Check the paths in it; relative ones start from the folder of the list.',
      details: details(problems),
    },
  );
}

function refuseUnknown(
  at: string,
  present: ReadonlySet<string>,
  classes: readonly string[],
  known: ReadonlyMap<string, number>,
): void {
  const unknown = [...present].filter((name) => !known.has(name)).sort();
  if (unknown.length === 0) return;
  const more = unknown.length > NAMED_IN_ERROR ? ', …' : '';
  throw new StudioError(
    'unknown-classes',
    `${at} has classes that the training set does not have: ${unknown.slice(0, NAMED_IN_ERROR).join(', ')}${more}`,
    {
      advice: 'Name the classes as in the training set, or leave these out.',
      details: { unknown, classes },
    },
  );
}

/** Class names that look like several labels: the user may not know of the multi-label task. */
function dividedClasses(classes: readonly string[]): LabelProblem[] {
  return problemOf(
    'divided-classes',
    'Classes that look like several labels an image, which --task multilabel learns',
    dividedClassNames(classes),
  );
}

function singleClass(at: string, labels: readonly string[]): StudioError {
  const name = labels.length === 0 ? 'none of the labels' : labels.join(', ');
  return new StudioError(
    'single-class',
    `${at} has images of one class only, ${name}: there is nothing to tell apart`,
    { advice: 'Add a folder or rows with images of other classes.' },
  );
}
