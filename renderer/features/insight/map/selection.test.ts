import { expect, it } from 'vitest';
import { wholeMap } from './camera.ts';
import { classCounts, classRows, named, rowsInside, undone } from './selection.ts';

it('takes the points inside a line', () => {
  const columns = { count: 4, x: Float32Array.of(0, 4, 0, 4), y: Float32Array.of(0, 0, 2, 2) };
  const size = { width: 400, height: 400 };
  const camera = wholeMap(columns, size);
  const left = [
    { x: 0, y: 0 },
    { x: 200, y: 0 },
    { x: 200, y: 400 },
    { x: 0, y: 400 },
  ];
  expect(rowsInside(columns, camera, size, left)).toEqual([0, 2]);
  expect(rowsInside(columns, camera, size, left.slice(0, 2))).toEqual([]);
  const hidden = Uint8Array.of(1, 0, 0, 0);
  expect(rowsInside({ ...columns, hidden }, camera, size, left)).toEqual([2]);
});

it('names images, again, and takes it back', () => {
  const first = named({ labels: new Map() }, [1, 2, 3], 'cat');
  const second = named(first, [3, 4], 'dog');
  expect(classCounts(second)).toEqual([
    ['cat', 2],
    ['dog', 2],
  ]);
  expect(classRows(second)).toEqual([
    { label: 'cat', rows: [1, 2] },
    { label: 'dog', rows: [3, 4] },
  ]);
  expect(classCounts(undone(second))).toEqual([['cat', 3]]);
  expect(classCounts(undone(undone(undone(second))))).toEqual([]);
});
