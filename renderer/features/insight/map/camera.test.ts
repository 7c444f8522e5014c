import { expect, it } from 'vitest';
import { pixelOf, pointAt, pointsInSight, pointTowards, wholeMap, zoomedAt } from './camera.ts';

const columns = { count: 4, x: Float32Array.of(0, 4, 0, 4), y: Float32Array.of(0, 0, 2, 2) };
const size = { width: 400, height: 400 };
const whole = wholeMap(columns, size);

it('shows all points, and finds them under the pointer', () => {
  for (let row = 0; row < 4; row++) {
    const pixel = pixelOf(whole, columns.x[row]!, columns.y[row]!, size);
    expect(pixel.x).toBeGreaterThan(0);
    expect(pixel.x).toBeLessThan(400);
    expect(pointAt(columns, whole, { x: pixel.x + 2, y: pixel.y - 2 }, size)).toBe(row);
  }
  expect(pointAt(columns, whole, { x: 200, y: 200 }, size)).toBeUndefined();
});

it('finds no hidden point', () => {
  const some = { ...columns, hidden: Uint8Array.of(0, 1, 0, 0) };
  const { x, y } = pixelOf(whole, 4, 0, size);
  expect(pointAt(columns, whole, { x, y }, size)).toBe(1);
  expect(pointAt(some, whole, { x, y }, size)).toBeUndefined();
  expect(pointTowards(some, 0, 1, 0)).toBe(3);
  expect(pointsInSight(some, whole, size, 4)).toEqual([0, 2, 3]);
});

it('keeps what is under the pointer while it zooms', () => {
  const pixel = pixelOf(whole, 4, 2, size);
  const near = zoomedAt(whole, whole, 3, pixel, size);
  const after = pixelOf(near, 4, 2, size);
  expect(after.x).toBeCloseTo(pixel.x, 6);
  expect(after.y).toBeCloseTo(pixel.y, 6);
  expect(near.scale).toBeCloseTo(3 * whole.scale, 6);
  expect(pointsInSight(columns, near, size, 10)).toEqual([3]);
  expect(pointsInSight(columns, whole, size, 3)).toEqual([]);
});

it('goes to the nearest point in a direction', () => {
  expect(pointTowards(columns, 0, 1, 0)).toBe(1);
  expect(pointTowards(columns, 0, 0, 1)).toBe(2);
  expect(pointTowards(columns, 0, -1, 0)).toBeUndefined();
});
