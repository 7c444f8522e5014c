import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import { eraseRectangle } from './erase.ts';

const [H, W] = [40, 60];
const GREY = 7;

function erased(id: number, probability: number) {
  const image = new Float32Array(3 * H * W).fill(GREY);
  eraseRectangle(image, [H, W], new RandomStream(2, 'erase', 0, id), { probability });
  return image;
}

/** Where an image was changed: rows and columns, of the first channel. */
function changedPlaces(image: Float32Array) {
  const places = [...image.subarray(0, H * W)].flatMap((value, i) => (value === GREY ? [] : [i]));
  const rows = new Set(places.map((i) => Math.floor(i / W)));
  const columns = new Set(places.map((i) => i % W));
  return { places, rows, columns };
}

describe('random erasing', () => {
  const images = Array.from({ length: 400 }, (_, id) => erased(id, 1));

  it('replaces one rectangle in all channels by standard normal noise', () => {
    let [count, sum, squares] = [0, 0, 0];
    for (const image of images) {
      const { places, rows, columns } = changedPlaces(image);
      expect(places.length).toBe(rows.size * columns.size);
      for (let channel = 0; channel < 3; channel++)
        for (const i of places) {
          const value = image[channel * H * W + i]!;
          count++;
          sum += value;
          squares += value * value;
        }
      const untouched = image.filter((value) => value === GREY).length;
      expect(untouched).toBe(3 * (H * W - places.length));
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.01);
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.01);
  });

  it('covers areas and ratios in the given ranges, wherever they fit', () => {
    const found = images.map(changedPlaces);
    const areas = found.map(({ places }) => places.length / (H * W));
    expect(Math.min(...areas)).toBeGreaterThan(0.015);
    expect(Math.min(...areas)).toBeLessThan(0.03);
    expect(Math.max(...areas)).toBeLessThan(0.35);
    expect(Math.max(...areas)).toBeGreaterThan(0.3);
    const ratios = found.map(({ rows, columns }) => rows.size / columns.size);
    expect(Math.min(...ratios)).toBeLessThan(0.4);
    expect(Math.max(...ratios)).toBeLessThan(3.8);
    expect(Math.max(...ratios)).toBeGreaterThan(2.5);
    const touched = new Set(found.flatMap(({ places }) => places));
    expect(touched.size).toBeGreaterThan(0.98 * H * W);
  });

  it('has the requested probability', () => {
    const happened = Array.from({ length: 2000 }, (_, id) => erased(id, 0.25)).filter((image) =>
      image.some((value) => value !== GREY),
    ).length;
    expect(happened / 2000).toBeGreaterThan(0.22);
    expect(happened / 2000).toBeLessThan(0.28);
    expect(erased(0, 0).every((value) => value === GREY)).toBe(true);
  });
});
