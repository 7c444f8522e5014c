/** The fast colour and blur loops against plain ones that follow the written rules word by word. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import { newImage, type RgbImage } from '../../pixels/image.ts';
import { gaussianBlur } from './blur.ts';
import { adjustHue } from './colour.ts';

const f32 = Math.fround;

function noise(width: number, height: number, seed: number): RgbImage {
  const random = new RandomStream(seed, 'test');
  const image = newImage(width, height);
  for (let i = 0; i < image.data.length; i++)
    image.data[i] = random.uniform() < 0.2 ? random.integer(2) * 255 : random.integer(256);
  return image;
}

type Rgb = [number, number, number];

/** Hue by way of 8-bit HSV: hexagon position 0 = red, 2 = green, 4 = blue. */
function slowHue([r, g, b]: Rgb, factor: number): Rgb {
  const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)];
  if (max === min) return [r, g, b];
  const range = max - min;
  const s = Math.trunc(f32(range / max) * 255);
  const away = (value: number) => f32((max - value) / range);
  const position =
    r === max
      ? f32(away(b) - away(g))
      : g === max
        ? f32(2 + away(r) - away(b))
        : f32(4 + away(g) - away(r));
  const h = Math.trunc(f32((position / 6 + 1) % 1) * 255);
  const turned = (h + Math.trunc(factor * 255) + 256) % 256;
  const fh = f32((turned * 6) / 255);
  const i = Math.floor(fh);
  const fs = f32(s / 255);
  const rest = f32(fh - i);
  const [v, p] = [max, Math.round(max * (1 - fs))];
  const q = Math.round(max * (1 - fs * rest));
  const t = Math.round(max * (1 - fs * (1 - rest)));
  const sectors: Rgb[] = [
    [v, t, p],
    [q, v, p],
    [p, v, t],
    [p, q, v],
    [t, p, v],
    [v, p, q],
  ];
  return sectors[i % 6]!;
}

/** Three box passes an axis; every sum is taken anew. */
function slowBlur(image: RgbImage, radius: number): void {
  const variance = (radius * radius) / 3;
  const l = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const box =
    l + ((2 * l + 1) * (l * (l + 1) - 3 * variance)) / (6 * (variance - (l + 1) * (l + 1)));
  const reach = Math.trunc(box);
  const inner = Math.trunc(f32(2 ** 24 / f32(2 * f32(box) + 1)));
  const edge = Math.trunc((2 ** 24 - (2 * reach + 1) * inner) / 2);
  const { width, height, data } = image;
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
  ] as const)
    for (let pass = 0; pass < 3; pass++) {
      const from = data.slice();
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < 3; c++) {
            const at = (k: number) => {
              const sx = Math.min(width - 1, Math.max(0, x + k * dx));
              const sy = Math.min(height - 1, Math.max(0, y + k * dy));
              return from[(sy * width + sx) * 3 + c]!;
            };
            let sum = (at(-reach - 1) + at(reach + 1)) * edge + 2 ** 23;
            for (let k = -reach; k <= reach; k++) sum += at(k) * inner;
            data[(y * width + x) * 3 + c] = Math.floor(sum / 2 ** 24);
          }
    }
}

describe('the fast hue', () => {
  it.each([0.07, -0.1, 0.1, 0.5, -0.5, 0.003, 0])('turned by %d is that of the rules', (factor) => {
    const image = noise(200, 60, 1);
    const want = image.data.slice();
    for (let i = 0; i < want.length; i += 3)
      want.set(slowHue([want[i]!, want[i + 1]!, want[i + 2]!], factor), i);
    adjustHue(image, factor);
    expect(Buffer.compare(Buffer.from(image.data), Buffer.from(want))).toBe(0);
  });
});

describe('the fast blur', () => {
  it.each([
    [0.1, 9, 7],
    [0.4, 20, 12],
    [0.99, 16, 16],
    [1.41, 31, 5],
    [2, 12, 40],
    [6.5, 30, 20],
    [9, 3, 2],
    [1, 1, 1],
  ])('of radius %d on %d x %d is that of the rules', (radius, width, height) => {
    const [fast, slow] = [noise(width, height, 2), noise(width, height, 2)];
    gaussianBlur(fast, radius);
    slowBlur(slow, radius);
    expect(Buffer.compare(Buffer.from(fast.data), Buffer.from(slow.data))).toBe(0);
  });
});
