import { expect, it } from 'vitest';
import { drawMap } from './draw-map.ts';
import { shownPixels } from './shown-pixels.ts';

const white = { width: 4, height: 2, data: new Uint8Array(4 * 2 * 3).fill(255) };
const map = { rows: 1, cols: 2, values: Float32Array.from([0.5, 0]) };
const pixel = ({ data }: { data: Uint8Array }, i: number) => [...data.slice(i * 3, i * 3 + 3)];

it('gives each patch the colour of its share of the highest value', () => {
  const drawn = drawMap(white, map, 1);
  expect([0, 1, 4, 5].map((i) => pixel(drawn, i))).toEqual(Array(4).fill([252, 255, 164]));
  expect([2, 3, 6, 7].map((i) => pixel(drawn, i))).toEqual(Array(4).fill([0, 0, 4]));
  expect(pixel(white, 3)).toEqual([255, 255, 255]);
});

it('lets the picture show through', () => {
  expect(pixel(drawMap(white, map, 0.4), 3)).toEqual([153, 153, 155]);
  expect(drawMap(white, map, 0)).toEqual(white);
});

it('shows pixels as they were before they were normalised', () => {
  const given = { imageSize: [1, 2] as const, mean: [0.5, 0.4, 0.3], std: [0.5, 0.2, 0.1] };
  const pixels = Float32Array.from([-1, 1, 0, 3, 0, -9]);
  expect([...shownPixels(pixels, { ...given, channels: 3 }).data]).toEqual([
    0, 102, 77, 255, 255, 0,
  ]);
  expect([...shownPixels(pixels, { ...given, channels: 2 }).data]).toEqual([
    0, 0, 0, 255, 255, 255,
  ]);
});
