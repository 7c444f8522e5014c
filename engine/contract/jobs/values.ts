/**
 * Types of values in requests, with their parsers for the command line; `String` converts them
 * back.
 *
 * The schema limits what surfaces may request. The parser is for people at a shell and has fewer
 * limits.
 */
import { z } from 'zod';
import { MODE_PATTERN } from '../mode.ts';
import { usageError } from '../usage-error.ts';
import { readChoice, readInteger } from './read-value.ts';

/** Files that a value names. */
export interface Place {
  /** `path`: a file or folder. `reference`: the name of a run or recipe, or else a path. */
  readonly kind: 'path' | 'reference';
  /** A description of the file, if it must exist before the job is queued. */
  readonly needed?: string | undefined;
  /** Whether a value that is no existing path is split at commas into several paths. */
  readonly hasCommas?: boolean;
}

export interface Value<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly place?: Place | undefined;
  /** @param name name of the option, for errors @throws StudioError `usage` */
  read(given: string, name: string): z.output<S>;
}

/** A path or a name; systems allow no longer paths. */
export const textSchema = z.string().min(1).max(4096);
export const NAME_LENGTH = 200;
/** Names given by users, which every list shows. */
export const nameSchema = z.string().min(1).max(NAME_LENGTH);

function text(schema: z.ZodString, place?: Place): Value<z.ZodString> {
  return { schema, place, read: (given) => given };
}

/** A file or folder. @param needed its description, if it must exist before the job is queued */
export const path = (needed?: string, hasCommas = false) =>
  text(textSchema, { kind: 'path', needed, hasCommas });

/** The name of a run or recipe, or a path. */
export const REFERENCE = text(textSchema, { kind: 'reference' });

export const NAME = text(nameSchema);

/** A separator of labels, which may be a space. */
export const LABEL_SEPARATOR = text(z.string().min(1).max(10));

/** A name defined by the program, such as a device's. */
export const WORD = text(z.string().min(1).max(100));

/** The name of a device, which lists separate by commas. */
export const DEVICE_NAME = text(
  z.string().regex(/^[^,\s]{1,100}$/, 'must be the name of a device'),
);

export const MODE = text(z.string().regex(MODE_PATTERN, 'must be full, linear or partial:K'));

/** A number of blocks, or all of them. */
export const TUNED_BLOCKS: Value<z.ZodUnion<[z.ZodInt, z.ZodLiteral<'all'>]>> = {
  schema: z.union([z.int().min(0).max(999), z.literal('all')]),
  read: (given, name) => (given === 'all' ? given : readInteger(given, name, 0)),
};

/** An integer. @param max for surfaces; the command line has no upper limit */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Value<z.ZodInt> {
  return {
    schema: z.int().min(min).max(max),
    read: (given, name) => readInteger(given, name, min),
  };
}

/** A number above 0 and at most 1, or below 1. */
export function share({ below = false } = {}): Value<z.ZodNumber> {
  const positive = z.number().gt(0);
  const limit = `above 0 and ${below ? 'below' : 'at most'} 1`;
  return {
    schema: below ? positive.lt(1) : positive.max(1),
    read(given, name) {
      const value = Number(given);
      if (given.trim() === '' || !(value > 0) || !(below ? value < 1 : value <= 1))
        throw usageError(`${name} is "${given}"; it must be a number ${limit}.`);
      return value;
    },
  };
}

/** One of `values`. */
export function choice<const T extends readonly string[]>(values: T) {
  const schema = z.enum(values);
  return {
    schema,
    read: (given: string, name: string) =>
      readChoice<T[number]>(given, name, values) as z.output<typeof schema>,
  };
}

/** Several values, separated by commas; up to 100. */
export function list<S extends z.ZodType>(of: Value<S>): Value<z.ZodArray<S>> {
  return {
    schema: z.array(of.schema).min(1).max(100),
    read: (given, name) => given.split(',').map((part) => of.read(part, name)),
  };
}
