import { StudioError } from './errors.ts';

/** Wrong use of the command line: exit code 2. */
export function usageError(message: string, details: Record<string, unknown> = {}): StudioError {
  return new StudioError('usage', message, { details });
}
