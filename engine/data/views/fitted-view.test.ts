import { describe, expect, it } from 'vitest';
import { decodeMask } from '../../geometry/run-length.ts';
import { RandomStream } from '../../random/philox.ts';
import { newImage } from '../pixels/image.ts';
import {
  boxInImage,
  type FittedView,
  FittedWriter,
  fittedView,
  maskInImage,
} from './fitted-view.ts';
import { moveObjects } from './view-objects.ts';

function randomView(seed: number) {
  const random = new RandomStream(seed, 'test');
  const image = { width: 1 + random.integer(90), height: 1 + random.integer(90) };
  const fitted = fittedView(image, [16 * (1 + random.integer(3)), 16 * (1 + random.integer(3))]);
  return { random, image, fitted };
}

/** Each pixel for itself. */
function slowMask(values: Float32Array, rows: number, cols: number, fitted: FittedView): number[] {
  const { image, shown, view } = fitted;
  const at = (place: number, cells: number) =>
    Math.min(Math.max(place * cells - 0.5, 0), cells - 1);
  return Array.from({ length: image.width * image.height }, (_, i) => {
    const [x, y] = [i % image.width, Math.floor(i / image.width)];
    const u = at((((x + 0.5) / image.width) * shown.width) / view.width, cols);
    const v = at((((y + 0.5) / image.height) * shown.height) / view.height, rows);
    let sum = 0;
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++)
        sum +=
          Math.max(0, 1 - Math.abs(v - row)) *
          Math.max(0, 1 - Math.abs(u - col)) *
          values[row * cols + col]!;
    // Where rounding decides, either is right.
    return Math.abs(sum) < 1e-5 ? 2 : Number(sum > 0);
  });
}

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

describe('views of whole images', () => {
  it('fit the image, of which one side has the length of the view', () => {
    expect(fittedView({ width: 200, height: 100 }, [64, 64]).shown).toEqual({
      width: 64,
      height: 32,
    });
    expect(fittedView({ width: 10, height: 20 }, [64, 64]).shown).toEqual({
      width: 32,
      height: 64,
    });
    expect(fittedView({ width: 5000, height: 1 }, [64, 64]).shown).toEqual({
      width: 64,
      height: 1,
    });
  });

  it('give back masks as each pixel for itself', () => {
    for (const seed of SEEDS) {
      const { random, fitted } = randomView(seed);
      const [rows, cols] = [1 + random.integer(9), 1 + random.integer(9)];
      const shift = random.normal();
      const values = Float32Array.from({ length: rows * cols }, () => random.normal() + shift);
      const slow = slowMask(values, rows, cols, fitted);
      const fast = [...decodeMask(maskInImage({ rows, cols, values }, fitted))];
      expect(
        fast.map((value, i) => (slow[i] === 2 ? 2 : value)),
        `seed ${seed}`,
      ).toEqual(slow);
    }
  });

  it('give back the boxes that objects have in such a view', () => {
    for (const seed of SEEDS) {
      const { random, image, fitted } = randomView(seed);
      const { width, height } = image;
      if (width < 32 || height < 32) continue;
      const [left, top] = [random.uniform() * (width - 22), random.uniform() * (height - 22)];
      const box = [left, top, 20 + random.uniform(), 20 + random.uniform()] as const;
      const from = { top: 0, left: 0, ...image };
      const { boxes } = moveObjects([{ label: 0, box, crowd: false }], {
        placement: { from, to: { top: 0, left: 0, ...fitted.shown } },
        isMirrored: false,
        view: fitted.view,
      });
      const back = boxInImage([boxes[0]!, boxes[1]!, boxes[2]!, boxes[3]!], fitted);
      for (const [i, value] of back.entries()) expect(value).toBeCloseTo(box[i]!, 3);
    }
    const fitted = fittedView({ width: 100, height: 50 }, [32, 32]);
    expect(boxInImage([0.5, 0.5, 2, 2], fitted)).toEqual([0, 0, 100, 50]);
    // A box of the padding has no area in the image.
    expect(boxInImage([0.5, 0.9, 0.2, 0.1], fitted)[3]).toBe(0);
  });

  it('have the mean colour beside the image', () => {
    const image = newImage(8, 4);
    image.data.fill(255);
    const fitted = fittedView(image, [8, 8]);
    const out = new Float32Array(3 * 64);
    new FittedWriter({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }).write(image, fitted, out);
    const first = [...out.subarray(0, 64)];
    expect(first.slice(0, 32)).toEqual(Array(32).fill(1));
    expect(first.slice(32).every((value) => Math.abs(value) < 0.005)).toBe(true);
  });
});
