/** Sort rows of a table by a column. */

export type SortValue = string | number | null | undefined;

/** Numbers are sorted by size and texts by locale; rows without a value come last in both directions. */
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
