/** The objects of one of the worst images that are drawn. */
import type { ObjectsEvaluation } from '../../../engine/contract/studio/index.ts';
import type { DrawnObject } from '../../ui/label-overlay/drawn-objects.ts';

export type Mistake = ObjectsEvaluation['mistakes'][number];
/** What was labelled, or what was found. */
export type Side = 'truths' | 'found';

export function sideOf(value: string): Side {
  return value === 'truths' ? 'truths' : 'found';
}

/** @param threshold smallest score of what was found */
export function objectsOf(mistake: Mistake, side: Side, threshold: number): readonly DrawnObject[] {
  return side === 'truths'
    ? mistake.truths
    : mistake.found.filter(({ score }) => score >= threshold);
}
