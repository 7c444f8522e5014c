import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../images/byte-source.ts';
import { toPlanes } from '../../images/numbers.ts';
import { openStored } from '../../images/readers.ts';
import { scaleValues } from '../../images/scale-values.ts';
import { DEFAULT_CHOICES } from '../../images/stored-image.ts';
import { TIFF_CELLS } from '../../images/tiff/testing/cells.ts';
import { rangesOf } from '../../images/value-range.ts';
import { decodeImage } from './decode.ts';
import { type Inspected, inspectImage } from './inspect.ts';

/** Files that are also decoded to bytes; of 16 bits, bytes have only the upper half. */
const decoded = TIFF_CELLS.filter(({ file, sample, pages, colours }) => {
  const isFirst = sample === 0 && pages === 'C' && colours !== 'other';
  const inspected = isFirst ? inspectedOf(file) : undefined;
  return inspected !== undefined && !inspected.deep && !inspected.extraChannel;
});

function inspectedOf(file: Buffer): Inspected | undefined {
  try {
    return inspectImage(file);
  } catch {
    return undefined;
  }
}

describe('TIFF files of up to 8 bits have the same values as bytes and as stored numbers', () => {
  it('covers grey, RGB, palettes, CCITT, JPEG and WebP', () => {
    const names = decoded.map(({ name }) => name).join();
    expect(decoded.length).toBeGreaterThan(40);
    for (const kind of ['palette', 'group4', 'JPEG', 'WebP', 'lzw', 'orientation 8', 'CMYK'])
      expect(names).toContain(kind);
  });

  it.each(decoded.map((cell) => [cell.name, cell] as const))('%s', async (_name, { file }) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'stored-'));
    const target = path.join(folder, 'a.tif');
    await writeFile(target, file);
    const bytes = await decodeImage(target);
    const planes = toPlanes(bytes.data, 3);

    const image = await openStored(bufferSource(file), { ...DEFAULT_CHOICES, pixelLimit: 1e6 });
    const pixels = await image.read(0);
    const scaled = scaleValues(pixels, rangesOf(image, 'type'));
    const rgb = image.channels === 1 ? [...scaled, ...scaled, ...scaled] : [...scaled];
    expect(rgb).toEqual(Array.from(planes, (value) => Math.fround(value / 255)));
  });
});
