/** For each target row, the source rows that are summed into it. */

/**
 * @param indices target row of each source row
 * @returns `table` [rows, width] of source rows; unused places hold `indices.length`, one past the last
 */
export function invertIndices(
  indices: Int32Array,
  rows: number,
): { table: Int32Array; width: number } {
  const counts = new Int32Array(rows);
  for (const row of indices) counts[row]!++;
  const width = Math.max(1, ...counts);
  const table = new Int32Array(rows * width).fill(indices.length);
  const used = new Int32Array(rows);
  indices.forEach((row, source) => {
    table[row * width + used[row]!++] = source;
  });
  return { table, width };
}
