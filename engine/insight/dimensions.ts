/** How features spread over their dimensions: which are constant, and which follow another one. */
import type { FeatureRows } from '../features/neighbours.ts';
import { productsOf } from './spectrum.ts';

/** Below this share of the root mean square a dimension is taken for constant. */
const DEAD_SPREAD = 0.01;
/** From this correlation on, of any sign, a dimension is taken for a copy of an earlier one. */
const DUPLICATE_CORRELATION = 0.99;

export interface DimensionSpread {
  /** standard deviations relative to the root mean square of all numbers: mean and least */
  readonly mean: number;
  readonly least: number;
  readonly dead: number;
  readonly duplicates: number;
}

export function dimensionSpread({ data, count, width }: FeatureRows): DimensionSpread {
  const columns = centredColumns({ data, count, width });
  const deviations = Float64Array.from({ length: width }, (_, c) => {
    let squares = 0;
    for (let r = 0; r < count; r++) squares += columns[c * count + r]! ** 2;
    return Math.sqrt(squares / count);
  });
  let squares = 0;
  for (const value of data) squares += value * value;
  const scale = Math.sqrt(squares / data.length);
  const shares = deviations.map((deviation) => (scale > 0 ? deviation / scale : 0));
  const alive = [...shares.keys()].filter((c) => shares[c]! >= DEAD_SPREAD);
  return {
    mean: shares.reduce((sum, share) => sum + share, 0) / width,
    least: shares.reduce((least, share) => Math.min(least, share), Number.POSITIVE_INFINITY),
    dead: width - alive.length,
    duplicates: countDuplicates(columns, count, alive, deviations),
  };
}

/** [width, count], each of mean 0 */
function centredColumns({ data, count, width }: FeatureRows): Float32Array {
  const columns = new Float32Array(data.length);
  for (let c = 0; c < width; c++) {
    let sum = 0;
    for (let r = 0; r < count; r++) sum += data[r * width + c]!;
    const mean = sum / count;
    for (let r = 0; r < count; r++) columns[c * count + r] = data[r * width + c]! - mean;
  }
  return columns;
}

function countDuplicates(
  columns: Float32Array,
  count: number,
  alive: readonly number[],
  deviations: Float64Array,
): number {
  const unit = new Float32Array(alive.length * count);
  for (const [i, c] of alive.entries()) {
    const length = deviations[c]! * Math.sqrt(count);
    for (let r = 0; r < count; r++) unit[i * count + r] = columns[c * count + r]! / length;
  }
  const correlations = productsOf(unit, alive.length, count);
  return alive.filter((_, i) => {
    for (let j = 0; j < i; j++)
      if (Math.abs(correlations[i * alive.length + j]!) >= DUPLICATE_CORRELATION) return true;
    return false;
  }).length;
}
