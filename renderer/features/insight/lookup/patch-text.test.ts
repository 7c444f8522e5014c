import { expect, it } from 'vitest';
import { movedPatch, patchLabel, scoresText } from './patch-text.ts';

it('moves within the grid', () => {
  const grid = { rows: 3, cols: 4 };
  const from = { row: 0, col: 3 };
  expect(movedPatch('ArrowRight', from, grid)).toEqual(from);
  expect(movedPatch('ArrowUp', from, grid)).toEqual(from);
  expect(movedPatch('ArrowDown', from, grid)).toEqual({ row: 1, col: 3 });
  expect(movedPatch('ArrowLeft', from, grid)).toEqual({ row: 0, col: 2 });
  expect(movedPatch('Home', from, grid)).toEqual({ row: 0, col: 0 });
  expect(movedPatch('End', { row: 2, col: 0 }, grid)).toEqual({ row: 2, col: 3 });
  expect(movedPatch('a', from, grid)).toBeUndefined();
});

it('names patches from 1, and what the student takes', () => {
  expect(patchLabel({ row: 0, col: 4 }, 0.25)).toBe('Patch in row 1, column 5, 25.0 %');
  const scores = { temperature: 0.1, batch: 4, mask: [], cosines: [], taken: 1 };
  const probabilities = [0.2, 0.6, 0.1, 0.1];
  const all = { ...scores, probabilities };
  expect(scoresText(all, { row: 0, col: 1 }, 2)).toContain('finds it');
  expect(scoresText(all, { row: 1, col: 0 }, 2)).toContain(
    'takes the one in row 1, column 2 for it with 60.0 %; its own has 10.0 % (guessing: 25.0 %)',
  );
});
