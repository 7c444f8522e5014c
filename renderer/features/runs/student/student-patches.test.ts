import { expect, it } from 'vitest';
import { maskedPatches } from '../../../../engine/contract/studio/index.ts';
import { movedTo, patchText } from './student-patches.ts';

it('says which patch was taken, with its probability', () => {
  const grid = { rows: 2, cols: 3 };
  const found = {
    taken: [1, 0],
    takenProbability: [0.5, 0.41],
    ownProbability: [0.5, 0.1234],
  };
  const patches = maskedPatches({ mask: '010001' }, found);
  expect(patches.map((patch) => patchText(patch, grid))).toEqual([
    'Row 1, column 2: found itself with 50.0 %.',
    'Row 2, column 3: took row 1, column 1 with 41.0 %; its own had 12.3 %.',
  ]);
});

it('moves among patches by keys, and stays within', () => {
  expect(movedTo('ArrowRight', -1, 5)).toBe(0);
  expect(movedTo('ArrowLeft', -1, 5)).toBe(4);
  expect(movedTo('ArrowDown', 2, 5)).toBe(3);
  expect(movedTo('PageDown', 2, 5)).toBe(4);
  expect(movedTo('Home', 2, 5)).toBe(0);
  expect(movedTo('a', 2, 5)).toBeUndefined();
  expect(movedTo('Home', -1, 0)).toBeUndefined();
});
