/**
 * Resizing of learned positions to another patch grid, for images of another size than in training.
 *
 * Each resizing is linear and separable, so it is one matrix per axis.
 *
 * @source fixtures of the authors' code, section 6; BEiT (ICLR 2022), fine-tuning scripts
 */
import { relativePositionRows } from './relative-position.ts';

export interface PatchGrid {
  readonly rows: number;
  readonly cols: number;
}

/** Weights of source samples, one row per target sample. */
type Weights = readonly Float64Array[];

/** The last rows (class to patch, patch to class, class to class) are not part of the grid. */
const CLASS_ROWS = 3;

/**
 * Resize a table of relative positions by a cubic spline through the old offsets. These are spread
 * so that small offsets keep their distance and large ones are stretched.
 *
 * @param table [relativePositionRows(from), heads]
 * @returns [relativePositionRows(to), heads]; the three class rows are copied
 */
export function resizeRelativePositions(
  table: Float32Array,
  heads: number,
  from: PatchGrid,
  to: PatchGrid,
): Float32Array {
  const offsets = (relativePositionRows(from.rows, from.cols) - CLASS_ROWS) * heads;
  const resized = resizeGrid(
    table.subarray(0, offsets),
    heads,
    offsetWeights(from.rows, to.rows),
    offsetWeights(from.cols, to.cols),
  );
  return joined(resized, table.subarray(offsets));
}

/**
 * Resize a position embedding by bicubic convolution (a = -0.75, half-pixel centres, borders
 * repeated).
 *
 * @param embedding [1 + patches, width]; the first row, of the class token, is copied
 */
export function resizePositionEmbedding(
  embedding: Float32Array,
  width: number,
  from: PatchGrid,
  to: PatchGrid,
): Float32Array {
  const resized = resizeGrid(
    embedding.subarray(width),
    width,
    convolutionWeights(from.rows, to.rows),
    convolutionWeights(from.cols, to.cols),
  );
  return joined(embedding.subarray(0, width), resized);
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const whole = new Float32Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** @param values [rows, cols, channels] @param down, across weights of rows and of columns */
function resizeGrid(
  values: Float32Array,
  channels: number,
  down: Weights,
  across: Weights,
): Float32Array {
  const [rows, cols] = [down[0]!.length, across[0]!.length];
  const widened = new Float64Array(rows * across.length * channels);
  accumulate(widened, values, across, { outer: rows, source: cols, inner: channels });
  const out = new Float32Array(down.length * across.length * channels);
  const inner = across.length * channels;
  accumulate(out, widened, down, { outer: 1, source: rows, inner });
  return out;
}

/** out[o, t, i] = sum over s of weights[t][s] · values[o, s, i] */
function accumulate(
  out: Float32Array | Float64Array,
  values: Float32Array | Float64Array,
  weights: Weights,
  { outer, source, inner }: { outer: number; source: number; inner: number },
): void {
  const sum = new Float64Array(inner);
  for (let o = 0; o < outer; o++)
    for (const [t, row] of weights.entries()) {
      sum.fill(0);
      for (let s = 0; s < source; s++) {
        const weight = row[s]!;
        const at = (o * source + s) * inner;
        if (weight !== 0) for (let i = 0; i < inner; i++) sum[i]! += weight * values[at + i]!;
      }
      out.set(sum, (o * weights.length + t) * inner);
    }
}

// Tables of relative positions

/** Weights from the offsets of `from` patches, -(from-1)…(from-1), to those of `to` patches. */
function offsetWeights(from: number, to: number): Weights {
  const source = spreadOffsets(from, to);
  const targets = Array.from({ length: 2 * to - 1 }, (_, i) => i - (to - 1));
  if (from === to) return targets.map((_, t) => unitRow(source.length, t));
  return splineWeights(source, targets);
}

function unitRow(length: number, one: number): Float64Array {
  const row = new Float64Array(length);
  row[one] = 1;
  return row;
}

/** Bounds and precision of the growth of the distances between offsets. */
const LEAST_GROWTH = 1.01;
const MOST_GROWTH = 1.5;
const GROWTH_PRECISION = 1e-6;

/** Positions of the old offsets among the new ones: 0, ±1, ±(1 + q), ±(1 + q + q²), … */
function spreadOffsets(from: number, to: number): number[] {
  let [low, high] = [LEAST_GROWTH, MOST_GROWTH];
  let growth = high;
  const reach = (q: number) => distances(from, q).at(-1) ?? 0;
  while (high - low > GROWTH_PRECISION) {
    growth = (low + high) / 2;
    if (reach(growth) > to - 1) high = growth;
    else low = growth;
  }
  const positive = distances(from, growth);
  return [...positive.map((distance) => -distance).reverse(), 0, ...positive];
}

function distances(patches: number, growth: number): number[] {
  let distance = 0;
  return Array.from({ length: patches - 1 }, (_, i) => (distance += growth ** i));
}

/**
 * The not-a-knot cubic spline as weights of the samples; targets outside are clamped to the ends.
 * Up to three samples, it is the polynomial through them.
 */
function splineWeights(samples: readonly number[], targets: readonly number[]): Weights {
  const n = samples.length;
  const clamp = (x: number) => Math.min(samples[n - 1]!, Math.max(samples[0]!, x));
  if (n < 4) return targets.map((target) => polynomialRow(samples, clamp(target)));
  const curvature = curvatures(samples);
  return targets.map((target) => {
    const x = clamp(target);
    const next = samples.findIndex((sample) => sample > x);
    const i = next === -1 ? n - 2 : next - 1;
    const h = samples[i + 1]! - samples[i]!;
    const [left, right] = [(samples[i + 1]! - x) / h, (x - samples[i]!) / h];
    const row = new Float64Array(n);
    row[i] = left;
    row[i + 1] = right;
    const bend = [((left ** 3 - left) * h * h) / 6, ((right ** 3 - right) * h * h) / 6] as const;
    for (let s = 0; s < n; s++)
      row[s]! += bend[0] * curvature[i]![s]! + bend[1] * curvature[i + 1]![s]!;
    return row;
  });
}

/** The spline's second derivative at each sample, as weights of the samples. */
function curvatures(x: readonly number[]): Weights {
  const n = x.length;
  const step = (i: number) => x[i + 1]! - x[i]!;
  const system = x.map(() => new Float64Array(n));
  const slopes = x.map(() => new Float64Array(n));
  for (let i = 1; i < n - 1; i++) {
    const [before, after] = [step(i - 1), step(i)];
    system[i]!.set([before / 6, (before + after) / 3, after / 6], i - 1);
    slopes[i]!.set([1 / before, -1 / before - 1 / after, 1 / after], i - 1);
  }
  // The third derivative is continuous at the second sample and at the last but one.
  for (const [row, i] of [
    [0, 0],
    [n - 1, n - 3],
  ] as const) {
    const [before, after] = [1 / step(i), 1 / step(i + 1)];
    system[row]!.set([before, -before - after, after], i);
  }
  return solve(system, slopes);
}

/** Gauss–Jordan elimination with row pivots. @returns X with system·X = right, both overwritten */
function solve(system: readonly Float64Array[], right: readonly Float64Array[]): Weights {
  const rows = system.map((a, i) => ({ a, b: right[i]! }));
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const candidates = rows.slice(k).map(({ a }) => Math.abs(a[k]!));
    const pivot = k + candidates.indexOf(Math.max(...candidates));
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const { a, b } = rows[k]!;
    for (const [i, other] of rows.entries()) {
      if (i === k) continue;
      const factor = other.a[k]! / a[k]!;
      for (let j = 0; j < n; j++) {
        other.a[j]! -= factor * a[j]!;
        other.b[j]! -= factor * b[j]!;
      }
    }
  }
  return rows.map(({ a, b }, i) => b.map((value) => value / a[i]!));
}

function polynomialRow(samples: readonly number[], x: number): Float64Array {
  return Float64Array.from(samples, (at, i) =>
    samples.reduce(
      (product, other, j) => (j === i ? product : (product * (x - other)) / (at - other)),
      1,
    ),
  );
}

// Position embeddings

const CONVOLUTION_A = -0.75;

function convolutionWeights(from: number, to: number): Weights {
  return Array.from({ length: to }, (_, t) => {
    const at = ((t + 0.5) * from) / to - 0.5;
    const first = Math.floor(at);
    const row = new Float64Array(from);
    for (let tap = -1; tap <= 2; tap++) {
      const s = Math.min(from - 1, Math.max(0, first + tap));
      row[s]! += cubic(Math.abs(at - first - tap));
    }
    return row;
  });
}

/** The cubic convolution kernel at a distance from 0 to 2. @source Keys (1981) */
function cubic(d: number): number {
  const a = CONVOLUTION_A;
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
}
