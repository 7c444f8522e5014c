/** Which images of a labelled set belong to a split or to a share, as functions of the set and a seed. */
import { type Purpose, RandomStream } from '../../random/philox.ts';
import type { LabelledSample, Split } from '../annotations/labelled-types.ts';
import { groupCopies } from '../scan/copies.ts';
import { type LazyList, positionsWhere } from '../sources/lazy-list.ts';
import { drawingGroups } from './combinations.ts';
import { imagesTogether } from './images-together.ts';

type Marked = LazyList<Pick<LabelledSample, 'split'>>;

/** All that are not marked as `val` or `test`. */
export function trainingPositions(samples: Marked): Uint32Array {
  return positionsOf(samples, (split) => split === undefined || split === 'train');
}

/** Those of `val`, else of `test`, else all that are not marked `train`. */
export function validationPositions(samples: Marked): Uint32Array {
  return apartPositions(samples) ?? positionsOf(samples, (split) => split === undefined);
}

/** Those of `val`, else of `test`; undefined where there are neither. */
export function apartPositions(samples: Marked): Uint32Array | undefined {
  const found = new Set<Split | undefined>();
  for (const { split } of samples) found.add(split);
  const apart = (['val', 'test'] as const).find((wanted) => found.has(wanted));
  return apart && positionsOf(samples, (split) => split === apart);
}

function positionsOf(samples: Marked, keep: (split: Split | undefined) => boolean): Uint32Array {
  return positionsWhere(samples.length, (i) => keep(samples.at(i)!.split));
}

/** Images with labels of any kind. */
export interface DrawnFrom {
  readonly samples: LazyList<Pick<LabelledSample, 'path' | 'hash' | 'label' | 'labels'>>;
  /** images of each class */
  readonly counts: readonly number[];
}

/** Positions of what is held out of every class or group, and of the rest. */
export function heldOutPositions(
  images: DrawnFrom,
  { fraction, seed }: { readonly fraction: number; readonly seed: number },
): { readonly train: Uint32Array; readonly val: Uint32Array } {
  const isHeld = draw(images, 'split', seed, (distinct) =>
    Math.min(distinct - 1, Math.max(1, Math.round(distinct * fraction))),
  );
  const { length } = images.samples;
  return {
    train: positionsWhere(length, (i) => !isHeld(i)),
    val: positionsWhere(length, isHeld),
  };
}

/** Positions of a share of every class or group, an image at least. */
export function sharePositions(images: DrawnFrom, fraction: number, seed: number): Uint32Array {
  const isKept = draw(images, 'fraction', seed, (distinct) =>
    Math.max(1, Math.round(distinct * fraction)),
  );
  return positionsWhere(images.samples.length, isKept);
}

/**
 * Draw distinct images of each class. All that comes from one file is drawn like one image, with the
 * class of its first part.
 *
 * @param countOf number that is drawn of so many
 * @returns whether an image or what it goes with was drawn
 */
function draw(
  images: DrawnFrom,
  purpose: Purpose,
  seed: number,
  countOf: (distinct: number) => number,
): (position: number) => boolean {
  const groupOf = drawingGroups(images.samples, images.counts);
  const leaders = leadersOf(images.samples, groupOf);
  const isDrawn = new Uint8Array(leaders.length);
  for (const [group, distinct] of distinctByGroup(leaders, groupOf)) {
    const order = new RandomStream(seed, purpose, group).shuffle(distinct);
    for (const leader of order.subarray(0, countOf(distinct.length))) isDrawn[leader] = 1;
  }
  return (position) => isDrawn[leaders[position]!] === 1;
}

/** Of each image the first one of its group that is equal or comes from the same file. */
function leadersOf(samples: DrawnFrom['samples'], groupOf: Uint32Array): Uint32Array {
  const leaders = Uint32Array.from({ length: samples.length }, (_, i) => i);
  const together = imagesTogether(samples);
  for (const copies of groupCopies(samples.length, (i) => samples.at(i)!.hash)) {
    const firsts = new Map<number, number>();
    for (const i of copies) {
      if (together(i) !== undefined) continue;
      const group = groupOf[i]!;
      if (!firsts.has(group)) firsts.set(group, i);
      leaders[i] = firsts.get(group)!;
    }
  }
  for (let i = 0; i < leaders.length; i++) leaders[i] = together(i) ?? leaders[i]!;
  return leaders;
}

/** The leaders of each group, ascending. */
function* distinctByGroup(
  leaders: Uint32Array,
  groupOf: Uint32Array,
): Generator<[group: number, distinct: Uint32Array]> {
  const groups = groupOf.reduce((most, group) => Math.max(most, group + 1), 0);
  const ends = new Uint32Array(groups);
  for (let i = 0; i < leaders.length; i++) if (leaders[i] === i) ends[groupOf[i]!]!++;
  for (let group = 1; group < groups; group++) ends[group]! += ends[group - 1]!;
  const sorted = new Uint32Array(ends.at(-1) ?? 0);
  const next = ends.slice();
  for (let i = leaders.length - 1; i >= 0; i--)
    if (leaders[i] === i) sorted[--next[groupOf[i]!]!] = i;
  for (let group = 0; group < groups; group++)
    if (next[group]! < ends[group]!) yield [group, sorted.subarray(next[group], ends[group])];
}
