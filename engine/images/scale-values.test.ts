import { describe, expect, it } from 'vitest';
import { scaleValues } from './scale-values.ts';

describe('scaling of stored numbers', () => {
  const of = (values: Uint16Array | Float64Array | Int16Array, channels = 1) => ({
    width: values.length / channels,
    height: 1,
    channels,
    values,
  });

  it('keeps all bits, and clips', () => {
    const scaled = scaleValues(of(Uint16Array.of(0, 1, 4095, 5000)), [[0, 4095]]);
    expect([...scaled]).toEqual([0, Math.fround(1 / 4095), 1, 1]);
  });

  it('subtracts before it rounds, so that large numbers keep their differences', () => {
    const scaled = scaleValues(of(Float64Array.of(2e9, 2e9 + 1, 2e9 + 4)), [[2e9, 2e9 + 4]]);
    expect([...scaled]).toEqual([0, 0.25, 1]);
  });

  it('has a range for each channel, and white may be the lower value', () => {
    const ranges = [
      [0, 100],
      [100, 0],
    ] as const;
    expect([...scaleValues(of(Int16Array.of(-5, 25, 0, 100), 2), ranges)]).toEqual([0, 0.25, 1, 0]);
  });

  it('shows nothing where nothing was measured, and one value as black', () => {
    expect([...scaleValues(of(Float64Array.of(Number.NaN, -9999, 5)), [[0, 10]], -9999)]).toEqual([
      0, 0, 0.5,
    ]);
    expect([...scaleValues(of(Int16Array.of(7, 7)), [[7, 7]])]).toEqual([0, 0]);
  });
});
