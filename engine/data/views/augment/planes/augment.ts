/** Augmentation of pictures of floating point numbers whose labels are of the whole image. */
import type { RandomStream } from '../../../../random/philox.ts';
import { type Planes, planeOf } from '../../../pixels/planes.ts';
import type { Interpolation } from '../../../pixels/resample/filter-taps.ts';
import type { LabelledViewOptions } from '../../render-plan.ts';
import {
  addedToDark,
  drawOperations,
  factorOf,
  MATRICES,
  type OperationName,
  posterizedBits,
  type Strength,
  solarizedFrom,
} from '../rand-augment.ts';
import { transformPlanes } from './affine.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  changeValues,
  solarize,
} from './colour.ts';
import { autoContrast, equalize } from './histogram.ts';
import { jitterPlanes } from './jitter.ts';

export interface PlanesFill {
  readonly interpolation: Interpolation;
  /** of each channel, which appears where the image is turned or moved */
  readonly fill: readonly number[];
}

/** @param image may be changed; the result may be another image */
export function augmentPlanes(
  image: Planes,
  random: RandomStream,
  { colorJitter, randAugment }: LabelledViewOptions,
  options: PlanesFill,
): Planes {
  if (randAugment === undefined) {
    if (colorJitter > 0) jitterPlanes(image, random, colorJitter);
    return image;
  }
  let changed = image;
  for (const { name, strength } of drawOperations(random, randAugment))
    changed = OPERATIONS[name](changed, strength, options);
  return changed;
}

type Operation = (image: Planes, strength: Strength, options: PlanesFill) => Planes;

function inPlace(change: (image: Planes, strength: Strength) => void): Operation {
  return (image, strength) => {
    change(image, strength);
    return image;
  };
}

function geometric(name: keyof typeof MATRICES): Operation {
  return (image, strength, { interpolation, fill }) =>
    transformPlanes(image, MATRICES[name](image, strength), interpolation, fill);
}

function enhance(adjust: (image: Planes, factors: readonly number[]) => void): Operation {
  return inPlace((image, strength) =>
    adjust(
      image,
      Array.from({ length: image.channels }, () => factorOf(strength)),
    ),
  );
}

/** Those of bytes, without their rounding. */
const OPERATIONS = {
  AutoContrast: inPlace(autoContrast),
  Equalize: inPlace(equalize),
  Invert: inPlace((image) => changeValues(image, (value) => 1 - value)),
  Rotate: geometric('Rotate'),
  PosterizeIncreasing: inPlace((image, strength) => {
    const step = 2 ** (8 - posterizedBits(strength));
    changeValues(image, (value) => (Math.floor((value * 255) / step) * step) / 255);
  }),
  SolarizeIncreasing: inPlace((image, strength) => solarize(image, solarizedFrom(strength) / 255)),
  SolarizeAdd: inPlace((image, strength) => {
    const added = addedToDark(strength) / 255;
    changeValues(image, (value) => (value < 128 / 255 ? value + added : value));
  }),
  ColorIncreasing: inPlace((image, strength) => adjustSaturation(image, factorOf(strength))),
  ContrastIncreasing: enhance(adjustContrast),
  BrightnessIncreasing: enhance(adjustBrightness),
  SharpnessIncreasing: inPlace((image, strength) => sharpen(image, factorOf(strength))),
  ShearX: geometric('ShearX'),
  ShearY: geometric('ShearY'),
  TranslateXRel: geometric('TranslateXRel'),
  TranslateYRel: geometric('TranslateYRel'),
} as const satisfies Record<OperationName, Operation>;

/** Weights of the smoothed value: 5 of the pixel itself and 1 of each neighbour. */
const TOTAL = 13;

/** Border pixels are not changed. @param factor 0 smooth, 1 unchanged, above 1 sharper */
function sharpen(image: Planes, factor: number): void {
  const { width, height, channels } = image;
  for (let channel = 0; channel < channels; channel++) {
    const plane = planeOf(image, channel);
    const source = plane.slice();
    for (let y = 1; y < height - 1; y++)
      for (let i = y * width + 1, end = (y + 1) * width - 1; i < end; i++) {
        let sum = 4 * source[i]!;
        for (let row = i - width; row <= i + width; row += width)
          sum += source[row - 1]! + source[row]! + source[row + 1]!;
        const smooth = sum / TOTAL;
        plane[i] = Math.min(1, Math.max(0, smooth + factor * (source[i]! - smooth)));
      }
  }
}
