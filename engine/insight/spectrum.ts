/**
 * Singular values of a matrix of features and their effective rank.
 *
 * @source RankMe (Garrido et al., ICML 2023); the eigenvalues as in EISPACK's tred1 and tql1
 */
import type { FeatureRows } from '../features/neighbours.ts';

/** Added to each share, as in RankMe, so that its logarithm is finite. */
const SHARE_FLOOR = 1e-7;

/** RankMe of rows of features, between 1 and the smaller side of the matrix. */
export function effectiveRank(rows: FeatureRows): number {
  return rankOf(singularValues(rows));
}

/** exp of the entropy of the values as shares of their sum; 0 where all are zero */
export function rankOf(values: ArrayLike<number>): number {
  const total = Array.from(values).reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const entropy = Array.from(values).reduce((sum, value) => {
    const share = value / total + SHARE_FLOOR;
    return sum - share * Math.log(share);
  }, 0);
  return Math.exp(entropy);
}

/** Largest first; NaN where a number of the matrix is not finite. */
export function singularValues(rows: FeatureRows): Float64Array {
  const size = Math.min(rows.count, rows.width);
  if (!rows.data.every(Number.isFinite)) return new Float64Array(size).fill(Number.NaN);
  const values = symmetricEigenvalues(gram(rows), size);
  return values.map((value) => Math.sqrt(Math.max(0, value))).reverse();
}

/** Products of rows, or of columns where they are fewer, [size, size]. */
function gram({ data, count, width }: FeatureRows): Float64Array {
  return count <= width
    ? productsOf(data, count, width)
    : productsOf(transposed(data, count, width), width, count);
}

function transposed(data: Float32Array, count: number, width: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let r = 0; r < count; r++)
    for (let c = 0; c < width; c++) turned[c * count + r] = data[r * width + c]!;
  return turned;
}

/** @param rows [count, width] @returns [count, count] */
export function productsOf(rows: ArrayLike<number>, count: number, width: number): Float64Array {
  const products = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0, a = i * width, b = j * width; k < width; k++, a++, b++)
        sum += rows[a]! * rows[b]!;
      products[i * count + j] = sum;
      products[j * count + i] = sum;
    }
  return products;
}

/** Ascending. @param matrix [n, n], symmetric; it is overwritten */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, below } = tridiagonal(matrix, n);
  return tridiagonalEigenvalues(diagonal, below);
}

/** Reduce a symmetric matrix by Householder reflections. @param a overwritten */
function tridiagonal(a: Float64Array, n: number) {
  const diagonal = new Float64Array(n);
  const below = new Float64Array(n);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = n - 1; k > 1; k--) {
    // The reflection maps the first k numbers of row k to a multiple of the last of them.
    const row = k * n;
    let scale = 0;
    for (let j = 0; j < k; j++) scale += Math.abs(a[row + j]!);
    if (scale === 0) continue;
    let norm = 0;
    for (let j = 0; j < k; j++) {
      v[j] = a[row + j]! / scale;
      norm += v[j]! * v[j]!;
    }
    const last = v[k - 1]!;
    const alpha = last > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    const h = norm - last * alpha;
    v[k - 1] = last - alpha;
    below[k] = scale * alpha;
    let dot = 0;
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0, at = i * n; j < k; j++, at++) sum += a[at]! * v[j]!;
      p[i] = sum / h;
      dot += p[i]! * v[i]!;
    }
    const half = dot / (2 * h);
    for (let i = 0; i < k; i++) p[i] = p[i]! - half * v[i]!;
    for (let i = 0; i < k; i++)
      for (let j = 0, at = i * n; j < k; j++, at++) a[at] = a[at]! - v[i]! * p[j]! - p[i]! * v[j]!;
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
  if (n > 1) below[1] = a[n]!;
  return { diagonal, below };
}

/** The QL algorithm with implicit shifts. @param below `below[i]` beside diagonal i − 1 and i */
function tridiagonalEigenvalues(d: Float64Array, below: Float64Array): Float64Array {
  const n = d.length;
  const e = new Float64Array(n);
  for (let i = 1; i < n; i++) e[i - 1] = below[i]!;
  for (let l = 0; l < n; l++) {
    for (let m = firstSmall(d, e, l); m !== l; m = firstSmall(d, e, l)) {
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = d[i + 1]! - p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
      }
      if (r === 0 && i >= l) continue;
      d[l] = d[l]! - p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return d.sort();
}

/** From l on, the first place whose neighbour is negligible. */
function firstSmall(d: Float64Array, e: Float64Array, l: number): number {
  for (let m = l; m < d.length - 1; m++) {
    const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
    if (Math.abs(e[m]!) <= Number.EPSILON * size) return m;
  }
  return d.length - 1;
}
