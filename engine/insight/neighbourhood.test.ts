import { expect, it } from 'vitest';
import { matchByVisible } from './neighbourhood.ts';

it('counts what the student sees around each masked patch, within its own image', () => {
  // Two images of 2 × 3 patches.
  const masks = Uint8Array.of(1, 0, 0, 1, 1, 0, /**/ 1, 1, 1, 1, 1, 1);
  const found = [1, 1, 1, 0, 1, 0, /**/ 0, 0, 1, 0, 0, 0];
  expect(matchByVisible({ rows: 2, cols: 3, masks }, found)).toEqual([
    { visible: 0, patches: 6, match: 1 / 6 },
    { visible: 1, patches: 2, match: 1 / 2 },
    { visible: 3, patches: 1, match: 1 },
  ]);
});
