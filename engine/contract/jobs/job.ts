/** The definition of a kind of job. Each kind has a file here, and a line in `register.ts`. */

import { z } from 'zod';
import type { RecipeKind } from '../tasks.ts';
import type { Fields, ShapeOf } from './fields.ts';

export type RequestSchema<K extends string, F extends Fields> = z.ZodObject<
  { kind: z.ZodLiteral<K> } & ShapeOf<F>,
  z.core.$strict
>;

/** A recipe that a request names, which is checked before the job is queued. */
export interface NamedRecipe {
  readonly of: RecipeKind;
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

interface JobRules<Request> {
  /** @param base the last part of a path, or the name of a run, as in lists */
  title(request: Request, base: (path: string) => string): string;
  /** Words of its command, where that is not its kind. */
  readonly command?: readonly string[];
  /** Whether its command has the option `--workspace`. */
  readonly hasWorkspace: boolean;
  /** Whether its command writes tables and figures to `--out`, by default to the job's folder. */
  readonly hasResults?: boolean;
  /** Names of its files, where the folder may hold others. */
  readonly resultNames?: RegExp;
  /** The file in that folder, where its command writes one and `--out` names it. */
  resultsFile?(request: Request): string | undefined;
  /** Whether its results are an evaluation, in a separate folder. */
  readonly evaluates?: boolean;
  /** Whether it creates or resumes a run, which is stopped by a command to the run. */
  readonly hasRun?: boolean;
  readonly trains?: boolean;
  /** Whether it only moves files, and so needs no device. */
  readonly isFileJob?: boolean;
  /** Whether it waits for files most of the time, until it is stopped, and so takes no device for itself. */
  waitsForFiles?(request: Request): boolean;
  readonly words?: readonly string[];
  resumedRun?(request: Request): string;
  recipe?(request: Request): NamedRecipe | undefined;
  /** The request without values that have no effect beside others. */
  effective?(request: Request): Request;
}

export interface JobDefinition<K extends string = string, F extends Fields = Fields>
  extends JobRules<z.output<RequestSchema<K, F>>> {
  readonly kind: K;
  readonly fields: F;
  readonly schema: RequestSchema<K, F>;
}

/** @param fields fields of the request, in the order of the command line */
export function defineJob<const K extends string, F extends Fields>(
  kind: K,
  fields: F,
  rules: JobRules<z.output<RequestSchema<K, F>>>,
): JobDefinition<K, F> {
  const shape = Object.fromEntries(
    Object.entries(fields).map(([key, { schema }]) => [key, schema]),
  );
  const schema = z.strictObject({ kind: z.literal(kind), ...shape });
  return { ...rules, kind, fields, schema: schema as unknown as RequestSchema<K, F> };
}
