import { expect, it } from 'vitest';
import { flatShare } from './flat-images.ts';

it('counts images without contents in any channel', () => {
  const images = Float32Array.of(
    ...[0.5, 0.5, 0.5, -1, -1, -1],
    ...[0.5, 0.5, 0.5, -1, -1, -0.8],
    ...[0.5, 0.505, 0.5, 2, 2, 2],
    ...[0, 1, 0, 1, 0, 1],
  );
  expect(flatShare(images, 4, 2)).toBe(0.5);
});
