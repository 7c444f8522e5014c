/**
 * A set of settings: its schema, its help, and how text, files and presets become checked values.
 *
 * The keys are a contract: they are the names of `--set key=value`, of recipe files and of `run.json`.
 */
import { z } from 'zod';
import { StudioError } from './errors.ts';
import { nearest } from './nearest.ts';
import { type FieldMeta, readField } from './recipe-fields.ts';
import { NORMALISATIONS } from './recipe-settings.ts';
import { shorten, shortJson } from './shorten.ts';

/** A combination of values that no single field can judge. */
export interface CrossProblem<Key extends string> {
  /** the field to change */
  readonly key: Key;
  /** what finishes "must be …" */
  readonly allowed: string;
}

/** What was written for one setting: text after `key=`, or a value from a file. */
export type Overrides = Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, z.ZodType>>;
type Values<F extends Fields> = z.output<z.ZodObject<F>>;

export interface Settings<F extends Fields> {
  readonly keys: readonly (keyof F & string)[];
  /** Of complete values; unknown keys are refused. */
  readonly schema: z.ZodType<Values<F>>;
  /** Help, kind, allowed range and default of one setting. */
  describe(key: keyof F & string): FieldMeta & { default: unknown };
  /**
   * Complete, checked values.
   *
   * @param base      values to start from, for example a preset's; missing ones take their defaults
   * @param overrides values, or the text after `key=` as people write it (`48x80`, `imagenet`, `none`)
   * @throws StudioError `recipe-invalid` whose details name field, value, allowed range and, for an
   *   unknown key, the nearest known one; `details.problems` lists all
   */
  parse(base?: Overrides, overrides?: Overrides): Readonly<Values<F>>;
}

export function defineSettings<F extends Fields>(definition: {
  readonly fields: F;
  crossChecks(values: Values<F>): CrossProblem<keyof F & string>[];
  /** How to list all settings. */
  readonly listCommand: string;
}): Settings<F> {
  const { fields, crossChecks, listCommand } = definition;
  const keys = Object.keys(fields) as (keyof F & string)[];
  const schema = z.strictObject(fields).superRefine((values, context) => {
    for (const { key, allowed } of crossChecks(values as Values<F>)) {
      context.addIssue({ code: 'custom', path: [key], message: allowed, params: { allowed } });
    }
  }) as unknown as z.ZodType<Values<F>>;
  const describe = (key: keyof F & string) => {
    const field = fields[key]!;
    return { ...(field.meta() as unknown as FieldMeta), default: field.parse(undefined) };
  };
  const read = (key: string, value: unknown) =>
    Object.hasOwn(fields, key) ? readSetting(key, value, describe(key)) : value;
  return {
    keys,
    schema,
    describe,
    parse(base = {}, overrides = {}) {
      const start: Record<string, unknown> = Object.create(null);
      for (const key of keys) start[key] = describe(key).default;
      for (const [key, value] of Object.entries(base)) start[key] = read(key, value);
      const values = merge(start, overrides, read);
      const parsed = schema.safeParse(values);
      if (parsed.success) return parsed.data;
      throw invalid(
        problemsOf(parsed.error, values, keys, (key) => describe(key).allowed),
        listCommand,
      );
    },
  };
}

/** Replaces names and shorthands by the values that they stand for. */
function readSetting(key: string, value: unknown, { kind, nullable }: FieldMeta): unknown {
  if ((key === 'mean' || key === 'std') && typeof value === 'string') {
    const word = value.trim().toLowerCase();
    if (Object.hasOwn(NORMALISATIONS, word))
      return [...NORMALISATIONS[word as keyof typeof NORMALISATIONS][key]];
  }
  const read = readField(kind, nullable, value);
  if (kind === 'triple' && typeof read === 'number') return [read, read, read];
  const off = read === null || (typeof read === 'string' && /^(none|null|off)$/i.test(read.trim()));
  if (key === 'layer_scale' && off) return 0;
  if (key === 'clip_grad' && read === 0) return null;
  return read;
}

/**
 * `overrides` on top of `base`, with what follows from them: a new length in epochs replaces one in
 * steps, and a run made shorter keeps its share of warm-up when the warm-up would no longer fit.
 */
function merge(
  base: Overrides,
  overrides: Overrides,
  read: (key: string, value: unknown) => unknown,
): Record<string, unknown> {
  // Without a prototype, so that __proto__ is a name as any other, and refused as one.
  const given: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(overrides)) given[key] = read(key, value);
  const settings = { ...base, ...given };
  if ('epochs' in given && !('steps' in given) && 'steps' in base) settings['steps'] = null;
  const before = { warmup: base['warmup_epochs'], epochs: base['epochs'], now: settings['epochs'] };
  if (
    !('warmup_epochs' in given) &&
    typeof before.warmup === 'number' &&
    typeof before.epochs === 'number' &&
    typeof before.now === 'number' &&
    before.warmup > before.now
  ) {
    settings['warmup_epochs'] = (before.warmup / before.epochs) * before.now;
  }
  return settings;
}

interface Problem {
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;
  readonly suggestion?: string;
}

const show = (value: unknown) =>
  typeof value === 'string' ? `"${shorten(value)}"` : shortJson(value);

/** Problems that a message names; the details hold more. */
const NAMED_PROBLEMS = 10;

function problemText({ field, value, allowed, suggestion }: Problem): string {
  if (allowed === '') {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `${shorten(field)} is no setting of a recipe${hint}`;
  }
  return `${field} is ${show(value)}; it must be ${allowed}`;
}

function problemsOf(
  error: z.ZodError,
  values: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  allowedOf: (key: string) => string,
): Problem[] {
  const problems: Problem[] = [];
  const single = error.issues.filter((issue) => issue.code !== 'custom');
  for (const issue of single.length > 0 ? single : error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const field of issue.keys) {
        // Finding one takes time, and nobody reads hundreds.
        const suggestion = problems.length < NAMED_PROBLEMS ? nearest(field, keys) : undefined;
        problems.push({
          field,
          value: values[field],
          allowed: '',
          ...(suggestion === undefined ? {} : { suggestion }),
        });
      }
      continue;
    }
    const field = String(issue.path[0]);
    if (problems.some((problem) => problem.field === field)) continue;
    const allowed = issue.code === 'custom' ? issue.message : allowedOf(field);
    problems.push({ field, value: values[field], allowed });
  }
  return problems;
}

function problemsText(problems: readonly Problem[]): string {
  const named = problems.slice(0, NAMED_PROBLEMS).map(problemText);
  const more = problems.length - named.length;
  return `${[...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')}.`.replace('?.', '?');
}

function invalid(problems: readonly Problem[], listCommand: string): StudioError {
  return new StudioError('recipe-invalid', problemsText(problems), {
    advice: problems.some((problem) => problem.allowed === '')
      ? `List all settings with: ${listCommand}`
      : `Change it with --set ${problems[0]!.field}=VALUE, or see: ${listCommand}`,
    details: { ...problems[0], problems },
  });
}
