import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.ts';
import { joinHoles, outlineRegions, simplifyRing } from './outlines.ts';
import { polygonArea } from './polygon.ts';
import { rasterisePolygons } from './rasterise.ts';
import { decodeMask, mergeRuns, runArea } from './run-length.ts';
import { polygonFault } from './testing/polygon-fault.ts';

/** Patches of a few values; the finer, the more holes and corners that touch. */
function randomMap(seed: number, height: number, width: number, cell: number): Uint8Array {
  const random = new RandomStream(seed, 'test', 1);
  const cols = Math.ceil(width / cell);
  const cells = Array.from({ length: cols * Math.ceil(height / cell) }, () => random.integer(3));
  return Uint8Array.from(
    { length: height * width },
    (_, i) =>
      cells[Math.floor(Math.floor(i / width) / cell) * cols + Math.floor((i % width) / cell)]!,
  );
}

const SIZES = [
  [1, 1, 1],
  [7, 5, 1],
  [40, 33, 1],
  [64, 61, 3],
  [120, 90, 11],
] as const;

describe('outlines of regions', () => {
  it.each(SIZES)('give %i x %i pixels back, with cells of %i', (height, width, cell) => {
    for (let seed = 0; seed < 5; seed++) {
      const map = randomMap(seed, height, width, cell);
      const regions = outlineRegions(map, height, width, (value) => value > 0);
      const painted = new Uint8Array(map.length);
      for (const { value, area, outer, holes } of regions) {
        const runs = rasterisePolygons([joinHoles(outer, holes)], height, width);
        expect(runArea(runs)).toBe(area);
        const rings = polygonArea(outer) - holes.reduce((sum, one) => sum + polygonArea(one), 0);
        expect(rings).toBe(area);
        for (const [i, inside] of decodeMask(runs).entries())
          if (inside === 1) painted[i]! += value;
      }
      expect(painted).toEqual(map);
    }
  });

  it('keep pixels apart that meet at a corner alone', () => {
    const map = [1, 0, 0, 1];
    const regions = outlineRegions(map, 2, 2, (value) => value === 1);
    expect(regions.map(({ outer }) => outer)).toEqual([
      [0, 0, 1, 0, 1, 1, 0, 1],
      [1, 1, 2, 1, 2, 2, 1, 2],
    ]);
  });

  it('have as few vertices as corners', () => {
    const map = new Uint8Array(600).fill(1);
    map.fill(0, 245, 247);
    const [region, ...more] = outlineRegions(map, 20, 30, (value) => value === 1);
    expect(more).toEqual([]);
    expect(region).toMatchObject({
      outer: [0, 0, 30, 0, 30, 20, 0, 20],
      holes: [[5, 9, 5, 8, 7, 8, 7, 9]].map((ring) => expect.arrayContaining(ring)),
    });
  });
});

describe('fewer vertices', () => {
  it('keep the shape of a disc within a pixel', () => {
    const size = 200;
    const disc = Uint8Array.from({ length: size * size }, (_, i) =>
      Math.hypot((i % size) - 99, Math.floor(i / size) - 99) < 80 ? 1 : 0,
    );
    const [region] = outlineRegions(disc, size, size, (value) => value === 1);
    const simple = simplifyRing(region!.outer, 1);
    expect(simple.length).toBeLessThan(region!.outer.length / 5);
    expect(polygonFault(simple)).toBeUndefined();
    const [before, after] = [region!.outer, simple].map((ring) =>
      rasterisePolygons([ring], size, size),
    );
    const shared = runArea(mergeRuns([before!, after!], 'intersection'));
    expect(shared / runArea(mergeRuns([before!, after!], 'union'))).toBeGreaterThan(0.98);
  });

  it('leave a single pixel as it is', () => {
    const [region] = outlineRegions([0, 1, 0, 0], 2, 2, (value) => value === 1);
    expect(simplifyRing(region!.outer, 1)).toEqual([1, 0, 2, 0, 2, 1, 1, 1]);
  });
});
