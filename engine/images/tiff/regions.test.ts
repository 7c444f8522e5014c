import { describe, expect, it } from 'vitest';
import { bufferSource } from '../byte-source.ts';
import { openStored } from '../readers.ts';
import { regionOf } from '../region.ts';
import { type ByteSource, DEFAULT_CHOICES } from '../stored-image.ts';
import { type PlainTag, writePlainTiff } from './plain-tiff.ts';
import { TAG } from './tags.ts';
import { TIFF_CELLS } from './testing/cells.ts';

/** A source that adds up what is read. */
function counting(bytes: Uint8Array): ByteSource & { readonly bytesRead: () => number } {
  const source = bufferSource(bytes);
  let total = 0;
  return {
    size: source.size,
    read: (offset, length) => {
      total += length;
      return source.read(offset, length);
    },
    bytesRead: () => total,
  };
}

const choices = { ...DEFAULT_CHOICES, pixelLimit: 100_000 };

describe('a region of a TIFF file', () => {
  it('needs only the tiles that it touches', async () => {
    const cell = TIFF_CELLS.find(({ name }) => name.startsWith('sub-directories, three'))!;
    const image = await openStored(bufferSource(cell.file), choices);
    const whole = await image.read(0);
    for (const [left, top] of [
      [0, 0],
      [13, 15],
      [36, 24],
    ] as const) {
      const region = { left, top, width: 16, height: 16 };
      expect(await image.read(0, region)).toEqual(regionOf(whole, region));
    }
  });

  it('of an uncompressed strip needs only its rows, of pictures above the limit too', async () => {
    const [width, height] = [2000, 3000];
    const strip = Buffer.alloc(width * height);
    for (let i = 0; i < strip.length; i++) strip[i] = (i * 7 + (i >> 8)) % 251;
    const tags: PlainTag[] = [
      [TAG.width, [width]],
      [TAG.height, [height]],
      [TAG.bits, [8]],
      [TAG.compression, [1]],
      [TAG.photometric, [1]],
      [TAG.samples, [1]],
    ];
    const source = counting(writePlainTiff(strip, tags));
    const image = await openStored(source, choices);
    const before = source.bytesRead();
    const region = { left: 1500, top: 2500, width: 40, height: 20 };
    const pixels = await image.read(0, region);
    const values = Uint8Array.from(strip);
    expect(pixels).toEqual(regionOf({ width, height, channels: 1, values }, region));
    expect(source.bytesRead() - before).toBeLessThanOrEqual(20 * width + 1000);
    await expect(image.read(0)).rejects.toMatchObject({ code: 'image-too-large' });
  });
});
