import { expect, it } from 'vitest';
import { encodeMask } from '../geometry/run-length.ts';
import { RandomStream } from '../random/philox.ts';
import { outlined } from './outlined.ts';
import type { PredictedObject } from './prediction.ts';

/** Blobs with holes, some of which touch the border. */
function randomMask(number: number, height: number, width: number): Uint8Array {
  const random = new RandomStream(1, 'test', number);
  const mask = new Uint8Array(height * width);
  for (let blob = 0; blob < 4; blob++) {
    const [x0, y0] = [random.integer(width), random.integer(height)];
    const radius = 2 + random.integer(6);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (Math.hypot(x - x0, y - y0) < radius) mask[y * width + x] = blob === 3 ? 0 : 1;
  }
  return mask;
}

function outlinesIn(mask: Uint8Array, height: number, width: number) {
  const runs = encodeMask(mask, height, width);
  const object: PredictedObject = { label: 0, score: 1, box: [0, 0, 1, 1], mask: runs };
  const image = { path: '/a.png', width, height, objects: [object] };
  return outlined(image, [{ name: 'blob', id: 0 }])[0]!.polygons;
}

it('has the same outlines wherever an object lies in its image', () => {
  const [height, width, left, top] = [24, 30, 17, 5];
  let regions = 0;
  for (let i = 0; i < 20; i++) {
    const mask = randomMask(i, height, width);
    const within = new Uint8Array((height + 20) * (width + 40));
    for (let y = 0; y < height; y++)
      within.set(mask.subarray(y * width, (y + 1) * width), (y + top) * (width + 40) + left);
    const moved = outlinesIn(mask, height, width).map((outline) =>
      Array.from(outline, (value, at) => value + (at % 2 === 0 ? left : top)),
    );
    expect(outlinesIn(within, height + 20, width + 40)).toEqual(moved);
    regions += moved.length;
  }
  expect(regions).toBeGreaterThan(20);
});

it('has no outlines where a mask is empty', () => {
  expect(outlinesIn(new Uint8Array(12), 3, 4)).toEqual([]);
});
