import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../formats/safetensors.ts';
import { RandomStream } from '../../../random/philox.ts';
import type { RgbImage } from '../../pixels/image.ts';
import type { Interpolation } from '../../pixels/resample/filter-taps.ts';
import { OPERATIONS, type OperationName, randAugment, type Strength } from './rand-augment.ts';

const FIXTURE = fileURLToPath(
  new URL('../../../../assets/fixtures/rand_augment.safetensors', import.meta.url),
);
const NAMES = Object.keys(OPERATIONS) as OperationName[];

let fixture: Awaited<ReturnType<typeof readSafetensors>>;
beforeAll(async () => {
  fixture = await readSafetensors(FIXTURE);
});

interface Case extends Strength {
  readonly operation: OperationName;
  readonly interpolation: Interpolation;
}

function stated<T>(key: string): T {
  return JSON.parse(fixture.metadata[key]!) as T;
}

function stored(name: string): RgbImage {
  const { shape, data } = fixture.tensors.get(name)!;
  return { height: shape[0]!, width: shape[1]!, data: Uint8Array.from(data, Number) };
}

/** Values that are not equal. */
function differences(got: RgbImage, want: RgbImage): number {
  expect(got.data.length).toBe(want.data.length);
  return want.data.filter((value, i) => value !== got.data[i]).length;
}

describe('RandAugment’s operations', () => {
  it.each(NAMES)('%s gives the bytes of timm and Pillow', (operation) => {
    const fill = stated<[number, number, number]>('fill');
    let compared = 0;
    for (const [key, asked] of Object.entries(stated<Record<string, Case>>('cases'))) {
      if (asked.operation !== operation) continue;
      for (const image of stated<string[]>('images')) {
        const { interpolation } = asked;
        const got = OPERATIONS[operation](stored(`input.${image}`), asked, { fill, interpolation });
        expect(differences(got, stored(`expected.${image}.${key}`)), `${image} ${key}`).toBe(0);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(5);
  });

  it('change nothing at level 0, but for those that have no levels or invert by kind', () => {
    const changing = new Set(['AutoContrast', 'Equalize', 'Invert', 'PosterizeIncreasing']);
    for (const name of NAMES.filter((one) => !changing.has(one))) {
      const image = stored('input.palette');
      const same = OPERATIONS[name](
        stored('input.palette'),
        { level: 0, sign: 1 },
        { fill: [0, 0, 0], interpolation: 'bicubic' },
      );
      expect(differences(same, image), name).toBe(0);
    }
  });
});

describe('RandAugment', () => {
  const setting = { fill: [1, 2, 3], interpolation: 'bicubic' } as const;
  const options = { magnitude: 9, std: 0.5, layers: 2 };
  const changed = (id: number, layers: number) => {
    const image = stored('input.palette');
    const random = new RandomStream(1, 'colour', 0, id);
    const got = randAugment(image, random, { ...options, layers }, setting);
    return Buffer.compare(got.data, stored('input.palette').data) !== 0;
  };

  it('is a function of its stream and leaves about a quarter of the images as they are', () => {
    const counts = [1, 2].map(
      (layers) =>
        Array.from({ length: 600 }, (_, id) => changed(id, layers)).filter(Boolean).length,
    );
    expect(counts[0]! / 600).toBeGreaterThan(0.42);
    expect(counts[0]! / 600).toBeLessThan(0.58);
    expect(counts[1]! / 600).toBeGreaterThan(0.68);
    expect(counts[1]! / 600).toBeLessThan(0.82);
    expect(changed(3, 2)).toBe(changed(3, 2));
  });

  it('does nothing without layers', () => {
    expect(changed(1, 0)).toBe(false);
  });
});
