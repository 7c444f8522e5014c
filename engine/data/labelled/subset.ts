/** Labelled sets from their images, and subsets of labelled sets. */
import { createHash } from 'node:crypto';
import type { LabelledSample, LabelledSet, LabelProblem } from '../annotations/labelled-types.ts';
import { chosenFrom, type LazyList } from '../sources/lazy-list.ts';
import { findSetProblems } from './set-problems.ts';

type Parts = Pick<LabelledSet, 'source' | 'samples' | 'classes' | 'problems' | 'tiles'>;

/**
 * Complete a set from its parts; problems of its images are added. What takes a pass over all hashes is
 * found when it is first asked for, since parts of sets are divided further.
 */
export function completeSet(parts: Parts): LabelledSet {
  const { samples, classes } = parts;
  const counts = countsOf(samples, classes);
  let problems: readonly LabelProblem[] | undefined;
  let fingerprint: string | undefined;
  return {
    ...parts,
    counts,
    get problems() {
      problems ??= [...parts.problems, ...findSetProblems(samples, classes, counts)];
      return problems;
    },
    get fingerprint() {
      fingerprint ??= fingerprintOf(samples, classes);
      return fingerprint;
    },
  };
}

function countsOf(samples: LazyList<LabelledSample>, classes: readonly string[]): number[] {
  const counts = new Array<number>(classes.length).fill(0);
  for (const { label, labels } of samples)
    if (labels === undefined) counts[label]!++;
    else for (const one of labels) counts[one]!++;
  return counts;
}

/** A subset with the same classes and numbers. @param keep positions, in order */
export function subsetOf(set: LabelledSet, keep: Uint32Array): LabelledSet {
  const { source, classes, samples } = set;
  if (keep.length === samples.length) return set;
  return completeSet({ source, classes, samples: chosenFrom(samples, keep), problems: [] });
}

function fingerprintOf(samples: LazyList<LabelledSample>, classes: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(classes));
  for (const { hash: content, label, labels, split = '' } of samples)
    hash.update(`\n${content}\0${labels?.join() ?? label}\0${split}`);
  return hash.digest('hex');
}
