import { type ErrorRecord, toStudioError } from '../../contract/errors.ts';

/** An error as ranks tell it to one another. */
export function errorOf(error: unknown): ErrorRecord {
  return toStudioError(error).toJSON();
}
