/** Stratified splits of a labelled set, which are functions of the set and a seed. */
import { getOrMake } from '../../contract/maps.ts';
import { type Purpose, RandomStream } from '../../random/philox.ts';
import type { LabelledSet, Split } from '../annotations/labelled-types.ts';
import { drawingGroups } from './combinations.ts';
import { imagesTogether } from './images-together.ts';
import { subsetOf } from './subset.ts';

export interface TrainAndVal {
  readonly train: LabelledSet;
  readonly val: LabelledSet;
}

/** Training images: all that the folder or list does not mark as `val` or `test`. */
export function trainingPart(set: LabelledSet): LabelledSet {
  return partOf(set, (split) => split === undefined || split === 'train');
}

/** Validation images: those of `val`, else of `test`, else all that are not marked `train`. */
export function validationPart(set: LabelledSet): LabelledSet {
  return setApart(set) ?? partOf(set, (split) => split === undefined);
}

/** Images of the split `val`, else of `test`; undefined where the set has neither. */
export function setApart(set: LabelledSet): LabelledSet | undefined {
  const found = (['val', 'test'] as const).find((wanted) =>
    set.samples.some(({ split }) => split === wanted),
  );
  return found === undefined ? undefined : partOf(set, (split) => split === found);
}

function partOf(set: LabelledSet, keep: (split: Split | undefined) => boolean): LabelledSet {
  return subsetOf(
    set,
    positions(set, (i) => keep(set.samples[i]!.split)),
  );
}

/**
 * Hold out a share of every class, or of every group of images with several labels. Copies of an
 * image stay on one side, and so do all pictures and tiles of a file. A class with two or more distinct images is on both sides, one with a
 * single image in `train` only.
 *
 * @param fraction share that becomes `val`, between 0 and 1
 */
export function splitStratified(
  set: LabelledSet,
  { fraction, seed }: { readonly fraction: number; readonly seed: number },
): TrainAndVal {
  const held = new Set<number>();
  for (const groups of shuffledByClass(set, 'split', seed)) {
    const most = groups.length - 1;
    const count = Math.min(most, Math.max(1, Math.round(groups.length * fraction)));
    for (const i of groups.slice(0, count).flat()) held.add(i);
  }
  return {
    train: subsetOf(
      set,
      positions(set, (i) => !held.has(i)),
    ),
    val: subsetOf(
      set,
      positions(set, (i) => held.has(i)),
    ),
  };
}

/** A share of the labels, an image of each class at least; for one seed, 1 % ⊂ 10 % ⊂ 100 %. */
export function stratifiedFraction(set: LabelledSet, fraction: number, seed: number): LabelledSet {
  const kept = new Set<number>();
  for (const groups of shuffledByClass(set, 'fraction', seed)) {
    const count = Math.max(1, Math.round(groups.length * fraction));
    for (const i of groups.slice(0, count).flat()) kept.add(i);
  }
  return subsetOf(
    set,
    positions(set, (i) => kept.has(i)),
  );
}

function positions(set: LabelledSet, keep: (position: number) => boolean): number[] {
  return set.samples.flatMap((_, i) => (keep(i) ? [i] : []));
}

/**
 * The distinct images of each class in random order, each as the positions of its copies. All that comes
 * from one file is drawn like one image, with the class of its first part.
 */
function shuffledByClass(set: LabelledSet, purpose: Purpose, seed: number): number[][][] {
  const groupOf = drawingGroups(set.samples, set.counts);
  const classes = new Map<number, Map<string, number[]>>();
  const together = imagesTogether(set.samples);
  set.samples.forEach(({ hash }, i) => {
    const file = together(i);
    const known = getOrMake(classes, groupOf[file?.first ?? i]!, () => new Map());
    getOrMake(known, file?.key ?? hash, () => []).push(i);
  });
  return [...classes].map(([group, byHash]) => {
    const groups = [...byHash.values()];
    const order = new RandomStream(seed, purpose, group).shuffle(groups.map((_, i) => i));
    return order.map((i) => groups[i]!);
  });
}
