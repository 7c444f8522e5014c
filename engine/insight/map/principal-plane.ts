/** The plane along which rows spread most, as first places on a map. */
import { dot } from '../../features/dot.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import { RandomStream } from '../../random/philox.ts';
import type { MapPlaces } from './trustworthiness.ts';

/** Rows from which the directions are computed; they are spread evenly. */
const MOST_ROWS = 5000;
const ITERATIONS = 40;
/** Half the extent of the first places, as in umap-learn. */
const EXTENT = 10;
/** So that equal rows do not lie on one point, from which they could not be moved apart. */
const NOISE = 1e-3;

export function principalPlane(rows: FeatureRows, seed: number): MapPlaces {
  const { data, count, width } = rows;
  const mean = new Float32Array(width);
  for (let row = 0; row < count; row++)
    for (let d = 0; d < width; d++) mean[d]! += data[row * width + d]! / count;
  const random = new RandomStream(seed, 'cluster', 1);
  const first = direction(rows, mean, random, undefined);
  const second = direction(rows, mean, random, first);
  const along = (axis: Float32Array) => {
    const offset = dot(mean, 0, axis, 0, width);
    return Float32Array.from(
      { length: count },
      (_, row) => dot(data, row * width, axis, 0, width) - offset,
    );
  };
  const [x, y] = [along(first), along(second)];
  let largest = 0;
  for (let row = 0; row < count; row++)
    largest = Math.max(largest, Math.abs(x[row]!), Math.abs(y[row]!));
  const scale = largest > 0 ? EXTENT / largest : 0;
  const placed = (value: number) => value * scale + NOISE * random.between(-1, 1);
  return { x: x.map(placed), y: y.map(placed) };
}

/** A unit vector of largest variance, by power iteration. @param without one that it is to be square to */
function direction(
  { data, count, width }: FeatureRows,
  mean: Float32Array,
  random: RandomStream,
  without: Float32Array | undefined,
): Float32Array {
  const used = Math.min(count, MOST_ROWS);
  let axis = unit(
    Float32Array.from({ length: width }, () => random.normal()),
    without,
  );
  for (let i = 0; i < ITERATIONS; i++) {
    const next = new Float32Array(width);
    const offset = dot(mean, 0, axis, 0, width);
    for (let at = 0; at < used; at++) {
      const row = Math.floor((at * count) / used) * width;
      const share = dot(data, row, axis, 0, width) - offset;
      for (let d = 0; d < width; d++) next[d]! += share * (data[row + d]! - mean[d]!);
    }
    axis = unit(next, without);
  }
  return axis;
}

function unit(vector: Float32Array, without: Float32Array | undefined): Float32Array {
  const { length } = vector;
  const shared = without === undefined ? 0 : dot(vector, 0, without, 0, length);
  const square = vector.map((value, d) => value - shared * (without?.[d] ?? 0));
  const size = Math.sqrt(dot(square, 0, square, 0, length));
  if (size > 0) return square.map((value) => value / size);
  // Rows without any spread: any direction is as good.
  return Float32Array.from({ length }, (_, d) => (d === (without === undefined ? 0 : 1) ? 1 : 0));
}
