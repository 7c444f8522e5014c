/** The labels in a field of a table of predictions. */
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { LABEL_JOINER } from '../contract/predictions-text.ts';

/** @param several whether an image may have several labels, or none */
export function labelNames(field: string, classes: readonly string[], several: boolean): string[] {
  const whole = withoutFormulaMark(field);
  if (!several || classes.includes(whole)) return [whole];
  return whole === '' ? [] : whole.split(LABEL_JOINER);
}
