import { expect, it } from 'vitest';
import { heatColour } from './heat-colours.ts';

it('rises in lightness from black to pale yellow', () => {
  const colours = Array.from({ length: 101 }, (_, i) => heatColour(i / 100));
  expect(colours[0]).toEqual([0, 0, 4]);
  expect(colours.at(-1)).toEqual([252, 255, 164]);
  const light = colours.map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
  for (let i = 1; i < light.length; i++) expect(light[i]).toBeGreaterThanOrEqual(light[i - 1]! - 1);
});

it('has an end for what lies outside', () => {
  expect(heatColour(-1)).toEqual(heatColour(0));
  expect(heatColour(2)).toEqual(heatColour(1));
});
