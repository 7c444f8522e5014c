import { expect, it } from 'vitest';
import { IGNORED } from '../../data/targets/masks/mask-values.ts';
import { RandomStream } from '../../random/philox.ts';
import { classesOf, lossOf, type WindowLogits, windowsOf } from './windows.ts';

it('covers an image with windows that overlap by a third or more', () => {
  const { scaled, places } = windowsOf({ width: 900, height: 300 }, [32, 32]);
  expect(scaled).toEqual({ width: 96, height: 32 });
  expect(places).toEqual([0, 21, 43, 64].map((left) => ({ top: 0, left })));
  expect(windowsOf({ width: 10, height: 10 }, [32, 32]).places).toEqual([{ top: 0, left: 0 }]);
  const tall = windowsOf({ width: 10, height: 61 }, [32, 32]);
  expect(tall.places.at(-1)).toEqual({ top: tall.scaled.height - 32, left: 0 });
  for (const [i, { top }] of tall.places.entries())
    expect(top - (tall.places[i - 1]?.top ?? 0)).toBeLessThanOrEqual(22);
});

/** Mean logits of each pixel for itself. */
function slowLogits(
  image: { width: number; height: number },
  { scaled, view, places }: ReturnType<typeof windowsOf>,
  logits: readonly WindowLogits[],
  classes: number,
): number[][] {
  const found: number[][] = [];
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) {
      const [v, u] = [
        ((y + 0.5) * scaled.height) / image.height,
        ((x + 0.5) * scaled.width) / image.width,
      ];
      const sums = new Array<number>(classes).fill(0);
      let covered = 0;
      for (const [i, { top, left }] of places.entries()) {
        if (v < top || v >= top + view.height || u < left || u >= left + view.width) continue;
        covered++;
        const { rows, cols, values } = logits[i]!;
        const gy = Math.min(Math.max(((v - top) / view.height) * rows - 0.5, 0), rows - 1);
        const gx = Math.min(Math.max(((u - left) / view.width) * cols - 0.5, 0), cols - 1);
        const at = (r: number, c: number, k: number) => values[(r * cols + c) * classes + k]!;
        const [r, c] = [Math.floor(gy), Math.floor(gx)];
        const [r1, c1] = [Math.min(r + 1, rows - 1), Math.min(c + 1, cols - 1)];
        for (let k = 0; k < classes; k++)
          sums[k]! +=
            (1 - gy + r) * ((1 - gx + c) * at(r, c, k) + (gx - c) * at(r, c1, k)) +
            (gy - r) * ((1 - gx + c) * at(r1, c, k) + (gx - c) * at(r1, c1, k));
      }
      found.push(sums.map((sum) => sum / covered));
    }
  return found;
}

it.each([1, 2, 3, 4, 5])('averages interpolated logits of windows, seed %i', (seed) => {
  const random = new RandomStream(seed, 'test');
  const image = { width: 9 + random.integer(60), height: 9 + random.integer(60) };
  const windows = windowsOf(image, [16, 24]);
  const [rows, cols, classes] = [4, 6, 3];
  const logits = windows.places.map(() => ({
    rows,
    cols,
    values: Float32Array.from({ length: rows * cols * classes }, () => random.normal()),
  }));
  const slow = slowLogits(image, windows, logits, classes);
  expect([...classesOf(image, windows, logits, classes)]).toEqual(
    slow.map((pixel) => pixel.indexOf(Math.max(...pixel))),
  );
  const labels = Uint16Array.from(slow, (_, i) => (i % 5 === 0 ? IGNORED : i % classes));
  const expected = slow.reduce((sum, pixel, i) => {
    if (i % 5 === 0) return sum;
    const total = pixel.reduce((all, logit) => all + Math.exp(logit), 0);
    return sum + Math.log(total) - pixel[i % classes]!;
  }, 0);
  const loss = lossOf(image, windows, logits, classes, labels);
  expect(loss / expected).toBeCloseTo(1, 5);
});
