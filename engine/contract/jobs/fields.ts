/**
 * Fields of requests with their command-line options in one description, from which come the
 * request's schema, command lines from requests, requests from command lines, the help, and the
 * files that a request names.
 */
import { z } from 'zod';
import { shorten } from '../shorten.ts';
import { usageError } from '../usage-error.ts';
import type { Value } from './values.ts';

export interface OptionRule {
  readonly multiple?: boolean;
  /** The letter of its short form, as in `-h`. */
  readonly short?: string;
  /** The placeholder of the value in help, for example DIR; a flag has none. */
  readonly value?: string | undefined;
  readonly help: string;
}

export interface Field<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** `repeated` options are given once per value, `settings` once per key. */
  readonly form: 'option' | 'repeated' | 'settings' | 'flag' | 'positional';
  /** Type of one value. */
  readonly of?: Value;
  /** The option, if it is not the field's name in kebab case. */
  readonly flag?: string;
  /** The placeholder of the value in help. */
  readonly value?: string;
  readonly help: string;
  /** The value if the option is missing; undefined if it is required. */
  readonly absent?: { readonly value: z.output<S> };
}

export type Fields = Readonly<Record<string, Field>>;
export type ShapeOf<F extends Fields> = { -readonly [N in keyof F]: F[N]['schema'] };
export type FieldValues<F extends Fields> = z.output<z.ZodObject<ShapeOf<F>>>;

/** A required field. @param value placeholder in help */
export function needed<S extends z.ZodType>(of: Value<S>, value: string, help: string): Field<S> {
  return { schema: of.schema, form: 'option', of, value, help };
}

export function optional<S extends z.ZodType>(of: Value<S>, value: string, help: string) {
  const schema = z.optional(of.schema);
  return { ...needed(of, value, help), schema, absent: { value: undefined } };
}

/** A field that requests always have; on the command line, a missing option means `absent`. */
export function orElse<S extends z.ZodType>(
  absent: z.output<S>,
  ...rest: Parameters<typeof needed<S>>
): Field<S> {
  return { ...needed(...rest), absent: { value: absent } };
}

export function repeated<S extends z.ZodType>(...rest: Parameters<typeof needed<S>>) {
  const schema = z.array(rest[0].schema).min(1);
  return { ...needed(...rest), schema, form: 'repeated' } as const;
}

/** As {@link repeated}, and may be left out. */
export function perhapsRepeated<S extends z.ZodType>(...rest: Parameters<typeof needed<S>>) {
  const field = repeated(...rest);
  return { ...field, schema: z.optional(field.schema), absent: { value: undefined } };
}

export function positional<S extends z.ZodType>(of: Value<S>, value: string): Field<S> {
  return { ...needed(of, value, ''), form: 'positional' };
}

/** A positional that may be left out; it is the last one. */
export function perhapsPositional<S extends z.ZodType>(of: Value<S>, value: string) {
  return { ...optional(of, `[${value}]`, ''), form: 'positional' } as const;
}

export function flag(help: string): Field<z.ZodOptional<z.ZodBoolean>> {
  return { schema: z.boolean().optional(), form: 'flag', help, absent: { value: undefined } };
}

/** Other keys would not be read back from `key=value`. */
const settingNameSchema = z
  .string()
  .max(100)
  .regex(/^[^=\s]+$/);

/** `key=value` changes of a recipe's settings. */
export const changesSchema = z
  .record(settingNameSchema, z.string().max(1000))
  .refine((changes) => Object.keys(changes).length <= 200, 'has more than 200 settings');

export const SETTINGS: Field<typeof changesSchema> = {
  schema: changesSchema,
  form: 'settings',
  flag: 'set',
  value: 'KEY=VALUE',
  help: 'Change a setting of the recipe. May be repeated.',
  absent: { value: {} },
};

function flagOf(key: string, { flag }: Field): string {
  return flag ?? key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The options of fields, for the parser of arguments and for help. */
export function optionRules(fields: Fields): Record<string, OptionRule> {
  const options = Object.entries(fields).filter(([, { form }]) => form !== 'positional');
  return Object.fromEntries(
    options.map(([key, field]): [string, OptionRule] => {
      const { form, value, help } = field;
      const multiple = form === 'repeated' || form === 'settings';
      return [flagOf(key, field), { multiple, value, help }];
    }),
  );
}

export function positionalsOf(fields: Fields): string[] {
  const positionals = Object.values(fields).filter(({ form }) => form === 'positional');
  return positionals.map(({ value = '' }) => value);
}

/** `--name value` for an option, or `--name=value` if the value begins with a dash. */
export function optionArguments(name: string, value: unknown): string[] {
  const text = String(value);
  return text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text];
}

/** `--set key=value` for each setting. */
export function settingOptions(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) =>
    optionArguments('set', `${key}=${value}`),
  );
}

/** The arguments of a command line with these values. */
export function writeFields(fields: Fields, values: Readonly<Record<string, unknown>>): string[] {
  const options: string[] = [];
  const others: string[] = [];
  for (const [key, field] of Object.entries(fields)) {
    const value = values[key];
    const name = flagOf(key, field);
    if (value === undefined || value === false) continue;
    if (field.form === 'positional') others.push(String(value));
    else if (field.form === 'flag') options.push(`--${name}`);
    else if (field.form === 'settings')
      options.push(...settingOptions(value as Readonly<Record<string, string>>));
    else if (field.form === 'option') options.push(...optionArguments(name, value));
    else options.push(...(value as string[]).flatMap((one) => optionArguments(name, one)));
  }
  return others.length === 0 ? options : [...options, '--', ...others];
}

/** The arguments of a command line after parsing. */
export interface GivenWords {
  readonly positionals: readonly string[];
  /** All texts given to an option; one for a flag. */
  texts(name: string): readonly string[];
}

/** The values of a command line. @throws StudioError `usage` */
export function readFields<F extends Fields>(fields: F, words: GivenWords): FieldValues<F> {
  const values: Record<string, unknown> = {};
  let positionals = words.positionals;
  for (const [key, field] of Object.entries(fields)) {
    const name = flagOf(key, field);
    const isPositional = field.form === 'positional';
    const given = isPositional ? positionals : words.texts(name);
    if (isPositional) positionals = positionals.slice(1);
    const value = readField(field, `--${name}`, given);
    if (value !== undefined) values[key] = value;
  }
  return values as FieldValues<F>;
}

function readField(field: Field, name: string, [first, ...more]: readonly string[]): unknown {
  const { form, of, absent, value = '' } = field;
  if (first === undefined) {
    if (absent === undefined) throw usageError(`${name} ${value.split(/[|[]/)[0]} is missing.`);
    return absent.value;
  }
  if (form === 'flag') return true;
  if (form === 'settings') return readSettings(name, [first, ...more]);
  if (form === 'repeated') return [first, ...more].map((text) => of!.read(text, name));
  if (form === 'option' && first === '') throw usageError(`${name} is empty.`);
  return of!.read(first, name);
}

function readSettings(name: string, given: readonly string[]): Record<string, string> {
  // An object without a prototype, so that --set __proto__=1 is rejected as an unknown setting.
  const settings: Record<string, string> = Object.create(null);
  for (const text of given) {
    const at = text.indexOf('=');
    if (at <= 0) throw usageError(`${name} "${shorten(text)}" is not of the form key=value.`);
    settings[text.slice(0, at).trim()] = text.slice(at + 1);
  }
  return settings;
}
