import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import type { Region } from '../../pixels/image.ts';
import { randomCrop } from './crop.ts';

const AUTHORS = {
  minArea: 0.08,
  maxArea: 1,
  minRatio: 3 / 4,
  maxRatio: 4 / 3,
  interpolation: 'bicubic',
} as const;
const DRAWS = 5000;

function crops(width: number, height: number): Region[] {
  return Array.from({ length: DRAWS }, (_, id) =>
    randomCrop(new RandomStream(4, 'crop', 0, id), width, height, AUTHORS),
  );
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('random crops', () => {
  const all = crops(500, 375);

  it('lie inside the image', () => {
    for (const { top, left, width, height } of all) {
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(500);
      expect(top + height).toBeLessThanOrEqual(375);
    }
  });

  it('have the requested areas and aspect ratios', () => {
    const areas = all.map(({ width, height }) => (width * height) / (500 * 375));
    const ratios = all.map(({ width, height }) => width / height);
    expect(Math.min(...areas)).toBeGreaterThan(0.078);
    expect(Math.max(...areas)).toBeLessThanOrEqual(1);
    expect(Math.min(...ratios)).toBeGreaterThan(0.74);
    expect(Math.max(...ratios)).toBeLessThan(1.35);
    // Large crops often do not fit and are drawn again: for a 4:3 image the share a is accepted with
    // probability min(1, −ln a / ln(16/9)), so the mean is 0.432 and not 0.54.
    expect(Math.abs(mean(areas) - 0.432)).toBeLessThan(0.012);
  });

  it('are uniform in the logarithm of the aspect ratio where all fit', () => {
    const small = { ...AUTHORS, maxArea: 0.1 };
    const logs = Array.from({ length: DRAWS }, (_, id) => {
      const { width, height } = randomCrop(new RandomStream(4, 'crop', 1, id), 2000, 2000, small);
      return Math.log(width / height) / Math.log(4 / 3);
    });
    expect(Math.abs(mean(logs))).toBeLessThan(0.03);
    expect(mean(logs.map((value) => value * value))).toBeCloseTo(1 / 3, 1);
  });

  it('lie anywhere', () => {
    const right = all.map(({ left, width }) => (width < 500 ? left / (500 - width) : 0.5));
    expect(Math.abs(mean(right) - 0.5)).toBeLessThan(0.03);
  });

  it('of an image that is far too wide are central, within the ratios', () => {
    for (const region of crops(4000, 30).slice(0, 50))
      if (region.height === 30 && region.width === 40)
        expect(region).toEqual({ top: 0, left: 1980, width: 40, height: 30 });
    const narrow = { ...AUTHORS, minArea: 1 };
    expect(randomCrop(new RandomStream(1, 'crop'), 30, 4000, narrow)).toEqual({
      top: 1980,
      left: 0,
      width: 30,
      height: 40,
    });
  });

  it('of one pixel are that pixel', () => {
    expect(randomCrop(new RandomStream(1, 'crop'), 1, 1, AUTHORS)).toEqual({
      top: 0,
      left: 0,
      width: 1,
      height: 1,
    });
  });
});
