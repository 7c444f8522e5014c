/**
 * Facts of very many files in columns: a typed array for each fact, one value a file. Objects and
 * their texts would need several times the memory.
 */
import type { FileFacts } from '../file-facts.ts';

/** Of facts in columns, bytes a file. */
export const COLUMN_BYTES = {
  /** index of the folder */
  folder: 4,
  /** end of the name among the bytes of all names, from the start of its group */
  nameEnd: 4,
  width: 4,
  height: 4,
  /** index of the other facts, of which few combinations occur */
  kind: 4,
  bytes: 8,
  modifiedMs: 8,
  levels: 2,
  span: 2,
  hash: 32,
  phash: 40,
} as const;

export type ColumnName = keyof typeof COLUMN_BYTES;
export const COLUMN_NAMES = Object.keys(COLUMN_BYTES) as ColumnName[];

/** Facts that have columns of their own; all others are of the kind. */
export type PlainFacts = Pick<
  FileFacts,
  'width' | 'height' | 'bytes' | 'modifiedMs' | 'levels' | 'span' | 'hash' | 'phash'
>;
const PLAIN: ReadonlySet<string> = new Set([
  'width',
  'height',
  'bytes',
  'modifiedMs',
  'levels',
  'span',
  'hash',
  'phash',
] satisfies (keyof PlainFacts)[]);

/** Which optional facts a file has: part of its kind, since columns have no empty places. */
export interface Kind {
  readonly others: Partial<FileFacts>;
  readonly has: readonly ('levels' | 'span' | 'hash' | 'phash')[];
}

const HEX = /^(?:[0-9a-f]{2})*$/;
/** Whether a text is so many bytes in hexadecimal digits, as a column can hold. */
export function hasHex(text: string | undefined, bytes: number): boolean {
  return text !== undefined && text.length === 2 * bytes && HEX.test(text);
}

/** The kind of facts, as text by which equal ones are found. */
export function kindOf(facts: FileFacts): string {
  const others: Record<string, unknown> = Object.fromEntries(
    Object.entries(facts).filter(([key]) => !PLAIN.has(key)),
  );
  const has: Kind['has'][number][] = [];
  if (facts.levels !== undefined) has.push('levels');
  if (facts.span !== undefined) has.push('span');
  if (hasHex(facts.hash, COLUMN_BYTES.hash)) has.push('hash');
  else others['hash'] = facts.hash;
  if (hasHex(facts.phash, COLUMN_BYTES.phash)) has.push('phash');
  else if (facts.phash !== undefined) others['phash'] = facts.phash;
  return JSON.stringify({ others, has });
}

export function readKind(text: string): Kind {
  const { others, has } = JSON.parse(text);
  return { others, has };
}

export type NumberColumn = Exclude<ColumnName, 'hash' | 'phash'>;

/** Store the number of a row. */
export function writeNumber(view: DataView, column: NumberColumn, row: number, value: number) {
  const at = row * COLUMN_BYTES[column];
  if (COLUMN_BYTES[column] === 8) view.setFloat64(at, value, true);
  else if (COLUMN_BYTES[column] === 4) view.setUint32(at, value, true);
  else view.setUint16(at, value, true);
}
