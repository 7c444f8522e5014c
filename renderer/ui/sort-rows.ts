/** Rows of a table in the order of one of its columns. */

export type SortValue = string | number | null | undefined;

/** Numbers by size, words as people sort them; rows without a value come last either way. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => SortValue,
  descending: boolean,
): Row[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a) ?? null, value(b) ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * WORDS.compare(String(x), String(y));
  });
}

const WORDS = new Intl.Collator('en', { numeric: true });
