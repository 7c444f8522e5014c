import { describe, expect, it } from 'vitest';
import { bufferSource } from '../byte-source.ts';
import { openStored } from '../readers.ts';
import { regionOf } from '../region.ts';
import { DEFAULT_CHOICES } from '../stored-image.ts';
import { TIFF_CELLS } from './testing/cells.ts';

describe('TIFF files hold the values that other readers find', () => {
  it.each(TIFF_CELLS.map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
    const choices = { ...DEFAULT_CHOICES, pages: cell.pages, pixelLimit: 1e6 };
    const image = await openStored(bufferSource(cell.file), choices);
    const { type, bits, colours, samples, metadataRanges, noData, levels, level } = cell;
    const { width, height, channels } = cell;
    const shape = { width, height, channels };
    const whole = levels?.[0];
    const facts = {
      type,
      bits,
      colours,
      samples,
      metadataRanges,
      noData,
      levels,
      channels,
      ...(whole ?? shape),
    };
    const stated = Object.entries(facts).filter(([, value]) => value !== undefined);
    expect(image).toMatchObject(Object.fromEntries(stated));

    const pixels = await image.read(cell.sample, undefined, level);
    const { values, ...size } = pixels;
    expect(size).toEqual(shape);
    expect(listed(values)).toEqual(cell.values);
    const infinite = [...values.keys()].filter((i) => Math.abs(values[i]!) === Infinity);
    expect(infinite).toEqual(cell.infinite);

    const region = { left: 3, top: 2, width: width - 5, height: height - 4 };
    const part = await image.read(cell.sample, region, level);
    expect(listed(part.values)).toEqual(listed(regionOf(pixels, region).values));
  });
});

function listed(values: Iterable<number>): (number | null)[] {
  // JSON has no -0.
  return Array.from(values, (value) => (Number.isFinite(value) ? value + 0 : null));
}
