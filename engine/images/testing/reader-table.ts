/** Files that scripts in bench/images wrote, with the values that another reader has of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { bufferSource } from '../byte-source.ts';
import { openStored } from '../readers.ts';
import { DEFAULT_CHOICES, type ReadChoices, type StoredImage } from '../stored-image.ts';

export interface ReaderCase {
  readonly file: string;
  readonly choices?: Partial<ReadChoices>;
  /** samples, channels, height, width */
  readonly shape: readonly [number, number, number, number];
  /** all samples, one after the other; a text for a value that JSON has not */
  readonly values: readonly (number | string)[];
  /** largest difference, of lossy codecs whose decoders round differently */
  readonly tolerance: number;
  /** value range of the type; null for none */
  readonly range?: readonly [number, number] | null;
  /** range that the file states; null for none */
  readonly window?: readonly [number, number] | null;
  readonly noData?: number;
}

export const CHOICES: ReadChoices = { ...DEFAULT_CHOICES, pixelLimit: 1_000_000 };

export function openBytes(bytes: Uint8Array, choices?: Partial<ReadChoices>): Promise<StoredImage> {
  return openStored(bufferSource(bytes), { ...CHOICES, ...choices });
}

export function readerCases(folder: string): readonly ReaderCase[] {
  return JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));
}

/** A test for each file: facts, and all values of all samples. */
export function testReaderTable(folder: string, format: string): void {
  it.each(readerCases(folder).map((one) => [one.file, one] as const))('%s', async (file, one) => {
    const image = await openBytes(readFileSync(path.join(folder, file)), one.choices);
    const [samples, channels, height, width] = one.shape;
    expect(image).toMatchObject({ format, samples, channels, height, width });
    if (one.range !== undefined) expect(image.typeRange ?? null).toEqual(one.range);
    if (one.window !== undefined) expect(image.metadataRanges?.[0] ?? null).toEqual(one.window);
    expect(image.noData).toBe(one.noData);
    const size = channels * height * width;
    for (let sample = 0; sample < samples; sample++) {
      const { values } = await image.read(sample);
      const expected = one.values.slice(sample * size, (sample + 1) * size).map(Number);
      expect(values.length).toBe(size);
      const differences = expected.flatMap((value, i) => {
        const off = Math.abs(value - values[i]!);
        const isSame = Object.is(value, values[i]) || off <= one.tolerance;
        return isSame ? [] : [{ sample, i, value, read: values[i] }];
      });
      expect(differences.slice(0, 5)).toEqual([]);
    }
  });
}

export async function readAll(bytes: Uint8Array): Promise<void> {
  const image = await openBytes(bytes);
  for (let sample = 0; sample < image.samples; sample++) await image.read(sample);
}
