import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.ts';
import { type Polygon, polygonArea, polygonBounds } from './polygon.ts';
import { polygonFault } from './testing/polygon-fault.ts';

/** A star around (10, 10), with one vertex in each direction: its edges never cross. */
function star(random: RandomStream): number[] {
  const n = 3 + random.integer(9);
  return Array.from({ length: n }, (_, i) => {
    const [angle, radius] = [(2 * Math.PI * i) / n, random.between(0.5, 10)];
    return [10 + radius * Math.cos(angle), 10 + radius * Math.sin(angle)];
  }).flat();
}

/** Whether any two edges cross, by comparing each with each. */
function crosses(polygon: readonly number[]): boolean {
  const n = polygon.length / 2;
  const vertex = (i: number) => [polygon[2 * (i % n)]!, polygon[2 * (i % n) + 1]!] as const;
  const side = (a: readonly number[], b: readonly number[], c: readonly number[]) =>
    Math.sign((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!));
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const [a, b, c, d] = [vertex(i), vertex(i + 1), vertex(j), vertex(j + 1)];
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
    }
  return false;
}

describe('polygons', () => {
  it('have the area of the triangles that they consist of', () => {
    for (let number = 0; number < 200; number++) {
      const polygon = star(new RandomStream(6, 'test', number));
      let area = 0;
      for (let i = 0; i < polygon.length; i += 2) {
        const [x0, y0] = [polygon[i]! - 10, polygon[i + 1]! - 10];
        const j = (i + 2) % polygon.length;
        area += (x0 * (polygon[j + 1]! - 10) - y0 * (polygon[j]! - 10)) / 2;
      }
      expect(polygonArea(polygon)).toBeCloseTo(Math.abs(area), 9);
    }
  });

  it('have the bounds of their vertices', () => {
    expect(polygonBounds([1, 1, 3, 1, 3, 4, 2, 3])).toEqual([1, 1, 3, 4]);
  });

  it.each<[string | undefined, Polygon]>([
    ['odd-length', [0, 0, 1, 0, 1, 1, 2]],
    ['too-few-points', [0, 0, 1, 1]],
    ['not-finite', [0, 0, 1, Number.NaN, 1, 1]],
    ['no-area', [0, 0, 1, 1, 2, 2]],
    ['no-area', [3, 3, 3, 3, 3, 3]],
    ['crosses-itself', [0, 0, 2, 2, 2, 0, 0, 2]],
    [undefined, [0, 0, 2, 0, 2, 2, 0, 2]],
    // The first vertex again at the end, as many programs write it.
    [undefined, [0, 0, 2, 0, 2, 2, 0, 2, 0, 0]],
    // Two squares that touch in a corner.
    [undefined, [0, 0, 1, 0, 1, 1, 2, 1, 2, 2, 1, 2, 1, 1, 0, 1]],
  ])('have the fault %s', (fault, polygon) => {
    expect(polygonFault(polygon)).toBe(fault);
  });

  it('cross themselves where two edges do', () => {
    let crossing = 0;
    for (let number = 0; number < 500; number++) {
      const random = new RandomStream(8, 'test', number);
      const polygon = Array.from({ length: 6 + 2 * random.integer(4) }, () => random.integer(7));
      if (polygonArea(polygon) === 0) continue;
      const expected = crosses(polygon);
      crossing += Number(expected);
      expect(polygonFault(polygon)).toBe(expected ? 'crosses-itself' : undefined);
      expect(polygonFault(star(random))).toBeUndefined();
    }
    expect(crossing).toBeGreaterThan(50);
  });
});
