/**
 * The definition of a setting of a recipe, in one entry.
 *
 * Schema, errors, `conmim recipes --show`, the docs page, forms and previews are made from the
 * entry. Every attribute is required, so that a missing one does not compile.
 */

import { z } from 'zod';
import { readStatedRange, type StatedRange } from './stated-range.ts';
import { statedRangeSchema } from './stated-range-schema.ts';
import { readTiling, TILING_ALLOWED, tilingText } from './tiling.ts';

export type SettingKind =
  | 'number'
  | 'integer'
  | 'flag'
  | 'choice'
  | 'size'
  | 'per-channel'
  | 'value-range'
  | 'tiling';

/** Values of settings by name, or texts after `key=`; not checked. */
export type SettingValues = Readonly<Record<string, unknown>>;

export interface SettingTraits {
  /**
   * Position among the settings that a form shows first; null for others. Of several with one
   * position, the first with an effect is shown.
   */
  readonly basic: number | null;
  /** Why it has no effect beside these values, completing "Not used: "; undefined if it has one. */
  noEffect(values: SettingValues): string | undefined;
  /** Whether it changes the views and masks in previews. */
  readonly seen: boolean;
  /** Whether recipes that differ in it alone count as equal. */
  readonly incidental: boolean;
}

export interface Setting<T = unknown> extends SettingTraits {
  readonly kind: SettingKind;
  readonly group: string;
  readonly title: string;
  readonly default: T;
  /** One or two sentences in plain words. */
  readonly help: string;
  /** The allowed values, which complete "must be …". */
  readonly allowed: string;
  /** Values of a choice; empty for other kinds. */
  readonly choices: readonly string[];
  readonly schema: z.ZodType<T>;
  /**
   * Convert the text after `key=` to a typed value; texts that cannot be converted and other values
   * are returned unchanged, for the schema to check.
   */
  read(value: unknown): unknown;
}

/** Settings by name, in display order. */
export type Settings = Readonly<Record<string, Setting>>;
export type ValuesOf<S extends Settings> = {
  readonly [Key in keyof S]: S[Key] extends Setting<infer T> ? T : never;
};

/** Report a setting that does not fit others, unless `holds`; `allowed` completes "must be …". */
export type Need<Key extends PropertyKey> = (holds: boolean, key: Key, allowed: string) => void;

/** Shown after expanding, always in effect, not seen in previews, part of a recipe's identity. */
export const ADVANCED: SettingTraits = {
  basic: null,
  noEffect: () => undefined,
  seen: false,
  incidental: false,
};
export function traits(changes: Partial<SettingTraits>): SettingTraits {
  return { ...ADVANCED, ...changes };
}
export const SEEN = traits({ seen: true });

/** For `noEffect`: no effect while another setting has this value, typed or as text. */
export function whenIs(key: string, value: string | number | boolean): SettingTraits['noEffect'] {
  const word = typeof value === 'boolean' ? (value ? 'on' : 'off') : value;
  return (values) => (String(values[key]) === String(value) ? `${key} is ${word}` : undefined);
}

/** For `noEffect`: no effect while another setting, which replaces it, is above 0. */
export function whenGiven(key: string): SettingTraits['noEffect'] {
  return (values) => (Number(values[key]) > 0 ? `${key} is given` : undefined);
}

/** For `noEffect`: no effect on images that are not of red, green and blue. */
export function whenNotRgb({ channels }: SettingValues): string | undefined {
  return channels === undefined || Number(channels) === 3 ? undefined : `channels is ${channels}`;
}

/** For `noEffect`: the first reason of several. */
export function whenAny(...reasons: readonly SettingTraits['noEffect'][]) {
  return (values: SettingValues): string | undefined =>
    reasons.map((reason) => reason(values)).find((text) => text !== undefined);
}

/** The same setting with other attributes, for the recipe of another task. */
export function adapt<T>(setting: Setting<T>, changes: Partial<Setting<T>>): Setting<T> {
  return { ...setting, ...changes };
}

/** The same setting with an additional conversion of values. */
export function alsoRead<T>(setting: Setting<T>, also: (value: unknown) => unknown): Setting<T> {
  return { ...setting, read: (value) => also(setting.read(value)) };
}

/** A number for each channel, or `measured` where they are still to be measured over the set. */
export type PerChannel = readonly number[] | typeof MEASURED;
export const MEASURED = 'measured';

/** Rules that say which values of a file become 0 and 1, without stating them. */
const RANGE_RULES = ['type', 'percentiles'] as const;
/** A rule, or the values that become 0 and 1: one pair for all channels or one for each. */
export type ValueRangeRule = (typeof RANGE_RULES)[number] | StatedRange | readonly RangePair[];
export type RangePair = readonly [low: number, high: number];

/** Bounds of a number, inclusive except for `above` and `below`. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/** The most channels that an image may have. */
export const MOST_CHANNELS = 32;

/** The attributes of a setting of any kind, beside its traits. */
interface About<T> {
  readonly title: string;
  readonly default: T;
  readonly help: string;
}
interface InRange {
  readonly range: Range;
}
type Read = Setting['read'];

export function settingGroup(group: string) {
  const build = <T>(
    traits: SettingTraits,
    { title, default: byDefault, help }: About<T>,
    form: Pick<Setting<T>, 'kind' | 'schema' | 'allowed' | 'read'>,
    choices: readonly string[] = [],
  ): Setting<T> => ({ ...traits, ...form, group, title, default: byDefault, help, choices });

  return {
    number: (traits: SettingTraits, about: About<number> & InRange) =>
      build(traits, about, {
        kind: 'number',
        schema: bounded(z.number(), about.range),
        allowed: `a number ${rangeText(about.range)}`,
        read: ofText(toNumber),
      }),

    integer: (traits: SettingTraits, about: About<number> & InRange) =>
      build(traits, about, {
        kind: 'integer',
        schema: bounded(z.int(), about.range),
        allowed: `a whole number ${rangeText(about.range)}`,
        read: ofText(toNumber),
      }),

    /** A number, or `null` for "off"; `none` and `off` are read as null. */
    optionalNumber: (traits: SettingTraits, about: About<number | null> & InRange) =>
      build(traits, about, {
        kind: 'number',
        schema: bounded(z.number(), about.range).nullable(),
        allowed: `a number ${rangeText(about.range)}, or none`,
        read: ofText(toNumberOrNull),
      }),

    optionalInteger: (traits: SettingTraits, about: About<number | null> & InRange) =>
      build(traits, about, {
        kind: 'integer',
        schema: bounded(z.int(), about.range).nullable(),
        allowed: `a whole number ${rangeText(about.range)}, or none`,
        read: ofText(toNumberOrNull),
      }),

    flag: (traits: SettingTraits, about: About<boolean>) =>
      build(traits, about, {
        kind: 'flag',
        schema: z.boolean(),
        allowed: 'true or false',
        read: ofText((text) => FLAGS.get(wordOf(text)) ?? text),
      }),

    choice: <const C extends readonly [string, ...string[]]>(
      traits: SettingTraits,
      about: About<NoInfer<C[number]>> & { readonly choices: C },
    ) =>
      build<C[number]>(
        traits,
        about,
        {
          kind: 'choice',
          schema: z.enum(about.choices),
          allowed: `one of ${about.choices.join(', ')}`,
          read: ofText((text) => text.trim()),
        },
        about.choices,
      ),

    /** Pixels: one number for a square, or height and width. */
    size: (traits: SettingTraits, about: About<number | [number, number]> & InRange) => {
      const side = bounded(z.int(), about.range);
      return build(traits, about, {
        kind: 'size',
        schema: z.union([side, z.tuple([side, side])]),
        allowed: `a whole number ${rangeText(about.range)}, or two of them (height,width)`,
        read: ofText(toNumbers),
      });
    },

    /** A list with one number stands for all channels until their number is known. */
    perChannel: (
      traits: SettingTraits,
      about: About<PerChannel> &
        InRange & { readonly named: Readonly<Record<string, readonly number[]>> },
    ) => {
      const names = [...Object.keys(about.named), MEASURED];
      return build<PerChannel>(traits, about, {
        kind: 'per-channel',
        schema: z.union([
          z.array(bounded(z.number(), about.range)).min(1).max(MOST_CHANNELS),
          z.literal(MEASURED),
        ]),
        allowed: `a number ${rangeText(about.range)} for each channel or one for all, or the name ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
        read(value) {
          if (typeof value === 'string') {
            const word = wordOf(value);
            if (word === MEASURED) return word;
            if (Object.hasOwn(about.named, word)) return about.named[word];
          }
          const read = ofText(toNumbers)(value);
          return typeof read === 'number' ? [read] : read;
        },
      });
    },

    valueRange: (traits: SettingTraits, about: About<ValueRangeRule>) =>
      build<ValueRangeRule>(traits, about, {
        kind: 'value-range',
        schema: z.union([
          z.enum(RANGE_RULES),
          statedRangeSchema,
          z
            .array(z.tuple([z.number(), z.number()]).refine(([low, high]) => low !== high))
            .min(1)
            .max(MOST_CHANNELS),
        ]),
        allowed:
          'one of type, metadata, metadata:NUMBER, percentiles, or two different numbers LOW,HIGH for all channels or for each',
        read: toValueRange,
      }),

    /** A text that `readTiling` reads. */
    tiling: (traits: SettingTraits, about: About<string>) =>
      build<string>(traits, about, {
        kind: 'tiling',
        schema: z.string().refine((text) => readTiling(text) !== undefined),
        allowed: TILING_ALLOWED,
        read(value) {
          const tiling = readTiling(String(value));
          return tiling === undefined ? value : tilingText(tiling);
        },
      }),
  };
}

export function underHeading<S extends Settings>(group: string, settings: S): S {
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, { ...setting, group }]),
  ) as unknown as S;
}

function rangeText({ min, max, above, below }: Range): string {
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}`;
  const low = above === undefined ? (min === undefined ? '' : `at least ${min}`) : `above ${above}`;
  const high = below === undefined ? (max === undefined ? '' : `at most ${max}`) : `below ${below}`;
  return [low, high].filter(Boolean).join(' and ');
}

function bounded(schema: z.ZodNumber, { min, max, above, below }: Range): z.ZodNumber {
  let result = schema;
  if (min !== undefined) result = result.min(min);
  if (max !== undefined) result = result.max(max);
  if (above !== undefined) result = result.gt(above);
  if (below !== undefined) result = result.lt(below);
  return result;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'on', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'off', 'no', '0'].map((word) => [word, false] as const),
]);

/** Whether a value, or the text for it, means none. */
export function isNone(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^(none|null|off)$/.test(wordOf(value)));
}

const wordOf = (text: string) => text.trim().toLowerCase();

const ofText =
  (parse: (text: string) => unknown): Read =>
  (value) =>
    typeof value === 'string' ? parse(value) : value;

const toNumberOrNull = (text: string) => (isNone(text) ? null : toNumber(text));

function toNumber(text: string): unknown {
  const trimmed = text.trim();
  return trimmed === '' || Number.isNaN(Number(trimmed)) ? text : Number(trimmed);
}

/** `48x80`, `48,80` or `[48,80]`; a single number does not become a list. */
function toNumbers(text: string): unknown {
  const parts = wordOf(text)
    .replaceAll(/^\[|\]$/g, '')
    .split(/[,x×]/);
  return parts.length === 1 ? toNumber(parts[0]!) : parts.map(toNumber);
}

/** A rule, or `0,4095`, or `0,4095,0,255` with a pair for each channel, as text or as a list. */
function toValueRange(value: unknown): unknown {
  if (typeof value === 'string') {
    if ((RANGE_RULES as readonly string[]).includes(wordOf(value))) return wordOf(value);
    const stated = readStatedRange(value);
    if (stated !== undefined) return stated;
  }
  const numbers = typeof value === 'string' ? toNumbers(value.replaceAll(/[[\]]/g, '')) : value;
  if (!Array.isArray(numbers) || numbers.length % 2 !== 0 || numbers.some(Array.isArray))
    return numbers;
  return Array.from({ length: numbers.length / 2 }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
}
