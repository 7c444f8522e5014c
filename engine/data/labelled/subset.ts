/** Labelled sets from their images, and subsets of labelled sets. */
import { createHash } from 'node:crypto';
import type { LabelledSample, LabelledSet } from '../annotations/labelled-types.ts';
import { findSetProblems } from './set-problems.ts';

/** Complete a set from its parts; problems of its images are added. */
export function completeSet(
  parts: Pick<LabelledSet, 'source' | 'samples' | 'classes' | 'problems'>,
): LabelledSet {
  const { samples, classes, problems } = parts;
  const counts = new Array<number>(classes.length).fill(0);
  for (const { label, labels } of samples)
    if (labels === undefined) counts[label]!++;
    else for (const one of labels) counts[one]!++;
  return {
    ...parts,
    counts,
    problems: [...problems, ...findSetProblems(samples, classes, counts)],
    fingerprint: fingerprintOf(samples, classes),
  };
}

/** A subset with the same classes and numbers. @param keep positions, in order */
export function subsetOf(set: LabelledSet, keep: readonly number[]): LabelledSet {
  if (keep.length === set.samples.length) return set;
  const { source, classes } = set;
  return completeSet({ source, classes, samples: keep.map((i) => set.samples[i]!), problems: [] });
}

function fingerprintOf(samples: readonly LabelledSample[], classes: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(classes));
  for (const { hash: content, label, labels, split = '' } of samples)
    hash.update(`\n${content}\0${labels?.join() ?? label}\0${split}`);
  return hash.digest('hex');
}
