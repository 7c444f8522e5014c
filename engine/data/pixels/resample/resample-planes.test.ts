import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import { newImage } from '../image.ts';
import { type Planes, planeOf } from '../planes.ts';
import { resizeWindow } from './resample.ts';
import { resizePlanes } from './resample-planes.ts';

/** Random bytes, and the same picture as planes. */
function samePicture(width: number, height: number) {
  const random = new RandomStream(3, 'order', width, height);
  const bytes = newImage(width, height);
  for (let i = 0; i < bytes.data.length; i++) bytes.data[i] = random.integer(256);
  const plane = width * height;
  const data = Float32Array.from(
    { length: 3 * plane },
    (_, i) => bytes.data[(i % plane) * 3 + Math.floor(i / plane)]! / 255,
  );
  return { bytes, planes: { width, height, channels: 3, data } satisfies Planes };
}

/** Two passes, each rounded to bytes: half a step each, of which bicubic weights add up to more. */
const MOST_STEPS = 1.5;

describe('resizePlanes', () => {
  it.each([
    [61, 43, 32, 32, 'bicubic'],
    [61, 43, 32, 32, 'bilinear'],
    [20, 31, 64, 48, 'bicubic'],
    [20, 31, 64, 48, 'bilinear'],
    [33, 40, 33, 16, 'bicubic'],
    [33, 40, 16, 40, 'bilinear'],
  ] as const)('differs from bytes of %d x %d at %d x %d, %s, by their rounding', (...sizes) => {
    const [width, height, toWidth, toHeight, filter] = sizes;
    const { bytes, planes } = samePicture(width, height);
    const window = { top: 3, left: 5, width: toWidth - 6, height: toHeight - 4 };
    const expected = resizeWindow(bytes, toWidth, toHeight, filter, window);
    const found = resizePlanes(planes, toWidth, toHeight, filter, window);
    let most = 0;
    for (let channel = 0; channel < 3; channel++)
      planeOf(found, channel).forEach((value, i) => {
        most = Math.max(most, Math.abs(value * 255 - expected.data[i * 3 + channel]!));
      });
    expect(most).toBeLessThan(MOST_STEPS);
  });

  it('keeps a picture of one value to the last bit of float32', () => {
    const data = new Float32Array(5 * 40 * 30).fill(0.123);
    const resized = resizePlanes({ width: 40, height: 30, channels: 5, data }, 17, 11, 'bicubic');
    expect(resized).toMatchObject({ width: 17, height: 11, channels: 5 });
    for (const value of resized.data) expect(value).toBe(Math.fround(0.123));
  });
});
