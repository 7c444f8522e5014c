/** What is said of a run on the command line, checked by the rules of the studio. */
import type { RunAbout } from '../../../contract/run-about.ts';
import { usageError } from '../../../contract/usage-error.ts';

/** @throws StudioError `usage` */
export async function readAboutChange(given: RunAbout): Promise<RunAbout> {
  const { runAboutSchema } = await import('../../../contract/run-about.ts');
  const { data, error } = runAboutSchema.safeParse(given);
  if (data !== undefined) return data;
  const { path, message } = error.issues[0]!;
  const value = path.reduce<unknown>(
    (part, key) => (part as Readonly<Record<PropertyKey, unknown>>)[key],
    given,
  );
  const named = typeof value === 'string' ? `${JSON.stringify(value)}: ` : '';
  throw usageError(`${named}${message}.`);
}
