import { expect, it } from 'vitest';
import { drawAttend, maskedShares } from './masked-attention.ts';

it('anneals the masks of one block after the other, and all before the end', () => {
  const total = 600;
  expect(maskedShares(4, 0, total)).toEqual([1, 1, 1, 1]);
  expect(maskedShares(4, 100, total)).toEqual([1, 1, 1, 1]);
  const [first, ...rest] = maskedShares(4, 150, total);
  expect(first).toBeCloseTo(0.5 ** 0.9);
  expect(rest).toEqual([1, 1, 1]);
  expect(maskedShares(4, 200, total)).toEqual([0, 1, 1, 1]);
  expect(maskedShares(4, 500, total)).toEqual([0, 0, 0, 0]);
});

it('draws by seed and step as many queries as the share says', () => {
  const shares = [1, 0.25, 0];
  const drawn = drawAttend(5, 7, shares, 8, 100);
  expect(drawAttend(5, 7, shares, 8, 100)).toEqual(drawn);
  expect(drawAttend(5, 8, shares, 8, 100)).not.toEqual(drawn);
  const mean = (block: number) =>
    drawn.subarray(800 * block, 800 * (block + 1)).reduce((sum, value) => sum + value, 0) / 800;
  expect(mean(0)).toBe(1);
  expect(mean(1)).toBeCloseTo(0.25, 1);
  expect(mean(2)).toBe(0);
});
