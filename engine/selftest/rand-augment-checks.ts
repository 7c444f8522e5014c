/**
 * Checks of RandAugment's operations against bytes of timm and Pillow. The host computes them for
 * every device.
 */
import { OPERATIONS, type OperationName, type Strength } from '../data/augment/rand-augment.ts';
import type { Interpolation } from '../data/augment/resample.ts';
import type { RgbImage } from '../data/image.ts';
import { type Checker, maxError } from './checks.ts';
import { type Fixture, fixtureMetadata, tensorOf } from './fixture-file.ts';

/** The fixture's metadata of one stored result. */
interface Case extends Strength {
  readonly operation: OperationName;
  readonly interpolation: Interpolation;
}

/** `rand_augment`: check every operation, byte for byte. */
export function checkRandAugment(fixture: Fixture, checker: Checker): void {
  const fill = fixtureMetadata<[number, number, number]>(fixture, 'fill');
  const images = fixtureMetadata<string[]>(fixture, 'images');
  const cases = fixtureMetadata<Record<string, Case>>(fixture, 'cases');
  for (const [key, { operation, level, sign, interpolation }] of Object.entries(cases))
    for (const image of images) {
      const input = imageOf(fixture, `input.${image}`);
      const got = OPERATIONS[operation](input, { level, sign }, { fill, interpolation });
      const { data } = imageOf(fixture, `expected.${image}.${key}`);
      checker.group(operation, maxError(got.data, data), 0);
    }
  checker.finish();
}

/** A copy, since operations may change it. */
function imageOf(fixture: Fixture, name: string): RgbImage {
  const { shape, data } = tensorOf(fixture, name);
  const [height, width] = [shape[0]!, shape[1]!];
  return { height, width, data: Uint8Array.from(data, Number) };
}
