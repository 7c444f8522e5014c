import { expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { addMaskCosts } from './mask-loss.ts';
import { sampleMap } from './sample-points.ts';

const weights = { class: 2, noObject: 0.1, box: 5, giou: 2, mask: 5, dice: 3 };

it('costs what cross-entropy and dice at the points are', () => {
  const [rows, cols, Q, n] = [5, 4, 3, 1300];
  const random = new RandomStream(4, 'test');
  const logits = Float64Array.from({ length: rows * cols * Q }, () => 6 * random.normal());
  const masks = [0, 1].map(() => Uint8Array.from({ length: 48 }, () => random.integer(2)));
  const [first, second] = masks.map((values) => ({
    values,
    rows: 8,
    cols: 6,
    stride: 1,
    start: 0,
  }));
  // Many of so many points lie beside the border, where cells are missing.
  const points = Float64Array.from({ length: 2 * n }, () => random.uniform());
  const costs = new Float64Array(Q * 3).fill(0.5);
  addMaskCosts(logits, { rows, cols }, [first, undefined, second], points, weights, costs);
  const costOf = (q: number, mask: NonNullable<typeof first>) => {
    const own = sampleMap({ values: logits, rows, cols, stride: Q, start: q }, points);
    let [entropy, overlap, total] = [0, 0, 0];
    for (const [k, truth] of sampleMap(mask, points).entries()) {
      const share = 1 / (1 + Math.exp(-own[k]!));
      entropy += Math.log(1 + Math.exp(own[k]!)) - truth * own[k]!;
      overlap += truth * share;
      total += truth + share;
    }
    return 0.5 + 5 * (entropy / n) + 3 * (1 - (2 * overlap + 1) / (total + 1));
  };
  for (let q = 0; q < Q; q++) {
    expect(costs[3 * q]).toBeCloseTo(costOf(q, first!), 10);
    expect(costs[3 * q + 1]).toBe(0.5);
    expect(costs[3 * q + 2]).toBeCloseTo(costOf(q, second!), 10);
  }
});
