import { describe, expect, it } from 'vitest';
import type { FeatureRows } from '../../features/neighbours.ts';
import { RandomStream } from '../../random/philox.ts';
import { layOut } from './layout.ts';
import { nearestRows } from './nearest-rows.ts';
import { neighbourGraph } from './neighbour-graph.ts';
import { principalPlane } from './principal-plane.ts';
import { trustworthiness } from './trustworthiness.ts';

const WIDTH = 8;

/** Rows of unit length around some directions; row i belongs to group i mod groups. */
function groupedRows(count: number, groups: number): FeatureRows {
  const random = new RandomStream(2, 'test');
  const centres = Array.from({ length: groups * WIDTH }, () => random.normal());
  const data = new Float32Array(count * WIDTH);
  for (let row = 0; row < count; row++) {
    let squares = 0;
    for (let d = 0; d < WIDTH; d++) {
      const value = centres[(row % groups) * WIDTH + d]! + 0.15 * random.normal();
      data[row * WIDTH + d] = value;
      squares += value * value;
    }
    for (let d = 0; d < WIDTH; d++) data[row * WIDTH + d]! /= Math.sqrt(squares);
  }
  return { data, count, width: WIDTH };
}

const rows = groupedRows(240, 4);
const K = 10;

async function mapOf(seed: number) {
  const nearest = await nearestRows(rows, K);
  const first = principalPlane(rows, seed);
  return layOut(neighbourGraph(nearest), first, { seed, epochs: 200 });
}

describe('the graph of neighbours', () => {
  it('has each edge in both directions, as sure as either end is', () => {
    const graph = neighbourGraph({
      ...{ count: 3, k: 2 },
      row: Int32Array.of(1, 2, 0, 2, 0, 1),
      distance: Float32Array.of(1, 2, 1, 3, 2, 3),
    });
    const edges = [...graph.head].map((head, i) => [head, graph.tail[i]!, graph.weight[i]!]);
    expect(edges).toHaveLength(6);
    for (const [head, tail, weight] of edges) {
      expect(edges).toContainEqual([tail, head, weight]);
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThanOrEqual(1);
    }
    // The nearest of both ends is certain.
    expect(edges.find(([head, tail]) => head === 0 && tail === 1)![2]).toBe(1);
  });

  it('has the weights of umap-learn', () => {
    // Computed by bench/interop/map_cases.py.
    const graph = neighbourGraph({
      ...{ count: 4, k: 2 },
      row: Int32Array.of(1, 2, 0, 2, 1, 3, 2, 1),
      distance: Float32Array.of(0.1, 0.4, 0.1, 0.35, 0.35, 0.5, 0.5, 0.9),
    });
    const weightOf = (head: number, tail: number) =>
      graph.weight[
        [...graph.head.keys()].find((i) => graph.head[i] === head && graph.tail[i] === tail)!
      ];
    for (const [head, tail, weight] of UMAP_LEARN)
      expect(weightOf(head, tail)).toBeCloseTo(weight, 4);
    expect(graph.weight).toHaveLength(UMAP_LEARN.length * 2);
  });
});

/** Pairs with their weights. */
const UMAP_LEARN: readonly (readonly [number, number, number])[] = [
  [0, 1, 1],
  [0, 2, 0.584959],
  [1, 2, 1],
  [1, 3, 0.584959],
  [2, 3, 1],
];

describe('a map', () => {
  it('keeps groups together, and neighbours neighbours', async () => {
    const places = await mapOf(1);
    const { x, y } = places;
    let together = 0;
    for (let i = 0; i < rows.count; i++) {
      let [best, nearest] = [Number.POSITIVE_INFINITY, -1];
      for (let j = 0; j < rows.count; j++) {
        const distance = (x[i]! - x[j]!) ** 2 + (y[i]! - y[j]!) ** 2;
        if (j !== i && distance < best) [best, nearest] = [distance, j];
      }
      if (nearest % 4 === i % 4) together++;
    }
    expect(together).toBe(rows.count);
    const random = new RandomStream(9, 'test');
    const anywhere = {
      x: x.map(() => random.uniform()),
      y: y.map(() => random.uniform()),
    };
    expect(trustworthiness(rows, places, K)).toBeGreaterThan(0.9);
    expect(trustworthiness(rows, anywhere, K)).toBeLessThan(0.6);
  });

  it('is the same for the same seed, and another for another', async () => {
    const [one, same, other] = [await mapOf(3), await mapOf(3), await mapOf(4)];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('places equal rows', async () => {
    const equal = { data: new Float32Array(20 * WIDTH).fill(0.25), count: 20, width: WIDTH };
    const nearest = await nearestRows(equal, 5);
    expect([...nearest.row.subarray(0, 5)]).not.toContain(0);
    const places = await layOut(neighbourGraph(nearest), principalPlane(equal, 0), {
      ...{ seed: 0, epochs: 20 },
    });
    expect([...places.x, ...places.y].every(Number.isFinite)).toBe(true);
  });
});

it('measures trustworthiness as scikit-learn does', () => {
  // Computed by bench/interop/map_cases.py.
  const data = Float32Array.of(1, 0, 0.8, 0.6, 0.6, 0.8, 0, 1, -0.6, 0.8, -1, 0, -0.8, -0.6);
  const places = {
    x: Float32Array.of(0, 1, 5, 3, 4, 2, 6),
    y: Float32Array.of(0, 0.5, 0, 1, 0, 2, 1),
  };
  expect(trustworthiness({ data, count: 7, width: 2 }, places, 2)).toBeCloseTo(SKLEARN, 6);
});

const SKLEARN = 0.5102040816326531;
