import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.ts';
import { type BoxXyxy, boxArea, boxIou, boxIous, generalisedIou, toXywh, toXyxy } from './box.ts';

const SIDE = 9;
function randomBox(random: RandomStream): BoxXyxy {
  const ordered = () =>
    [random.integer(SIDE + 1), random.integer(SIDE + 1)].sort((a, b) => a - b) as [number, number];
  const [[left, right], [top, bottom]] = [ordered(), ordered()];
  return [left, top, right, bottom];
}

/** Number of pixels within all, or within any, of the boxes. */
function pixels(boxes: readonly BoxXyxy[], how: 'every' | 'some'): number {
  let count = 0;
  for (let x = 0; x < SIDE; x++)
    for (let y = 0; y < SIDE; y++)
      if (boxes[how](([l, t, r, b]) => x >= l && x < r && y >= t && y < b)) count++;
  return count;
}

describe('boxes', () => {
  it('overlap as their pixels do', () => {
    for (let number = 0; number < 500; number++) {
      const random = new RandomStream(5, 'test', number);
      const [a, b] = [randomBox(random), randomBox(random)];
      expect(boxArea(a)).toBe(pixels([a], 'some'));
      const [shared, union] = [pixels([a, b], 'every'), pixels([a, b], 'some')];
      expect(boxIou(a, b)).toBe(shared / Math.max(1, union));
      const hull: BoxXyxy = [
        Math.min(a[0], b[0]),
        Math.min(a[1], b[1]),
        Math.max(a[2], b[2]),
        Math.max(a[3], b[3]),
      ];
      const around = Math.max(1, pixels([hull], 'some'));
      const generalised = shared / Math.max(1, union) - (pixels([hull], 'some') - union) / around;
      expect(generalisedIou(a, b)).toBeCloseTo(generalised, 14);
      const flat = (box: BoxXyxy) => Float64Array.from(toXywh(box));
      expect([...boxIous(flat(a), flat(b), [0])]).toEqual([boxIou(a, b)]);
      const ofCrowd = shared / Math.max(1, pixels([a], 'some'));
      expect([...boxIous(flat(a), flat(b), [1])]).toEqual([ofCrowd]);
      expect(toXyxy(toXywh(a))).toEqual(a);
    }
  });

  it('have a generalised overlap that falls to -1 as they part', () => {
    expect(generalisedIou([0, 0, 1, 1], [0, 0, 1, 1])).toBe(1);
    expect(generalisedIou([0, 0, 1, 1], [1, 0, 2, 1])).toBe(0);
    expect(generalisedIou([0, 0, 1, 1], [9, 0, 10, 1])).toBeCloseTo(-0.8, 14);
    expect(generalisedIou([3, 3, 3, 3], [3, 3, 3, 3])).toBe(0);
  });
});
