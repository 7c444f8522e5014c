/** The objects of one of the worst images, as they are drawn and described. */
import type { ObjectsEvaluation } from '../../../engine/contract/studio/index.ts';
import type { DrawnLabels } from '../../ui/label-overlay/label-overlay.tsx';

export type Mistake = ObjectsEvaluation['mistakes'][number];
/** What was labelled, or what was found. */
export type Side = 'truths' | 'found';
type Names = Pick<ObjectsEvaluation, 'classes' | 'colours'>;

export function sideOf(value: string): Side {
  return value === 'truths' ? 'truths' : 'found';
}

/** @param threshold smallest score of what was found */
function objectsOf(mistake: Mistake, side: Side, threshold: number) {
  return side === 'truths'
    ? mistake.truths
    : mistake.found.filter(({ score }) => score >= threshold);
}

export function labelsOf(
  mistake: Mistake,
  side: Side,
  { classes, colours }: Names,
  threshold: number,
): DrawnLabels {
  const { width, height } = mistake;
  const boxes = objectsOf(mistake, side, threshold).map((one) => ({
    box: one.box,
    class: classes[one.label] ?? String(one.label),
    colour: colours[one.label] ?? '#808080',
    crowd: 'crowd' in one,
    outlines: one.outlines,
  }));
  return { width, height, boxes };
}

/** Such as `2 car, 1 dog`. */
export function objectsText(
  mistake: Mistake,
  side: Side,
  { classes }: Names,
  threshold: number,
): string {
  const counts = new Map<number, number>();
  for (const { label } of objectsOf(mistake, side, threshold))
    counts.set(label, (counts.get(label) ?? 0) + 1);
  const named = [...counts].map(([label, count]) => `${count} ${classes[label] ?? label}`);
  return named.join(', ') || 'nothing';
}
