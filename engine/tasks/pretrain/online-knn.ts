/**
 * Nearest neighbours on a few labelled images while a pre-training goes on: how well the teacher's
 * features tell classes apart. Labels are used for this number alone.
 */
import { type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import { normalisationOf } from '../../contract/settings/channels.ts';
import type { LabelledSample, LabelledSet } from '../../data/annotations/labelled-types.ts';
import { type LabelledSetOptions, readLabelledSet } from '../../data/labelled/labelled-set.ts';
import {
  setApart,
  splitStratified,
  stratifiedFraction,
  trainingPart,
} from '../../data/labelled/splits.ts';
import { EvalSet } from '../../data/loader/eval-set.ts';
import { joined, type LazyList, positionsWhere } from '../../data/sources/lazy-list.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import { knnAccuracy } from '../knn/knn.ts';
import { nothingToLearn, noValidationImages } from '../shared/training-sets.ts';

/** Most labelled images, and most bytes of them that stay in memory. */
const MOST_IMAGES = 768;
const MOST_BYTES = 256 * 2 ** 20;
/** Share of them whose class is asked. */
const ASKED = 1 / 3;

/** The images of a labelled set that are used. */
export interface KnnSet {
  /** in which neighbours are looked up, and whose class is asked */
  readonly known: LazyList<LabelledSample>;
  readonly asked: LazyList<LabelledSample>;
  readonly classes: number;
}

/** Those images as they are evaluated, [known and asked, C, H, W] without those that cannot be decoded. */
export interface KnnImages {
  readonly images: Float32Array;
  readonly count: number;
  /** The first ones are known. */
  readonly known: number;
  readonly labels: readonly number[];
  readonly classes: number;
}

export interface KnnMeasure {
  readonly knnAccuracy: number;
  /** share of the most frequent class */
  readonly knnChance: number;
  /** images whose class was asked */
  readonly knnImages: number;
}

/** @throws StudioError `nothing-to-learn`, `no-validation-images`, and what reading labelled images throws */
export async function readKnnSet(
  source: string,
  recipe: Recipe,
  options: LabelledSetOptions,
): Promise<KnnSet> {
  return knnSet(await readLabelledSet(source, { ...options, forTraining: true }), recipe);
}

/** Drawn by the seed, of each class its share: the set's own validation images, or a third. */
export function knnSet(set: LabelledSet, recipe: Recipe): KnnSet {
  const { seed } = recipe;
  const apart = setApart(set);
  const { train, val } =
    apart === undefined
      ? splitStratified(set, { fraction: ASKED, seed })
      : { train: trainingPart(set), val: apart };
  if (train.samples.length === 0) throw nothingToLearn(set);
  if (val.samples.length === 0) throw noValidationImages(set);
  const { height, width } = recipeGeometry(recipe);
  const bytes = recipe.channels * height * width * Float32Array.BYTES_PER_ELEMENT;
  const most = Math.max(2, Math.min(MOST_IMAGES, Math.floor(MOST_BYTES / bytes)));
  const some = (part: LabelledSet, count: number) =>
    part.samples.length <= count
      ? part.samples
      : stratifiedFraction(part, count / part.samples.length, seed).samples;
  const known = some(train, Math.ceil(most * (1 - ASKED)));
  return { known, asked: some(val, Math.floor(most * ASKED)), classes: set.classes.length };
}

/** @throws StudioError `too-many-broken-images` */
export async function loadKnnImages(
  { known, asked, classes }: KnnSet,
  recipe: Recipe,
): Promise<KnnImages> {
  const { height, width } = recipeGeometry(recipe);
  const options = { imageSize: [height, width] as const, ...normalisationOf(recipe) };
  const samples = joined([known, asked]);
  const set = new EvalSet(samples, (part, onBroken) => loadEvalImages(part, options, onBroken));
  const all = await set.load(0, samples.length);
  const left = new Set(set.positionsLeftOut);
  const kept = Array.from(set.kept, ({ label }) => label);
  return {
    images: set.rows(all, all.length / samples.length),
    count: kept.length,
    known: positionsWhere(known.length, (i) => !left.has(i)).length,
    labels: kept,
    classes,
  };
}

/** @param rows a row for each image, in order */
export function knnMeasure(
  { count, known, labels, classes }: Omit<KnnImages, 'images'>,
  { data, width }: FeatureRows,
): KnnMeasure {
  const part = (from: number, to: number): FeatureRows => ({
    data: data.subarray(from * width, to * width),
    count: to - from,
    width,
  });
  const testLabels = labels.slice(known);
  const counts = new Float64Array(classes);
  for (const label of testLabels) counts[label] = counts[label]! + 1;
  return {
    knnAccuracy: knnAccuracy({
      train: part(0, known),
      trainLabels: labels.slice(0, known),
      test: part(known, count),
      testLabels,
      classes,
    }),
    knnChance: Math.max(...counts) / Math.max(1, testLabels.length),
    knnImages: testLabels.length,
  };
}
