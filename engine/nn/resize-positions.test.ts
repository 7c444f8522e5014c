import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, type SafetensorsFile } from '../formats/safetensors.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { resizePositionEmbedding, resizeRelativePositions } from './resize-positions.ts';

let fixture: SafetensorsFile;
beforeAll(async () => {
  fixture = await readSafetensors(
    packagedFile('assets/fixtures/checkpoint_interpolation.safetensors'),
  );
});
const square = (side: number) => ({ rows: side, cols: side });
const largest = (a: Float32Array, b: ArrayLike<number | bigint>) =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - Number(b[i]))), 0);

describe('resizeRelativePositions', () => {
  it.each(['4to6', '6to4', '7to12', '14to24', '14to14'])(
    'gives the authors’ values, %s',
    (name) => {
      const [from, to] = name.split('to').map((side) => square(Number(side)));
      const { data, shape } = fixture.tensors.get(`relpos.${name}.input`)!;
      const expected = fixture.tensors.get(`relpos.${name}.expected`)!;
      const resized = resizeRelativePositions(
        Float32Array.from(data, Number),
        shape[1]!,
        from!,
        to!,
      );
      expect(resized).toHaveLength(expected.data.length);
      expect(largest(resized, expected.data)).toBeLessThan(1e-6);
    },
  );

  it('treats the axes of a grid that is not square each for itself', () => {
    const table = Float32Array.from({ length: 5 * 7 + 3 }, (_, i) => Math.sin(i));
    const flipped = (values: Float32Array, rows: number, cols: number) =>
      values.map((value, i) =>
        i < rows * cols ? values[(i % rows) * cols + Math.floor(i / rows)]! : value,
      );
    const there = resizeRelativePositions(table, 1, { rows: 3, cols: 4 }, { rows: 5, cols: 4 });
    const other = resizeRelativePositions(
      flipped(table, 5, 7),
      1,
      { rows: 4, cols: 3 },
      { rows: 4, cols: 5 },
    );
    expect(there).toHaveLength(9 * 7 + 3);
    expect(largest(flipped(there, 9, 7), other)).toBeLessThan(1e-6);
  });

  it('works from grids too small for a cubic', () => {
    const table = Float32Array.from({ length: 9 + 3 }, () => 2);
    const resized = resizeRelativePositions(table, 1, square(2), square(4));
    expect(resized).toHaveLength(49 + 3);
    for (const value of resized) expect(value).toBeCloseTo(2, 6);
    expect(resizeRelativePositions(Float32Array.of(5, 1, 2, 3), 1, square(1), square(3))).toEqual(
      Float32Array.from({ length: 28 }, (_, i) => [5, 1, 2, 3][Math.max(0, i - 24)]!),
    );
  });
});

describe('resizePositionEmbedding', () => {
  it.each(['4to6', '6to4', '14to16', '14to24'])('gives the authors’ values, %s', (name) => {
    const [from, to] = name.split('to').map((side) => square(Number(side)));
    const { data, shape } = fixture.tensors.get(`pos_embed.${name}.input`)!;
    const expected = fixture.tensors.get(`pos_embed.${name}.expected`)!;
    const resized = resizePositionEmbedding(Float32Array.from(data, Number), shape[2]!, from!, to!);
    expect(resized).toHaveLength(expected.data.length);
    expect(largest(resized, expected.data)).toBeLessThan(1e-5);
  });
});
