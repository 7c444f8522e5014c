import { expect, test } from 'vitest';
import { firstSize, fitScale, nextScale, pictureSide, scaleText } from './zoom.ts';

const room = { width: 1000, height: 500 };

test('a large image is shown whole and is not distorted', () => {
  expect(fitScale({ width: 4000, height: 1000 }, room)).toBe(0.25);
  expect(fitScale({ width: 1000, height: 4000 }, room)).toBe(0.125);
});

test('a medium image keeps its size, a small one is enlarged', () => {
  expect(fitScale({ width: 300, height: 200 }, room)).toBe(1);
  expect(fitScale({ width: 50, height: 50 }, room)).toBe(10);
});

test('an image without a size has a scale that can be shown', () => {
  expect(fitScale({ width: 0, height: 0 }, room)).toBe(1);
});

test('zoom goes over the original size and ends at both ends', () => {
  expect(nextScale(0.7, 'in')).toBe(1);
  expect(nextScale(1, 'in')).toBe(2);
  expect(nextScale(0.7, 'out')).toBe(0.5);
  expect(nextScale(32, 'in')).toBe(32);
  expect(nextScale(1 / 16, 'out')).toBe(1 / 16);
});

test('only as many pixels are requested as are shown', () => {
  const image = { width: 6000, height: 4000 };
  expect(pictureSide(image, 0.1, 1)).toBe(1024);
  expect(pictureSide(image, 0.2, 2)).toBe(8192);
  expect(pictureSide(image, 0.3, 1)).toBe(2048);
  expect(pictureSide(image, 1, 1)).toBe(8192);
  // Of a small image the server never makes more pixels than it has.
  expect(pictureSide({ width: 40, height: 40 }, 16, 2)).toBe(1024);
});

test('scales are percentages', () => {
  expect(scaleText(1)).toBe('100 %');
  expect(scaleText(1 / 16)).toBe('6.3 %');
});

test('the size of a picture stays when a smaller version of it is loaded', () => {
  const whole = { path: '/a.jpg', size: { width: 4000, height: 3000 } };
  const smaller = { path: '/a.jpg', size: { width: 1024, height: 768 } };
  const other = { path: '/b.jpg', size: { width: 2048, height: 1024 } };
  expect(firstSize(undefined, whole)).toBe(whole);
  expect(firstSize(whole, smaller)).toBe(whole);
  expect(firstSize(whole, other)).toBe(other);
});
