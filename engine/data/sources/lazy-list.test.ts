import { expect, it } from 'vitest';
import { chosenFrom, positionsWhere, sliceOf } from './lazy-list.ts';

const letters = [...'abcdefgh'];

it('what is chosen of what was chosen is read from the list itself', () => {
  const few = chosenFrom(letters, Uint32Array.of(7, 5, 3, 1));
  const fewer = chosenFrom(few, Uint32Array.of(3, 0));
  expect([...few, few.at(1), few.at(4)]).toEqual(['h', 'f', 'd', 'b', 'f', undefined]);
  expect([...fewer, fewer.length, fewer.at(2)]).toEqual(['b', 'h', 2, undefined]);
});

it('positions and slices are of what there is', () => {
  expect([...positionsWhere(8, (i) => i % 3 === 1)]).toEqual([1, 4, 7]);
  expect([...positionsWhere(3, () => true)]).toEqual([0, 1, 2]);
  expect([sliceOf(letters, 1, 3), sliceOf(letters, 6, 99), sliceOf(letters, 9, 12)]).toEqual([
    ['b', 'c'],
    ['g', 'h'],
    [],
  ]);
});
