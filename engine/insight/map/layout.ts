/**
 * Places on a map by a graph of neighbours: along edges places attract, and randomly drawn others
 * repel. The same graph, first places and seed give the same map.
 *
 * @source McInnes, Healy and Melville, "UMAP" (arXiv:1802.03426), algorithm 5, with the constants of
 *   umap-learn (min_dist 0.1, spread 1, 5 negative samples)
 */
import type { NeighbourGraph } from './neighbour-graph.ts';
import type { MapPlaces } from './trustworthiness.ts';

/** Of the curve 1 / (1 + a·d^2b), fitted to min_dist 0.1 and spread 1. */
const A = 1.5769434603113077;
const B = 0.8950608779109733;
const NEGATIVE_SAMPLES = 5;
const MOST_STEP = 4;
/** Few rows are laid out longer, as in umap-learn. */
const MANY_ROWS = 10_000;
const EPOCHS = { few: 500, many: 200 };

export function epochsFor(rows: number): number {
  return rows > MANY_ROWS ? EPOCHS.many : EPOCHS.few;
}

export interface LayoutOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Called after each epoch; may wait, so that others have a turn. */
  readonly onEpoch?: ((done: number) => Promise<void> | void) | undefined;
}

export async function layOut(
  graph: NeighbourGraph,
  first: MapPlaces,
  { seed, epochs, onEpoch }: LayoutOptions,
): Promise<MapPlaces> {
  const places = { x: first.x.slice(), y: first.y.slice() };
  const schedule = new EdgeSchedule(graph, epochs);
  const random = new FastRandom(seed);
  for (let epoch = 0; epoch < epochs; epoch++) {
    runEpoch(places, schedule, { epoch, rate: 1 - epoch / epochs, random, count: graph.count });
    await onEpoch?.(epoch + 1);
  }
  return places;
}

/** When each edge is drawn: the surer it is, the more often. */
class EdgeSchedule {
  readonly head: Uint32Array;
  readonly tail: Uint32Array;
  /** Epochs between two draws. */
  readonly every: Float32Array;
  readonly next: Float32Array;
  readonly nextNegative: Float32Array;

  constructor({ head, tail, weight }: NeighbourGraph, epochs: number) {
    const most = weight.reduce((largest, value) => Math.max(largest, value), 0);
    const used = [...weight.keys()].filter((edge) => weight[edge]! * epochs >= most);
    this.head = Uint32Array.from(used, (edge) => head[edge]!);
    this.tail = Uint32Array.from(used, (edge) => tail[edge]!);
    this.every = Float32Array.from(used, (edge) => most / weight[edge]!);
    this.next = this.every.slice();
    this.nextNegative = this.every.map((every) => every / NEGATIVE_SAMPLES);
  }
}

interface Epoch {
  readonly epoch: number;
  readonly rate: number;
  readonly random: FastRandom;
  readonly count: number;
}

function runEpoch(
  { x, y }: MapPlaces,
  { head, tail, every, next, nextNegative }: EdgeSchedule,
  { epoch, rate, random, count }: Epoch,
): void {
  for (let edge = 0; edge < head.length; edge++) {
    if (next[edge]! > epoch) continue;
    const i = head[edge]!;
    const j = tail[edge]!;
    const dx = x[i]! - x[j]!;
    const dy = y[i]! - y[j]!;
    const squared = dx * dx + dy * dy;
    if (squared > 0) {
      const power = squared ** B;
      const pull = (-2 * A * B * power) / (squared * (A * power + 1));
      const [stepX, stepY] = [rate * clipped(pull * dx), rate * clipped(pull * dy)];
      x[i]! += stepX;
      y[i]! += stepY;
      x[j]! -= stepX;
      y[j]! -= stepY;
    }
    next[edge]! += every[edge]!;
    const between = every[edge]! / NEGATIVE_SAMPLES;
    const draws = Math.floor((epoch - nextNegative[edge]!) / between);
    for (let draw = 0; draw < draws; draw++) {
      const other = random.below(count);
      if (other === i) continue;
      const ox = x[i]! - x[other]!;
      const oy = y[i]! - y[other]!;
      const far = ox * ox + oy * oy;
      if (far > 0) {
        const push = (2 * B) / ((0.001 + far) * (A * far ** B + 1));
        x[i]! += rate * clipped(push * ox);
        y[i]! += rate * clipped(push * oy);
      } else {
        x[i]! += rate * MOST_STEP;
        y[i]! += rate * MOST_STEP;
      }
    }
    nextNegative[edge]! += draws * between;
  }
}

function clipped(step: number): number {
  return Math.min(MOST_STEP, Math.max(-MOST_STEP, step));
}

/** Numbers by xorshift: hundreds of millions are drawn, and none is kept. */
class FastRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b9) ^ 0x2545f491) >>> 0 || 1;
  }

  below(bound: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * bound);
  }
}
