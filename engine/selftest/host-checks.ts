/** Checks of what the host computes for every device: schedules, and RandAugment's operations. */
import { readFile } from 'node:fs/promises';
import type { RgbImage } from '../data/pixels/image.ts';
import type { Interpolation } from '../data/pixels/resample/filter-taps.ts';
import {
  OPERATIONS,
  type OperationName,
  type Strength,
} from '../data/views/augment/rand-augment.ts';
import { type CosineArguments, cosineSchedule } from '../optim/schedules.ts';
import { type Checker, maxError } from './checks.ts';
import { type Fixture, fixtureMetadata, tensorOf } from './fixture-file.ts';

interface ScheduleCase {
  readonly args: CosineArguments;
  readonly values?: readonly number[];
  readonly error?: string;
}

export async function checkSchedules(file: string, checker: Checker): Promise<void> {
  const stored = JSON.parse(await readFile(file, 'utf8')) as {
    cosine_scheduler: readonly ScheduleCase[];
  };
  for (const { args, values } of stored.cosine_scheduler) {
    if (values) checker.group('cosine schedules', maxError(cosineSchedule(args), values), 1e-12);
    else checker.group('impossible schedules accepted', refuses(args) ? 0 : 1, 0);
  }
  checker.finish();
}

function refuses(args: CosineArguments): boolean {
  try {
    cosineSchedule(args);
    return false;
  } catch {
    return true;
  }
}

/** The fixture's metadata of one stored result. */
interface Case extends Strength {
  readonly operation: OperationName;
  readonly interpolation: Interpolation;
}

/** `rand_augment`: check every operation against timm and Pillow, byte for byte. */
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
