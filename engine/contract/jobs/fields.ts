/**
 * A field of a request and the option of the command line that says it, in one description: from it
 * come the request's schema, the command line of a request, the request of a command line, the help,
 * and which files a request names.
 */
import { z } from 'zod';
import { shorten } from '../shorten.ts';
import { usageError } from '../usage-error.ts';
import type { Place, Value } from './values.ts';

/** An option as help and the reader of arguments see it. */
export interface OptionRule {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands for the value in help, for example DIR. */
  readonly value?: string;
  readonly help: string;
}

interface Said {
  /** What stands for the value in help. */
  readonly value: string;
  readonly help: string;
  /** The option, where it is not the field's name in kebab case. */
  readonly flag?: string;
}

export interface Field<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** `repeated` options are given once for each value. */
  readonly form: 'option' | 'repeated' | 'flag' | 'positional';
  readonly value?: string;
  readonly help: string;
  readonly flag?: string;
  /** What a command line without it means; undefined where it must be given. */
  readonly absent?: { readonly value: z.output<S> };
  readonly place?: Place | undefined;
  /** @param given at least one text */
  read(given: readonly string[], name: string): z.output<S>;
  write(value: z.output<S>): readonly string[];
}

export type Fields = Readonly<Record<string, Field>>;
export type ShapeOf<F extends Fields> = { -readonly [N in keyof F]: F[N]['schema'] };
export type ValuesOf<F extends Fields> = z.output<z.ZodObject<ShapeOf<F>>>;

/** Must be given. */
export function option<S extends z.ZodType>(of: Value<S>, said: Said): Field<S> {
  return {
    ...said,
    form: 'option',
    schema: of.schema,
    place: of.place,
    read([given = ''], name) {
      if (given === '') throw usageError(`${name} is empty.`);
      return of.read(given, name);
    },
    write: (value) => [of.write(value)],
  };
}

export function positional<S extends z.ZodType>(of: Value<S>, value: string): Field<S> {
  return {
    form: 'positional',
    value,
    help: '',
    schema: of.schema,
    place: of.place,
    read: ([given = ''], name) => of.read(given, name),
    write: (given) => [of.write(given)],
  };
}

export function repeated<S extends z.ZodType>(of: Value<S>, said: Said): Field<z.ZodArray<S>> {
  return {
    ...said,
    form: 'repeated',
    schema: z.array(of.schema).min(1),
    place: of.place,
    read: (given, name) => given.map((text) => of.read(text, name)),
    write: (values) => values.map((value) => of.write(value)),
  };
}

export function optional<S extends z.ZodType>(field: Field<S>): Field<z.ZodOptional<S>> {
  const absent = { value: undefined };
  return { ...field, schema: z.optional(field.schema), absent } as Field<z.ZodOptional<S>>;
}

/** Requests always have it; a command line without it means `value`. */
export function orElse<S extends z.ZodType>(field: Field<S>, value: z.output<S>): Field<S> {
  return { ...field, absent: { value } };
}

export function flag(help: string): Field<z.ZodOptional<z.ZodBoolean>> {
  return {
    form: 'flag',
    help,
    schema: z.boolean().optional(),
    absent: { value: undefined },
    read: () => true,
    write: (value) => (value ? [''] : []),
  };
}

/** Any other key would be read differently from `key=value`. */
const settingNameSchema = z
  .string()
  .max(100)
  .regex(/^[^=\s]+$/);

/** `key=value` changes to a recipe, which has some dozens of settings. */
export const changesSchema = z
  .record(settingNameSchema, z.string().max(1000))
  .refine((changes) => Object.keys(changes).length <= 200, 'has more than 200 settings');

export const SETTINGS: Field<typeof changesSchema> = {
  form: 'repeated',
  flag: 'set',
  value: 'KEY=VALUE',
  help: 'Change a setting of the recipe. May be repeated.',
  schema: changesSchema,
  absent: { value: {} },
  read(given, name) {
    // Without a prototype, so that --set __proto__=1 is refused as an unknown setting.
    const changes: Record<string, string> = Object.create(null);
    for (const text of given) {
      const at = text.indexOf('=');
      if (at <= 0) throw usageError(`${name} "${shorten(text)}" is not of the form key=value.`);
      changes[text.slice(0, at).trim()] = text.slice(at + 1);
    }
    return changes;
  },
  write: (changes) => Object.entries(changes).map(([key, value]) => `${key}=${value}`),
};

function flagOf(key: string, { flag }: Field): string {
  return flag ?? key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The options of these fields, for the reader of arguments and for help. */
export function optionRules(fields: Fields): Record<string, OptionRule> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]): [string, OptionRule][] => {
      const { form, value, help } = field;
      if (form === 'positional') return [];
      const multiple = form === 'repeated';
      const rule: OptionRule = { type: form === 'flag' ? 'boolean' : 'string', multiple, help };
      return [[flagOf(key, field), value === undefined ? rule : { ...rule, value }]];
    }),
  );
}

/** What stands for the arguments that are no options, in help. */
export function positionalsOf(fields: Fields): string[] {
  return Object.values(fields).flatMap(({ form, value = '' }) =>
    form === 'positional' ? [value] : [],
  );
}

/** `--name value` for an option; a value that begins with a dash would be read as an option. */
export function optionWords(name: string, value: string): string[] {
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}

/** `--set key=value` for each of a recipe's settings. */
export function settingOptions(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => optionWords('set', `${key}=${value}`));
}

/** The words of a command line that say these values. */
export function writeFields(fields: Fields, values: Readonly<Record<string, unknown>>): string[] {
  const options: string[] = [];
  const others: string[] = [];
  for (const [key, field] of Object.entries(fields)) {
    if (values[key] === undefined) continue;
    const name = flagOf(key, field);
    for (const text of field.write(values[key])) {
      if (field.form === 'positional') others.push(text);
      else options.push(...(field.form === 'flag' ? [`--${name}`] : optionWords(name, text)));
    }
  }
  return others.length === 0 ? options : [...options, '--', ...others];
}

/** The words of a command line, sorted into options and the rest. */
export interface GivenWords {
  readonly positionals: readonly string[];
  /** All texts that were given to an option; one for a flag. */
  texts(name: string): readonly string[];
}

/**
 * What a command line says.
 *
 * @throws StudioError `usage`
 */
export function readFields<F extends Fields>(fields: F, words: GivenWords): ValuesOf<F> {
  const values: Record<string, unknown> = {};
  const positionals = [...words.positionals];
  for (const [key, field] of Object.entries(fields)) {
    const name = flagOf(key, field);
    const given = field.form === 'positional' ? positionals.splice(0, 1) : words.texts(name);
    const value = given.length > 0 ? field.read(given, `--${name}`) : absentValue(field, name);
    if (value !== undefined) values[key] = value;
  }
  return values as ValuesOf<F>;
}

function absentValue({ absent, value = '' }: Field, name: string): unknown {
  if (absent !== undefined) return absent.value;
  throw usageError(`--${name} ${value.split(/[|[]/)[0]} is missing.`);
}
