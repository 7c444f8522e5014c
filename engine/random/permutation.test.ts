import { describe, expect, it } from 'vitest';
import { permutation } from './permutation.ts';

describe('a permutation without a list', () => {
  const all = (seed: number, epoch: number, count: number) =>
    Array.from({ length: count }, (_, i) => permutation(seed, 'order', epoch, count)(i));

  it('reaches each element once, for any number of them', () => {
    for (const count of [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 255, 257, 1000]) {
      const reached = all(7, 3, count).sort((a, b) => a - b);
      expect(reached).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  it('is a function of seed and id, and differs between them', () => {
    expect(all(1, 0, 100)).toEqual(all(1, 0, 100));
    expect(all(1, 0, 100)).not.toEqual(all(2, 0, 100));
    expect(all(1, 0, 100)).not.toEqual(all(1, 1, 100));
  });

  it('spreads each element evenly: chi-squared of its places over 4,000 epochs', () => {
    const count = 10;
    const epochs = 4000;
    for (const element of [0, 4, 9]) {
      const places = new Uint32Array(count);
      for (let epoch = 0; epoch < epochs; epoch++)
        places[permutation(11, 'order', epoch, count)(element)]!++;
      const expected = epochs / count;
      const chi = places.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
      // The 99.9 % quantile with 9 degrees of freedom.
      expect(chi).toBeLessThan(27.9);
    }
  });

  it('sends neighbours apart in sets of millions', () => {
    const count = 10_000_000;
    const place = permutation(5, 'order', 2, count);
    const places = Array.from({ length: 2000 }, (_, i) => place(4_000_000 + i));
    expect(Math.max(...places)).toBeLessThan(count);
    expect(new Set(places).size).toBe(2000);
    const distances = places.slice(1).map((at, i) => Math.abs(at - places[i]!));
    const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
    // Of two independent uniform places it is a third of the count.
    expect(Math.abs(mean / count - 1 / 3)).toBeLessThan(0.03);
  });
});
