/**
 * Definition of a task's recipe: its table of settings, and parsing of text, files and presets.
 *
 * The keys are a contract: they are the names in `--set key=value`, in recipe files and in
 * `run.json`.
 */
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { shorten, shortJson } from '../shorten.ts';
import { followChannels } from './channels.ts';
import { checkShared, followLength } from './check-shared.ts';
import type { Need, Settings, SettingValues, ValuesOf } from './setting.ts';
import type { SharedSettings, SharedValues } from './shared.ts';

export interface RecipeTable<S extends Settings> {
  /** For use within a sentence, as in "all settings of fine-tuning". */
  readonly of: string;
  readonly settings: S;
  readonly keys: readonly (keyof S & string)[];
  /**
   * Parse values: the result is complete and checked.
   *
   * @param base      initial values, for example a preset's; missing ones take their defaults
   * @param overrides values, or the text after `key=` (`48x80`, `imagenet`, `none`)
   * @throws StudioError `recipe-invalid` whose details name field, value, allowed range and, for an
   *   unknown key, the nearest known one; `details.problems` lists all
   */
  parse(base?: SettingValues, overrides?: SettingValues): ValuesOf<S>;
}

export function defineRecipe<S extends Settings & SharedSettings>(definition: {
  readonly settings: S;
  /** Check combinations of settings, besides those that all recipes have. */
  check(values: ValuesOf<NoInfer<S>>, need: Need<keyof S & string>): void;
  readonly of: string;
  readonly listCommand: string;
}): RecipeTable<S> {
  const { settings, check, listCommand, of } = definition;
  const keys = Object.keys(settings);
  const defaults = Object.fromEntries(keys.map((key) => [key, settings[key]!.default]));
  const schema = z.strictObject(
    Object.fromEntries(
      Object.entries(settings).map(([key, { schema, default: value }]) => [
        key,
        schema.default(value),
      ]),
    ),
  );
  /** An object without a prototype, so that `__proto__` is rejected like any unknown name. */
  const read = (given: SettingValues): Record<string, unknown> => {
    const values: Record<string, unknown> = Object.create(null);
    for (const [key, value] of Object.entries(given))
      values[key] = Object.hasOwn(settings, key) ? settings[key]!.read(value) : value;
    return values;
  };
  return {
    of,
    settings,
    keys,
    parse(base = {}, overrides = {}) {
      const start = { ...defaults, ...read(base) };
      const given = read(overrides);
      const asked: SettingValues = { ...start, ...given, ...followLength(start, given) };
      const values = { ...asked, ...followChannels(asked, given) };
      const parsed = schema.safeParse(values);
      if (!parsed.success) throw invalid(problemsOf(parsed.error, values, settings), listCommand);
      // Combinations are checked only if each value is within its range.
      const clashes = new Map<string, Problem>();
      const need = (holds: boolean, field: string, allowed: string) => {
        if (!holds && !clashes.has(field))
          clashes.set(field, { field, value: values[field], allowed });
      };
      checkShared(parsed.data as SharedValues, need);
      check(parsed.data as ValuesOf<S>, need);
      if (clashes.size > 0) throw invalid([...clashes.values()], listCommand);
      return parsed.data as ValuesOf<S>;
    },
  };
}

interface Problem {
  readonly field: string;
  readonly value: unknown;
  /** Empty for an unknown name. */
  readonly allowed: string;
  readonly suggestion?: string;
}

/** Most problems that a message names; the details have more. */
const NAMED_PROBLEMS = 10;

const show = (value: unknown) =>
  typeof value === 'string' ? `"${shorten(value)}"` : shortJson(value);

function problemText({ field, value, allowed, suggestion }: Problem): string {
  if (allowed === '') {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `${shorten(field)} is no setting of a recipe${hint}`;
  }
  return `${field} is ${show(value)}; it must be ${allowed}`;
}

function problemsOf(error: z.ZodError, values: SettingValues, settings: Settings): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const field of issue.keys) {
        const problem = { field, value: values[field], allowed: '' };
        // Suggestions take time, so only few are made.
        const suggestion =
          problems.length < NAMED_PROBLEMS ? nearest(field, Object.keys(settings)) : undefined;
        problems.push(suggestion === undefined ? problem : { ...problem, suggestion });
      }
      continue;
    }
    const field = String(issue.path[0]);
    if (problems.some((problem) => problem.field === field)) continue;
    problems.push({ field, value: values[field], allowed: settings[field]!.allowed });
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
