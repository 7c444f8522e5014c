import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../random/philox.ts';
import { newImage, type RgbImage } from '../../../pixels/image.ts';
import { type Planes, planeOf } from '../../../pixels/planes.ts';
import { gaussianBlur } from '../blur.ts';
import { applyTone } from '../colour.ts';
import { jitterColours } from '../jitter.ts';
import { distortColours, drawPhotometric } from '../photometric.ts';
import { drawOperations, randAugment } from '../rand-augment.ts';
import { perturb, type TeacherOptions } from '../views.ts';
import { augmentPlanes } from './augment.ts';
import { blurPlanes } from './blur.ts';
import { distortPlanes, jitterPlanes } from './jitter.ts';
import { perturbPlanes } from './perturb.ts';

const SIZE = 24;

/** Colours that change slowly, as bytes and as planes. */
function samePicture(seed: number): { bytes: RgbImage; planes: Planes } {
  const random = new RandomStream(seed, 'test');
  const [a, b, c] = [random.uniform(), random.uniform(), random.uniform()];
  const bytes = newImage(SIZE, SIZE);
  for (let i = 0; i < bytes.data.length; i++) {
    const [x, y, channel] = [Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE), i % 3];
    bytes.data[i] = 128 + 110 * Math.sin((x * a + y * b + channel * (1 + c)) / 3);
  }
  const plane = SIZE * SIZE;
  const data = Float32Array.from(
    { length: 3 * plane },
    (_, i) => bytes.data[(i % plane) * 3 + Math.floor(i / plane)]! / 255,
  );
  return { bytes, planes: { width: SIZE, height: SIZE, channels: 3, data } };
}

/** Mean difference, in steps of bytes. */
function difference(planes: Planes, bytes: RgbImage): number {
  let sum = 0;
  for (let channel = 0; channel < 3; channel++)
    planeOf(planes, channel).forEach((value, i) => {
      sum += Math.abs(255 * value - bytes.data[3 * i + channel]!);
    });
  return sum / planes.data.length;
}

const stream = (id: number) => new RandomStream(1, 'colour', 0, id);
const TEACHER: TeacherOptions = {
  jitter: [0.4, 0.4, 0.2, 0.1],
  jitterProbability: 0.8,
  grayProbability: 0.2,
  blurProbability: 0.3,
  blurRadius: [0.1, 2],
  solarizeProbability: 0.2,
};
/** Bytes are truncated after each of several steps, and hues have 256 levels. */
const ROUNDING = 3;

describe('changes of planes are those of bytes without their rounding', () => {
  it('in the perturbed view', () => {
    for (let id = 0; id < 60; id++) {
      const { bytes, planes } = samePicture(id);
      applyTone(bytes, perturb(bytes, stream(id), TEACHER));
      perturbPlanes(planes, stream(id), TEACHER);
      expect(difference(planes, bytes), `view ${id}`).toBeLessThan(ROUNDING);
    }
  });

  it('in jitter and in photometric distortion', () => {
    for (let id = 0; id < 40; id++) {
      const [jittered, distorted] = [samePicture(id), samePicture(id)];
      jitterColours(jittered.bytes, stream(id), 0.4);
      jitterPlanes(jittered.planes, stream(id), 0.4);
      expect(difference(jittered.planes, jittered.bytes)).toBeLessThan(ROUNDING);
      distortColours(distorted.bytes, drawPhotometric(stream(id)));
      distortPlanes(distorted.planes, drawPhotometric(stream(id)));
      expect(difference(distorted.planes, distorted.bytes)).toBeLessThan(ROUNDING);
    }
  });

  it('in RandAugment', () => {
    const drawn = { magnitude: 7, std: 0.5, layers: 1 };
    const fill = [128, 64, 32] as const;
    for (let id = 0; id < 150; id++) {
      const { bytes, planes } = samePicture(id);
      const expected = randAugment(bytes, stream(id), drawn, { interpolation: 'bicubic', fill });
      const options = { interpolation: 'bicubic', fill: fill.map((one) => one / 255) } as const;
      const augmented = augmentPlanes(
        planes,
        stream(id),
        { colorJitter: 0, randAugment: drawn },
        options,
      );
      const [operation] = drawOperations(stream(id), drawn);
      // Pillow rounds the pixels of a level down, which shows in small pictures.
      const most = operation?.name === 'Equalize' ? 5 * ROUNDING : ROUNDING;
      expect(difference(augmented, expected), operation?.name).toBeLessThan(most);
    }
  });

  it.each([0.3, 1, 2.7])('in a blur of %d pixels', (radius) => {
    const { bytes, planes } = samePicture(1);
    gaussianBlur(bytes, radius);
    blurPlanes(planes, radius);
    expect(difference(planes, bytes)).toBeLessThan(1);
  });
});

describe('of other channels than three', () => {
  const five = (): Planes => {
    const data = Float32Array.from({ length: 5 * SIZE * SIZE }, (_, i) => 0.5 + 0.3 * Math.sin(i));
    return { width: SIZE, height: SIZE, channels: 5, data };
  };

  it('each has its own brightness, and none is mixed with another', () => {
    const always = { ...TEACHER, jitterProbability: 1, blurProbability: 0, solarizeProbability: 0 };
    const image = five();
    for (let channel = 0; channel < 5; channel++) planeOf(image, channel).fill(0.4);
    perturbPlanes(image, stream(4), { ...always, grayProbability: 1 });
    const values = Array.from({ length: 5 }, (_, channel) => planeOf(image, channel)[0]!);
    expect(new Set(values).size).toBe(5);
    for (let channel = 0; channel < 5; channel++)
      expect(planeOf(image, channel).every((value) => value === values[channel])).toBe(true);
  });

  it('all changes keep values within 0 and 1', () => {
    for (let id = 0; id < 40; id++) {
      const [perturbed, augmented] = [five(), five()];
      perturbPlanes(perturbed, stream(id), TEACHER);
      const randAugmented = augmentPlanes(
        augmented,
        stream(id),
        { colorJitter: 0, randAugment: { magnitude: 9, std: 0.5, layers: 2 } },
        { interpolation: 'bilinear', fill: [0.1, 0.2, 0.3, 0.4, 0.5] },
      );
      for (const { data } of [perturbed, randAugmented])
        expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });
});
