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
import {
  type LabelledSample,
  type LabelledSet,
  type LabelProblem,
  type LabelProblemCode,
  problemOf,
  type Split,
} from '../annotations/labelled-types.ts';
import { countTiles, tilesText } from '../pixels/tiles/tile-samples.ts';
import { examineFiles, type ScanOptions } from '../scan/examine.ts';
import type { FactList } from '../scan/fact-list.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import { samplesOf } from '../scan/sample-of.ts';
import { storeTablesBeside } from '../sources/containers/tables.ts';
import type { TileCounts, Unreadable } from '../sources/index-types.ts';
import type { FoundFile } from '../sources/walk.ts';
import { listClassFolders } from './class-folders.ts';
import { Combinations } from './combinations.ts';
import { dividedClassNames } from './label-texts.ts';
import { readListFile } from './list-file.ts';
import type { ListedImage, Listing, SeveralLabels } from './listing.ts';
import { similarClasses } from './set-problems.ts';
import { completeSet } from './subset.ts';

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
  const files = uniqueFiles(listing.images);
  const facts = await examineFiles([...files.values()], options);
  const factsOf = new Map<string, FileFacts | undefined>();
  for (const file of files.keys()) factsOf.set(file, facts.at(factsOf.size));
  const { usable, problems, unusable } = splitUsable(listing.images, factsOf, confined);
  const rows = listing.lines?.rows;
  const rowsLost = rows === undefined ? 0 : rows - listing.images.length + unusable;
  const found = [...listing.problems, ...problems].map((problem) =>
    confined && listing.lines !== undefined ? withoutContent(problem, at) : problem,
  );
  if (usable.length === 0) throw nothingLeft(at, found);
  refuseTooManyLost(at, rowsLost, rows, found, options.maxUnusableFraction);
  const used = new Set(usable.map(({ labels }) => labels));
  const present = new Set([...used].flat());
  const classes = options.classes ?? listing.classNames.filter((name) => present.has(name));
  // A model may store a name in another Unicode form.
  const numbers = new Map(classes.map((name, i) => [className(name), i]));
  refuseUnknown(at, present, classes, numbers);
  const several = options.several === undefined ? undefined : new Combinations(numbers);
  const samples = usable.flatMap(({ file, labels, split }) => {
    const label = several === undefined ? numbers.get(labels[0]!)! : several.numberOf(labels);
    const facts = factsOf.get(file.path)!;
    if (facts.stored === undefined)
      return labelledSample(file.path, facts, label, split, several?.of(label));
    return samplesOf(file.path, facts).map(({ stored, fileHash, ...sample }) => ({
      ...labelledSample(sample.path, { ...facts, ...sample }, label, split, several?.of(label)),
      ...(stored && { stored }),
      ...(fileHash && { fileHash }),
    }));
  });
  const tiles = countTiles(facts);
  if (tiles !== undefined) found.push(tiledImages(files, facts, tiles));
  const groups = several?.all.length ?? classes.length;
  if (options.forTraining && groups === 1) throw singleClass(at, usable[0]!.labels);
  found.push(...similarClasses(classes));
  if (several === undefined && rows !== undefined) found.push(...dividedClasses(classes));
  // A label without an existing file may be any word of any file.
  const named = confined ? withFiles(listing, factsOf) : listing.classNames;
  found.push(...emptyClasses(named, present, options.classes));
  const set = completeSet({ source: at, samples, classes, problems: found });
  return tiles === undefined ? set : { ...set, tiles };
}

function tiledImages(
  files: ReadonlyMap<string, FoundFile>,
  facts: FactList,
  counts: TileCounts,
): LabelProblem {
  const items = [...files.keys()].filter((_, i) => facts.at(i)?.tiles !== undefined);
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

/** All fields are set in one object literal, since with millions of rows each object counts. */
function labelledSample(
  at: string,
  found: FileFacts,
  label: number,
  split: Split | undefined,
  labels: readonly number[] | undefined,
): LabelledSample {
  const { width, height, bytes, hash, format, phash = '' } = found;
  if (labels !== undefined) {
    const sample = { path: at, width, height, bytes, hash, format, phash, label, labels };
    return split === undefined ? sample : { ...sample, split };
  }
  return split === undefined
    ? { path: at, width, height, bytes, hash, format, phash, label }
    : { path: at, width, height, bytes, hash, format, phash, label, split };
}

/** Classes with at least one existing file. */
function withFiles(
  { images, classNames }: Listing,
  factsOf: ReadonlyMap<string, FileFacts | undefined>,
): string[] {
  const found = new Set<string>();
  for (const image of images)
    if (image.row === undefined || isFound(factsOf.get(image.file.path)))
      for (const name of image.labels) found.add(name);
  return classNames.filter((name) => found.has(name));
}

/** Whether the file exists: facts of a missing file have no size and time. */
function isFound(facts: FileFacts | undefined): boolean {
  return facts !== undefined && (facts.bytes > 0 || facts.modifiedMs > 0);
}

/** A file that is listed more than once is examined once. */
function uniqueFiles(images: readonly ListedImage[]): Map<string, FoundFile> {
  const files = new Map<string, FoundFile>();
  for (const { file } of images) files.set(file.path, file);
  return files;
}

interface UsableFiles {
  readonly usable: readonly ListedImage[];
  readonly problems: readonly LabelProblem[];
  readonly unusable: number;
}

function splitUsable(
  images: readonly ListedImage[],
  factsOf: ReadonlyMap<string, FileFacts | undefined>,
  confined: boolean,
): UsableFiles {
  const usable: ListedImage[] = [];
  const missing: NamedFile[] = [];
  const unreadable: NamedFile[] = [];
  for (const image of images) {
    const { file, row } = image;
    const facts = factsOf.get(file.path);
    if (facts === undefined) continue; // neither by name nor by content an image
    const { reason } = facts;
    if (reason === undefined) {
      usable.push(image);
      continue;
    }
    const where = row === undefined ? file.path : `row ${row}: ${file.path}`;
    if (reason.includes('ENOENT') || (confined && !isFound(facts)))
      missing.push({ item: where, path: file.path, reason });
    else unreadable.push({ item: `${where}: ${reason}`, path: file.path, reason });
  }
  const problems = [
    ...fileProblem('missing-file', 'Listed files that do not exist', missing),
    ...fileProblem('unreadable', 'Images that cannot be used', unreadable),
  ];
  return { usable, problems, unusable: missing.length + unreadable.length };
}

/** A file that cannot be used, and its description. */
interface NamedFile extends Unreadable {
  readonly item: string;
}

function fileProblem(code: LabelProblemCode, what: string, named: readonly NamedFile[]) {
  const items = named.map(({ item }) => item);
  const files = named.map(({ path: at, reason }) => ({ path: at, reason }));
  return problemOf(code, what, items, files);
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
