/**
 * The kinds of setting a recipe is made of.
 *
 * Each builder returns a zod schema that carries its default, its plain-words help and its allowed
 * range as text, so that errors, `conmim recipes --show`, docs and forms all say the same.
 */
import { z } from 'zod';

export type FieldKind = 'number' | 'integer' | 'flag' | 'choice' | 'size' | 'triple';

/** What a field says of itself, kept as zod metadata. */
export interface FieldMeta {
  readonly [key: string]: unknown;
  readonly kind: FieldKind;
  readonly group: string;
  /** Plain words, one or two sentences. */
  readonly description: string;
  /** The allowed values, in words that finish "must be …". */
  readonly allowed: string;
  readonly nullable: boolean;
}

/** Bounds of a number; inclusive unless `above` / `below` are used. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

function rangeText(range: Range): string {
  const { min, max, above, below } = range;
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}`;
  const low = above === undefined ? (min === undefined ? '' : `at least ${min}`) : `above ${above}`;
  const high = below === undefined ? (max === undefined ? '' : `at most ${max}`) : `below ${below}`;
  return [low, high].filter(Boolean).join(' and ');
}

function bounded(schema: z.ZodNumber, range: Range): z.ZodNumber {
  let result = schema;
  if (range.min !== undefined) result = result.min(range.min);
  if (range.max !== undefined) result = result.max(range.max);
  if (range.above !== undefined) result = result.gt(range.above);
  if (range.below !== undefined) result = result.lt(range.below);
  return result;
}

/** Builders of the fields of one group ("model", "data", …), the heading they are shown under. */
export function fieldGroup(group: string) {
  const meta = (kind: FieldKind, help: string, allowed: string, nullable = false): FieldMeta => ({
    kind,
    group,
    description: help,
    allowed,
    nullable,
  });
  return {
    /** A field of another group, shown under this one. */
    borrow: <S extends z.ZodType>(field: S): S => field.meta({ ...field.meta(), group }) as S,
    number: (byDefault: number, range: Range, help: string) =>
      bounded(z.number(), range)
        .default(byDefault)
        .meta(meta('number', help, `a number ${rangeText(range)}`)),

    integer: (byDefault: number, range: Range, help: string) =>
      bounded(z.int(), range)
        .default(byDefault)
        .meta(meta('integer', help, `a whole number ${rangeText(range)}`)),

    /** A number or `null` for "off"; `none` and `off` are read as null. */
    optionalNumber: (byDefault: number | null, range: Range, help: string) =>
      bounded(z.number(), range)
        .nullable()
        .default(byDefault)
        .meta(meta('number', help, `a number ${rangeText(range)}, or none`, true)),

    optionalInteger: (byDefault: number | null, range: Range, help: string) =>
      bounded(z.int(), range)
        .nullable()
        .default(byDefault)
        .meta(meta('integer', help, `a whole number ${rangeText(range)}, or none`, true)),

    flag: (byDefault: boolean, help: string) =>
      z
        .boolean()
        .default(byDefault)
        .meta(meta('flag', help, 'true or false')),

    choice: <const T extends readonly [string, ...string[]]>(
      byDefault: T[number],
      values: T,
      help: string,
    ) =>
      z
        .enum(values)
        .default(byDefault as never)
        .meta(meta('choice', help, `one of ${values.join(', ')}`)),

    /** Pixels: one number for a square, or height and width. */
    size: (byDefault: number, range: Range, help: string) => {
      const side = bounded(z.int(), range);
      return z
        .union([side, z.tuple([side, side])])
        .default(byDefault)
        .meta(
          meta('size', help, `a whole number ${rangeText(range)}, or two of them (height,width)`),
        );
    },

    /** Three numbers, one a colour channel. */
    triple: (byDefault: readonly [number, number, number], range: Range, help: string) => {
      const channel = bounded(z.number(), range);
      return z
        .tuple([channel, channel, channel])
        .default([...byDefault])
        .meta(
          meta(
            'triple',
            help,
            `three numbers ${rangeText(range)} (red,green,blue), or the name imagenet or half`,
          ),
        );
    },
  };
}

const NONE = new Set(['none', 'null', 'off']);
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  1: true,
  false: false,
  off: false,
  no: false,
  0: false,
};

function toNumber(text: string): unknown {
  const trimmed = text.trim();
  return trimmed === '' || Number.isNaN(Number(trimmed)) ? text : Number(trimmed);
}

/**
 * The typed value of what was written after `key=`, as far as its form allows; what cannot be read is
 * returned unchanged, for the schema to refuse by name. Values that are no strings pass unchanged.
 */
export function readField(kind: FieldKind, nullable: boolean, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const word = value.trim().toLowerCase();
  if (nullable && NONE.has(word)) return null;
  switch (kind) {
    case 'number':
    case 'integer':
      return toNumber(value);
    case 'flag':
      return Object.hasOwn(FLAGS, word) ? FLAGS[word] : value;
    case 'choice':
      return value.trim();
    case 'size':
    case 'triple': {
      const parts = word.replaceAll(/^\[|\]$/g, '').split(/[,x×]/);
      return parts.length === 1 ? toNumber(parts[0]!) : parts.map(toNumber);
    }
  }
}
