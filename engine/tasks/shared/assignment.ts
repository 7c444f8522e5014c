/**
 * Assignment of rows to columns at the least total cost, such as of queries to true objects.
 *
 * Rows are added one by one, each along the shortest path that swaps earlier assignments, with dual
 * prices of rows and columns that keep all reduced costs at or above 0. This takes O(R² C) steps.
 *
 * @source Crouse, "On implementing 2D rectangular assignment algorithms" (IEEE TAES 2016), which
 *   SciPy's `linear_sum_assignment` follows
 */
import { StudioError } from '../../contract/errors.ts';

/** Pairs in the order of their rows; as many as the shorter side has. */
export interface Assignment {
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  /** The sum over the pairs. */
  readonly cost: number;
}

/**
 * @param costs [rows, columns]; Infinity forbids a pair
 * @throws StudioError `assignment-infeasible` where forbidden pairs leave no assignment of the whole
 *   shorter side; `assignment-invalid` for NaN, -Infinity or a wrong number of costs
 */
export function assign(costs: ArrayLike<number>, rows: number, columns: number): Assignment {
  if (costs.length !== rows * columns)
    throw invalid(`${costs.length} costs are given for ${rows} x ${columns} pairs`);
  for (let i = 0; i < costs.length; i++)
    if (!(costs[i]! > Number.NEGATIVE_INFINITY)) throw invalid(`one of them is ${costs[i]}`);
  const turned = columns < rows;
  const [short, long] = turned ? [columns, rows] : [rows, columns];
  const table = turned ? transpose(costs, rows, columns) : new Float64Array(costs);
  const partners = assignShorter(table, short, long);
  const pairs = [...partners].map((partner, i) => (turned ? [partner, i] : [i, partner]));
  pairs.sort((a, b) => a[0]! - b[0]!);
  return {
    rows: Uint32Array.from(pairs, ([row]) => row!),
    columns: Uint32Array.from(pairs, ([, column]) => column!),
    cost: pairs.reduce((sum, [row, column]) => sum + costs[row! * columns + column!]!, 0),
  };
}

function invalid(reason: string): StudioError<'assignment-invalid'> {
  return new StudioError(
    'assignment-invalid',
    `The costs of an assignment are damaged: ${reason}.`,
  );
}

function transpose(costs: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = costs[row * columns + column]!;
  return turned;
}

/** @returns the column of each row, [rows]; rows are at most as many as columns */
function assignShorter(costs: Float64Array, rows: number, columns: number): Int32Array {
  const columnOf = new Int32Array(rows).fill(-1);
  const rowOf = new Int32Array(columns).fill(-1);
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  /** Length of the shortest path to each column, and the row before it. */
  const distance = new Float64Array(columns);
  const before = new Int32Array(columns);
  const rest = new Int32Array(columns);
  for (let start = 0; start < rows; start++) {
    distance.fill(Number.POSITIVE_INFINITY);
    // In reverse, so that equal costs give the identity.
    for (let at = 0; at < columns; at++) rest[at] = columns - 1 - at;
    const reachedRows: number[] = [];
    const reachedColumns: number[] = [];
    let [row, end, length, left] = [start, -1, 0, columns];
    while (end < 0) {
      reachedRows.push(row);
      let [nearest, lowest] = [-1, Number.POSITIVE_INFINITY];
      for (let at = 0; at < left; at++) {
        const column = rest[at]!;
        const through =
          length + costs[row * columns + column]! - rowPrice[row]! - columnPrice[column]!;
        if (through < distance[column]!) {
          distance[column] = through;
          before[column] = row;
        }
        const far = distance[column]!;
        // At ties a free column ends the path.
        if (far < lowest || (far === lowest && rowOf[column] === -1)) {
          lowest = far;
          nearest = at;
        }
      }
      if (lowest === Number.POSITIVE_INFINITY)
        throw new StudioError(
          'assignment-infeasible',
          `${rows} and ${columns} items cannot be assigned to each other: too many pairs are forbidden.`,
        );
      length = lowest;
      const column = rest[nearest]!;
      reachedColumns.push(column);
      rest[nearest] = rest[--left]!;
      if (rowOf[column] === -1) end = column;
      else row = rowOf[column]!;
    }
    rowPrice[start]! += length;
    for (const other of reachedRows)
      if (other !== start) rowPrice[other]! += length - distance[columnOf[other]!]!;
    for (const column of reachedColumns) columnPrice[column]! -= length - distance[column]!;
    for (let column = end; ; ) {
      const from = before[column]!;
      rowOf[column] = from;
      const next = columnOf[from]!;
      columnOf[from] = column;
      if (from === start) break;
      column = next;
    }
  }
  return columnOf;
}
