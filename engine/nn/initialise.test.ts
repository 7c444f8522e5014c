import { describe, expect, it } from 'vitest';
import { initialise } from './initialise.ts';
import type { Initialiser } from './parameters.ts';

function values(init: Initialiser, shape: number[], relPosInit: 'zero' | 'distance' = 'zero') {
  const options = { seed: 5, std: 0.02, grid: { rows: 3, cols: 3 }, relPosInit };
  return initialise([{ name: 'x', shape, init }], options).get('x')!.data;
}

describe('initial values', () => {
  it('are normal, cut at one deviation', () => {
    const drawn = values({ kind: 'truncatedNormal' }, [200, 500]);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(0.02 * (1 + 1e-6));
    expect(Math.abs(mean)).toBeLessThan(2e-4);
    // a standard normal cut at one deviation has deviation 0.5396
    expect(Math.sqrt(variance) / 0.02).toBeCloseTo(0.5396, 2);
    const below = drawn.filter((x) => x < 0.01).length / drawn.length;
    expect(below).toBeCloseTo((0.691462 - 0.158655) / (1 - 2 * 0.158655), 2);
  });

  it('of deep residual outputs are divided by sqrt(2 (i + 1))', () => {
    const plain = values({ kind: 'truncatedNormal' }, [64]);
    const third = values({ kind: 'truncatedNormal', depthScale: 3 }, [64]);
    plain.forEach((x, i) => {
      expect(third[i]).toBeCloseTo(x / Math.sqrt(6), 8);
    });
  });

  it('of relative positions are zero, or fall with distance', () => {
    expect(values({ kind: 'relativePositions' }, [28, 3]).every((x) => x === 0)).toBe(true);
    const table = values({ kind: 'relativePositions' }, [28, 3], 'distance');
    const [centre, corner] = [12 * 3, 0];
    expect(table[corner]! - table[centre]!).toBeCloseTo(-Math.hypot(2, 2), 0);
    expect(Math.abs(table[27 * 3]!)).toBeLessThan(0.2);
  });
});
