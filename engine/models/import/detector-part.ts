/** The part of a file's network that finds objects. */
import { defined } from '../../contract/defined.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Detector } from '../model.ts';
import type { Hints } from './hint-fields.ts';

/** @returns undefined where the file has no queries, or nothing tells its classes */
export function detectorPart(
  given: NamedTensors,
  { detection, classes, task }: Hints,
): Detector | undefined {
  const count = given.get('class_predictor.weight')?.shape[0];
  if (detection === undefined || classes === undefined || count !== classes.length + 1)
    return undefined;
  return { ...defined({ task }), classes, ...detection };
}
