/** Objects of an image, as they are drawn over it and described. */
import { percentText } from '../format.ts';
import type { DrawnLabels } from './label-overlay.tsx';

export interface DrawnObject {
  /** Position of its class. */
  readonly label: number;
  /** Left, top, width, height, pixels. */
  readonly box: DrawnLabels['boxes'][number]['box'];
  readonly outlines?: readonly (readonly number[])[];
  readonly crowd?: true;
  /** Of what was found, 0 to 1. */
  readonly score?: number;
}

/** In the order of the positions. */
export interface ClassNames {
  readonly classes: readonly string[];
  /** `#rrggbb` */
  readonly colours: readonly string[];
}

export function labelsOfObjects(
  { width, height }: { readonly width: number; readonly height: number },
  objects: readonly DrawnObject[],
  { classes, colours }: ClassNames,
): DrawnLabels {
  const boxes = objects.map((one) => ({
    box: one.box,
    class: nameOf(one, classes),
    colour: colours[one.label] ?? '#808080',
    crowd: one.crowd === true,
    outlines: one.outlines,
  }));
  return { width, height, boxes };
}

function nameOf({ label, score }: DrawnObject, classes: readonly string[]): string {
  const name = classes[label] ?? String(label);
  return score === undefined ? name : `${name} ${percentText(score, 0)}`;
}

/** Of each class that occurs, the number of its objects. */
export function countsOfObjects(
  objects: readonly DrawnObject[],
): { readonly label: number; readonly count: number }[] {
  const counts = new Map<number, number>();
  for (const { label } of objects) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => ({ label, count }));
}

/** Such as `2 car, 1 dog`. */
export function objectsText(
  objects: readonly DrawnObject[],
  { classes }: Pick<ClassNames, 'classes'>,
): string {
  const named = countsOfObjects(objects).map(
    ({ label, count }) => `${count} ${classes[label] ?? label}`,
  );
  return named.join(', ') || 'nothing';
}
