import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ValueRange } from '../../images/stored-image.ts';
import { decodeImage } from './decode.ts';
import { type FilePixels, readFilePixels } from './file-pixels.ts';

/** Files of users that other tools showed black, dark or in part. */
const at = (name: string) =>
  path.join(import.meta.dirname, '..', 'testing', 'reported-tiffs', name);
const read = (name: string, range: ValueRange) => readFilePixels(at(name), 0, [range]);

function planeOf({ values, width, height }: FilePixels, channel: number): Float32Array {
  return values.subarray(channel * width * height, (channel + 1) * width * height);
}

describe('a reported TIFF file', () => {
  it.each(['zstd', 'lerc', 'jpeg2000'])('compressed with %s shows its picture', async (name) => {
    const { values, width, height } = await readFilePixels(at(`${name}.tif`), 0, 'type');
    const shown = await decodeImage(at('base.png'));
    expect({ width, height }).toEqual({ width: shown.width, height: shown.height });
    const plane = width * height;
    const expected = Float32Array.from(values, (_, i) => {
      const byte = shown.data[3 * (i % plane) + Math.floor(i / plane)]!;
      return byte / 255;
    });
    expect(values).toEqual(expected);
  });

  it.each(['lzw', 'raw', 'pillow-raw'])('that is cut (%s) is named as damaged', async (name) => {
    await expect(readFilePixels(at(`cut-${name}.tif`), 0, 'type')).rejects.toMatchObject({
      code: 'image-unreadable',
      details: { reason: expect.stringContaining('ends before its picture does') },
    });
  });

  it.each([
    ['grey01', [0, 1], 1e-7],
    ['half01', [0, 1], 2 ** -11],
    ['kelvin', [290, 300], 1e-5],
  ] as const)('of floating point numbers (%s) is a ramp', async (name, range, off) => {
    const pixels = await read(`${name}.tif`, range);
    const { width, values } = pixels;
    expect(pixels.channels).toBe(1);
    const most = values.reduce((so, value, i) => {
      return Math.max(so, Math.abs(value - (i % width) / (width - 1)));
    }, 0);
    expect(most).toBeLessThanOrEqual(off);
  });

  it('of floating point numbers has no range of its own', async () => {
    await expect(readFilePixels(at('kelvin.tif'), 0, 'type')).rejects.toMatchObject({
      code: 'image-unreadable',
      details: { reason: expect.stringContaining('state one') },
    });
  });

  // Sums and a pixel as tifffile has them.
  it.each([
    ['rgb01.tif', [0, 1], [2825.866717, 2543.05887, 2510.803973], [0.156863, 0.145098, 0.262745]],
    [
      'five.tif',
      [0, 255],
      [719543.0, 648987.0, 640034.0, 602184.0, 709718.0],
      [38.0, 33.0, 65.0, 204.0, 180.0],
    ],
  ] as const)('%s has all its channels', async (name, range, sums, pixel) => {
    const pixels = await read(name, range);
    expect(pixels.channels).toBe(sums.length);
    const [, white] = range;
    sums.forEach((sum, channel) => {
      const plane = planeOf(pixels, channel);
      const total = plane.reduce((so, value) => so + value, 0);
      expect(total * white).toBeCloseTo(sum, 1);
      expect(plane[10 * pixels.width + 20]! * white).toBeCloseTo(pixel[channel]!, 4);
    });
  });
});
