/**
 * What a study varies, as it is written on a command line: `temperature=0.05,0.1` is a list,
 * `lr=1e-4..1e-2` a range, and `jitter:gray=0.8:0.2,0:0` a list of settings that change together.
 */
import { shorten } from '../shorten.ts';
import { usageError } from '../usage-error.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether only whole numbers are drawn. */
  readonly whole: boolean;
  /** Whether draws are even in the logarithm: both ends are above 0 and ten times apart. */
  readonly logarithmic: boolean;
}

/** One or more settings that change together. */
export interface Vary {
  /** As it was written. */
  readonly text: string;
  readonly keys: readonly string[];
  /** A text for each key, as after `key=`. */
  readonly values?: readonly (readonly string[])[];
  readonly range?: Range;
}

const MOST_VALUES = 50;
/** Between settings that change together, and between their values. */
const TOGETHER = ':';
const RANGE_SIGN = '..';
const LOGARITHMIC_RATIO = 10;

/** @throws StudioError `usage` */
export function readVary(text: string): Vary {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1)
    throw usageError(
      `--vary "${shorten(text)}" is not of the form key=value,value or key=low..high.`,
    );
  const keys = text
    .slice(0, at)
    .split(TOGETHER)
    .map((key) => key.trim());
  const given = text.slice(at + 1);
  if (given.includes(RANGE_SIGN)) return { text, keys, range: readRange(text, keys, given) };
  // Values that contain a comma, such as 48,80 of image_size, are separated by bars.
  const values = given
    .split(given.includes('|') ? '|' : ',')
    .map((value) => (keys.length === 1 ? [value.trim()] : value.trim().split(TOGETHER)));
  for (const value of values)
    if (value.length !== keys.length || value.includes(''))
      throw usageError(
        `--vary "${shorten(text)}" needs a value for each of ${keys.join(', ')}, separated by "${TOGETHER}".`,
      );
  const distinct = new Set(values.map((value) => value.join(TOGETHER)));
  if (distinct.size !== values.length)
    throw usageError(`--vary "${shorten(text)}" names a value twice.`);
  if (values.length > MOST_VALUES)
    throw usageError(`--vary "${shorten(text)}" has more than ${MOST_VALUES} values.`);
  return { text, keys, values };
}

function readRange(text: string, keys: readonly string[], given: string): Range {
  const ends = given.split(RANGE_SIGN);
  const [low = Number.NaN, high = Number.NaN] = ends.map((end) =>
    end.trim() === '' ? Number.NaN : Number(end),
  );
  if (keys.length > 1 || ends.length !== 2 || !Number.isFinite(low) || !(low < high))
    throw usageError(
      `--vary "${shorten(text)}" is no range of one setting from a lower to a higher number.`,
    );
  const whole = ends.every((end) => /^\s*\d+\s*$/.test(end));
  return { low, high, whole, logarithmic: low > 0 && high / low >= LOGARITHMIC_RATIO };
}

/** `0.05`, or `0.8:0.2` of settings that change together. */
export function valueText(vary: Vary, settings: Readonly<Record<string, string>>): string {
  return vary.keys.map((key) => settings[key]).join(TOGETHER);
}
