import type { ErrorDetails } from './error-codes.ts';
import { StudioError } from './errors.ts';

/** Wrong use of the command line: exit code 2. */
export function usageError(message: string, details: ErrorDetails<'usage'> = {}): StudioError {
  return new StudioError('usage', message, { details });
}
