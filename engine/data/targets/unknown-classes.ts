/** The error where labels have classes that the training set does not have. */
import { StudioError } from '../../contract/errors.ts';

const NAMED = 20;

export function unknownClasses(
  unknown: readonly string[],
  classes: readonly string[],
): StudioError<'unknown-classes'> {
  return new StudioError(
    'unknown-classes',
    `The labels have classes that the training set does not have: ${unknown.slice(0, NAMED).join(', ')}`,
    {
      advice:
        'Name the classes as in the training set (of masks with --classes FILE), or leave these out.',
      details: { unknown, classes },
    },
  );
}
