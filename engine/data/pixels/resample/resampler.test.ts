import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import { newImage } from '../image.ts';
import { resize, resizeWindow } from './resample.ts';
import { Resampler } from './resampler.ts';

describe('the fast resampler', () => {
  const random = new RandomStream(1, 'test');
  const resampler = new Resampler();
  const sizes = [
    [1, 1, 5, 7],
    [3, 2, 224, 224],
    [37, 91, 32, 48],
    [64, 64, 64, 32],
    [300, 200, 31, 33],
    [500, 375, 224, 224],
    [1200, 40, 16, 224],
    ...Array.from({ length: 20 }, () => [0, 1, 2, 3].map(() => 1 + random.integer(200))),
  ] as [number, number, number, number][];

  it.each(sizes)('makes %d x %d to %d x %d as the plain code does', (w, h, width, height) => {
    const image = newImage(w, h);
    // Extremes too: overshoot of the cubic filter must be cut off.
    for (let i = 0; i < image.data.length; i++)
      image.data[i] = random.uniform() < 0.5 ? random.integer(256) : random.integer(2) * 255;
    for (const filter of ['bicubic', 'bilinear'] as const) {
      const fast = resampler.resize(image, width, height, filter);
      const plain = resize(image, width, height, filter);
      expect([fast.width, fast.height]).toEqual([width, height]);
      expect(Buffer.compare(Buffer.from(fast.data), Buffer.from(plain.data))).toBe(0);
    }
  });

  it.each(sizes)(
    'makes windows of %d x %d at %d x %d as they are cut out',
    (w, h, width, height) => {
      const image = newImage(w, h);
      for (let i = 0; i < image.data.length; i++) image.data[i] = random.integer(256);
      const [left, top] = [random.integer(width), random.integer(height)];
      const window = {
        left,
        top,
        width: 1 + random.integer(width - left),
        height: 1 + random.integer(height - top),
      };
      const whole = resize(image, width, height, 'bicubic');
      const rows = Array.from({ length: window.height }, (_, y) => {
        const start = ((top + y) * width + left) * 3;
        return [...whole.data.subarray(start, start + window.width * 3)];
      });
      const plain = resizeWindow(image, width, height, 'bicubic', window);
      expect([...plain.data]).toEqual(rows.flat());
      expect([...resampler.resize(image, width, height, 'bicubic', window).data]).toEqual(
        rows.flat(),
      );
    },
  );
});
