/** Values of records that come from foreign files, which may be anything. */
import type { Rgb } from '../dense-types.ts';

/** The value as an object whose own keys may be read; undefined for arrays and everything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** A value of an own key, so that nothing is taken from the prototype. */
export function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A finite number; undefined for everything else. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Longer texts are no numbers, and would take the pattern long. */
const MOST_DIGITS = 60;

/** A number from a text, in plain decimal notation; undefined for everything else. */
export function numberIn(text: string | undefined): number | undefined {
  if (text === undefined || text.length > MOST_DIGITS) return undefined;
  const trimmed = text.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)
    ? asNumber(Number(trimmed))
    : undefined;
}

/** A colour such as `#804080`, with or without the number sign. */
export function hexColour(text: string): Rgb | undefined {
  const [, red, green, blue] = /^#?([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text.trim()) ?? [];
  if (red === undefined) return undefined;
  return [red, green!, blue!].map((part) => Number.parseInt(part, 16)) as unknown as Rgb;
}

/** A list of finite numbers; undefined where it is none. */
export function asNumbers(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((one) => typeof one === 'number' && Number.isFinite(one))
    ? (value as number[])
    : undefined;
}

/** Largest side of an image that a file may state. */
const MOST_SIDE = 1_000_000;

/** A stated size; undefined where a side is missing or zero, which tools write for unknown. */
export function asSize(width: number | undefined, height: number | undefined) {
  const isSide = (side: number | undefined): side is number =>
    side !== undefined && Number.isInteger(side) && side > 0 && side <= MOST_SIDE;
  return isSide(width) && isSide(height) ? { width, height } : undefined;
}
