import { expect, it } from 'vitest';
import { readSafetensors } from '../../../formats/safetensors.ts';
import { packagedFile } from '../../../platform/packaged-file.ts';
import { RandomStream } from '../../../random/philox.ts';
import { distortColours, drawPhotometric, type PhotometricChange } from './photometric.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/data/views/augment/testing/photometric.safetensors'),
);
const bytes = (name: string) => Uint8Array.from(tensors.get(name)!.data as Uint8Array);
const cases = [...tensors.keys()].filter((name) => name.startsWith('change.')).sort();

it.each(cases)('has the bytes of OpenCV, %s', (name) => {
  const data = bytes('image');
  const values = tensors.get(name)!.data as Float32Array;
  const [brightness, contrast, contrastIsLast, saturation, hue] = values;
  const change = { brightness, contrast, saturation, hue, contrastIsLast: contrastIsLast === 1 };
  distortColours({ width: data.length / 3, height: 1, data }, change);
  expect(data).toEqual(bytes(name.replace('change', 'distorted')));
});

it('leaves an image alone whose draws change nothing', () => {
  const data = bytes('image');
  distortColours(
    { width: data.length / 3, height: 1, data },
    {
      brightness: undefined,
      contrast: undefined,
      contrastIsLast: true,
      saturation: undefined,
      hue: undefined,
    },
  );
  expect(data).toEqual(bytes('image'));
});

it('draws each change in half of the images, within its bounds', () => {
  const draws = Array.from({ length: 4000 }, (_, id) =>
    drawPhotometric(new RandomStream(7, 'colour', 0, id)),
  );
  const bounds: [keyof PhotometricChange, number, number][] = [
    ['brightness', -32, 32],
    ['contrast', 0.5, 1.5],
    ['saturation', 0.5, 1.5],
    ['hue', -18, 17],
  ];
  for (const [part, least, most] of bounds) {
    const values = draws.flatMap((draw) => (draw[part] === undefined ? [] : [Number(draw[part])]));
    expect(values.length / draws.length, part).toBeCloseTo(0.5, 1);
    expect(Math.min(...values), part).toBeGreaterThanOrEqual(least);
    expect(Math.max(...values), part).toBeLessThanOrEqual(most);
    expect(Math.max(...values) - Math.min(...values), part).toBeGreaterThan(0.95 * (most - least));
  }
  expect(draws.filter((one) => one.contrastIsLast).length / draws.length).toBeCloseTo(0.5, 1);
  expect(draws.every(({ hue = 0 }) => Number.isInteger(hue))).toBe(true);
});
