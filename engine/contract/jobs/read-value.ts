/** Reading options of the command line, without the schemas: a command that needs none starts sooner. */
import { nearest } from '../nearest.ts';
import { usageError } from '../usage-error.ts';

/**
 * A whole number of at least `min`.
 *
 * @param name the option that it was given to, for errors
 * @throws StudioError `usage`
 */
export function readInteger(given: string, name: string, min: number): number {
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < min || !/^\d+$/.test(given.trim()))
    throw usageError(`${name} is "${given}"; it must be a whole number of at least ${min}.`);
  return value;
}

/** One of `values`. @throws StudioError `usage` */
export function readChoice<const T extends string>(
  given: string,
  name: string,
  values: readonly T[],
): T {
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  const near = nearest(given, values);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw usageError(`${name} is "${given}"; it must be one of ${values.join(', ')}.${hint}`);
}
