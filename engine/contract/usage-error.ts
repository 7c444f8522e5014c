import type { ErrorDetails } from './error-codes.ts';
import { StudioError } from './errors.ts';

/** An error in the use of the command line, with exit code 2. */
export function usageError(message: string, details: ErrorDetails<'usage'> = {}): StudioError {
  return new StudioError('usage', message, { details });
}
