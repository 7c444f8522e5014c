import { expect, it } from 'vitest';
import { readableOn } from './colours.ts';

it.each([
  ['#ffff00', '#000'],
  ['#808080', '#000'],
  ['#800000', '#fff'],
  ['#000080', '#fff'],
  ['#00ff00', '#000'],
])('text on %s is %s', (colour, text) => {
  expect(readableOn(colour)).toBe(text);
});
