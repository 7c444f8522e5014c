import { expect, it } from 'vitest';
import { drawPoints, pixelColour } from './draw-points.ts';

const size = { width: 20, height: 20 };
const camera = { x: 0, y: 0, scale: 1 };
const RED = pixelColour([255, 0, 0]);
const FAINT = pixelColour([128, 128, 128], 110);

it('draws faint points beneath all others, and hidden ones not at all', () => {
  const pixels = new Uint32Array(400);
  const columns = { count: 3, x: Float32Array.of(0, 0, 5), y: Float32Array.of(0, 0, 5) };
  const drawn = (colours: number[], hidden?: Uint8Array) => {
    drawPoints(pixels, size, { ...columns, hidden }, Uint32Array.from(colours), camera, 1);
    return [pixels[10 * 20 + 10], pixels[5 * 20 + 15]];
  };
  expect(drawn([RED, FAINT, FAINT])).toEqual([RED, FAINT]);
  expect(drawn([FAINT, RED, FAINT])).toEqual([RED, FAINT]);
  expect(drawn([RED, FAINT, FAINT], Uint8Array.of(1, 0, 1))).toEqual([FAINT, 0]);
});
