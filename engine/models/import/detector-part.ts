/** The part of a file's network that finds objects. */
import { defined } from '../../contract/defined.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Detector } from '../model.ts';
import { classNames } from './class-names.ts';
import type { Hints } from './hint-fields.ts';

/**
 * @param notes gets assumptions
 * @returns undefined where the file has no such head, or nothing tells how it is built
 */
export function detectorPart(
  given: NamedTensors,
  hints: Hints,
  notes: string[],
): Detector | undefined {
  const { detection, classLabels, task } = hints;
  const outputs = given.get('class_predictor.weight')?.shape[0];
  if (detection === undefined || outputs === undefined) return undefined;
  const classes = classNames(outputs - 1, hints, notes);
  const labels = classLabels?.length === classes.length ? classLabels : undefined;
  return { ...defined({ task, labels }), classes, ...detection };
}
