/**
 * The fuzzy graph of neighbours that a map is laid out by: for each edge how sure it is that its ends
 * are neighbours, in either direction.
 *
 * @source McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection"
 *   (arXiv:1802.03426), section 3.1, with the constants of umap-learn
 */

/** Of each row its nearest others, without itself, nearest first. */
export interface NearestRows {
  readonly count: number;
  readonly k: number;
  /** [count, k] */
  readonly row: Int32Array;
  /** [count, k] */
  readonly distance: Float32Array;
}

/** Edges in both directions, by head. */
export interface NeighbourGraph {
  readonly count: number;
  readonly head: Uint32Array;
  readonly tail: Uint32Array;
  /** 0 to 1 */
  readonly weight: Float32Array;
}

const SEARCH_STEPS = 64;
const CLOSE_ENOUGH = 1e-5;
/** Least scale, as a share of the mean distance. */
const LEAST_SCALE = 1e-3;

export function neighbourGraph(nearest: NearestRows): NeighbourGraph {
  const { count, k, row } = nearest;
  const strength = membership(nearest);
  const head: number[] = [];
  const tail: number[] = [];
  const weight: number[] = [];
  const push = (i: number, j: number, w: number) => {
    if (w <= 0) return;
    head.push(i, j);
    tail.push(j, i);
    weight.push(w, w);
  };
  for (let i = 0; i < count; i++)
    for (let at = i * k; at < (i + 1) * k; at++) {
      const j = row[at]!;
      const back = positionOf(row, i, j * k, (j + 1) * k);
      const own = strength[at]!;
      if (back < 0) push(i, j, own);
      else if (i < j) push(i, j, own + strength[back]! - own * strength[back]!);
    }
  return {
    count,
    head: Uint32Array.from(head),
    tail: Uint32Array.from(tail),
    weight: Float32Array.from(weight),
  };
}

function positionOf(rows: Int32Array, wanted: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (rows[at] === wanted) return at;
  return -1;
}

/** [count, k] how surely each is a neighbour, as seen from its row. */
function membership({ count, k, distance }: NearestRows): Float32Array {
  const strength = new Float32Array(count * k);
  // With the row itself, as umap-learn counts neighbours.
  const wanted = Math.log2(k + 1);
  const mean = distance.reduce((sum, value) => sum + value, 0) / Math.max(1, distance.length);
  for (let i = 0; i < count; i++) {
    const own = distance.subarray(i * k, (i + 1) * k);
    const nearest = own.find((value) => value > 0) ?? 0;
    const scale = scaleOf(own, nearest, wanted);
    const ownMean = own.reduce((sum, value) => sum + value, 0) / k;
    const floor = LEAST_SCALE * (nearest > 0 ? ownMean : mean);
    const used = Math.max(scale, floor);
    for (let n = 0; n < k; n++) {
      const beyond = own[n]! - nearest;
      strength[i * k + n] = beyond <= 0 || used === 0 ? 1 : Math.exp(-beyond / used);
    }
  }
  return strength;
}

/** The scale with which the strengths add up as wanted, by bisection. */
function scaleOf(distance: Float32Array, nearest: number, wanted: number): number {
  let [low, high, scale] = [0, Number.POSITIVE_INFINITY, 1];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    let sum = 0;
    for (const value of distance) {
      const beyond = value - nearest;
      sum += beyond > 0 ? Math.exp(-beyond / scale) : 1;
    }
    if (Math.abs(sum - wanted) < CLOSE_ENOUGH) break;
    if (sum > wanted) high = scale;
    else low = scale;
    scale = high === Number.POSITIVE_INFINITY ? scale * 2 : (low + high) / 2;
  }
  return scale;
}
