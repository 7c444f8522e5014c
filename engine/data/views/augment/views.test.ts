import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import { newImage, type RgbImage } from '../../pixels/image.ts';
import { mirror, resize } from '../../pixels/resample/resample.ts';
import { gaussianBlur } from './blur.ts';
import * as colour from './colour.ts';
import { perturb, type TeacherOptions } from './views.ts';

const AUTHORS: TeacherOptions = {
  jitter: [0.4, 0.4, 0.2, 0.1],
  jitterProbability: 0.8,
  grayProbability: 0.2,
  blurProbability: 0.1,
  blurRadius: [0.1, 2],
  solarizeProbability: 0.2,
};

function noise(width: number, height: number, seed: number): RgbImage {
  const random = new RandomStream(seed, 'test');
  const image = newImage(width, height);
  image.data.forEach((_, i) => {
    image.data[i] = random.integer(256);
  });
  return image;
}

/** The same draws, every operation a pass of its own. */
function perturbStepByStep(image: RgbImage, random: RandomStream, options: TeacherOptions): void {
  const jitter = random.uniform() < options.jitterProbability;
  const order = random.shuffle([0, 1, 2, 3]);
  const factors = [0, 1, 2].map((i) =>
    random.between(1 - options.jitter[i]!, 1 + options.jitter[i]!),
  );
  const turn = random.between(-options.jitter[3], options.jitter[3]);
  const gray = random.uniform() < options.grayProbability;
  const blur = random.uniform() < options.blurProbability;
  const radius = random.between(...options.blurRadius);
  const invert = random.uniform() < options.solarizeProbability;
  const steps = [
    () => colour.adjustBrightness(image, factors[0]!),
    () => colour.adjustContrast(image, factors[1]!),
    () => colour.adjustSaturation(image, factors[2]!),
    () => colour.adjustHue(image, turn),
  ];
  if (jitter) for (const step of order) steps[step]!();
  if (gray) colour.toGrey(image);
  if (blur) gaussianBlur(image, radius);
  if (invert) colour.solarize(image);
}

describe('the perturbed view', () => {
  it('is what its operations give one after the other', () => {
    const often = { ...AUTHORS, grayProbability: 0.5, blurProbability: 0.5 };
    for (let id = 0; id < 200; id++) {
      const [fast, slow] = [noise(12, 9, id), noise(12, 9, id)];
      const tone = perturb(fast, new RandomStream(5, 'colour', 0, id), often);
      colour.applyTone(fast, tone);
      perturbStepByStep(slow, new RandomStream(5, 'colour', 0, id), often);
      expect(fast.data).toEqual(slow.data);
    }
  });

  it('is grey, blurred or inverted with the requested probabilities', () => {
    const calm: TeacherOptions = {
      ...AUTHORS,
      jitterProbability: 0,
      blurProbability: 0,
      solarizeProbability: 0,
    };
    let grey = 0;
    for (let id = 0; id < 2000; id++) {
      const image = noise(2, 2, 1);
      perturb(image, new RandomStream(9, 'colour', 0, id), calm);
      if (image.data[0] === image.data[1] && image.data[1] === image.data[2]) grey++;
    }
    expect(grey / 2000).toBeGreaterThan(0.16);
    expect(grey / 2000).toBeLessThan(0.24);
  });
});

describe('mirroring', () => {
  it('twice gives the image back, once its columns in reverse', () => {
    const image = noise(5, 3, 2);
    const before = image.data.slice();
    mirror(image);
    expect([...image.data.subarray(0, 3)]).toEqual([...before.subarray(12, 15)]);
    mirror(image);
    expect(image.data).toEqual(before);
  });
});

describe('resizing', () => {
  it('to the same size changes nothing', () => {
    const image = noise(20, 10, 3);
    expect(resize(image, 20, 10, 'bicubic').data).toEqual(image.data);
  });
});
