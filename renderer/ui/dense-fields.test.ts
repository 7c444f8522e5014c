import { expect, it } from 'vitest';
import { ignoredValues } from './dense-fields.tsx';

it.each([
  ['', []],
  ['255', [255]],
  ['0, 255; 7', [0, 255, 7]],
  ['-1', undefined],
  ['1.5', undefined],
  ['70000', undefined],
])('the values of "%s" are %j', (text, values) => {
  expect(ignoredValues(text)).toEqual(values);
});
