/**
 * RandAugment: a few random changes of colour or geometry, with a strength given by a level from 0
 * to 10.
 *
 * Operations and levels are those of timm's `rand-m9-mstd0.5-inc1` family ("increasing": a higher
 * level always changes more), on bytes as in Pillow.
 *
 * @source Cubuk et al., RandAugment (2019); timm auto_augment.py (behaviour)
 */
import type { RandomStream } from '../../../random/philox.ts';
import type { RgbImage } from '../../pixels/image.ts';
import { type AffineMatrix, type AffineOptions, rotation, transformAffine } from './affine.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  applyTone,
  blend,
  solarize,
  UNCHANGED,
} from './colour.ts';
import { autoContrast, equalize } from './histogram.ts';

export interface RandAugmentOptions {
  /** mean and standard deviation of the level, which is clipped to 0 to 10 */
  readonly magnitude: number;
  readonly std: number;
  /** operations drawn per image, each applied with a probability of 1/2 */
  readonly layers: number;
}

const MOST = 10;
const PROBABILITY = 0.5;

/** A level from 0 to 10, and one of two directions. */
export interface Strength {
  readonly level: number;
  readonly sign: 1 | -1;
}

/** An operation may change the image and return it, or return another one. */
type Operation = (image: RgbImage, strength: Strength, options: AffineOptions) => RgbImage;

const share = ({ level }: Strength) => level / MOST;
const signedShare = ({ level, sign }: Strength) => (sign * level) / MOST;

function inPlace(change: (image: RgbImage, strength: Strength) => void): Operation {
  return (image, strength) => {
    change(image, strength);
    return image;
  };
}

/** About 1, at least 0.1. */
export function factorOf({ level, sign }: Strength): number {
  return Math.max(0.1, 1 + sign * ((level / MOST) * 0.9));
}

/** Pillow rejects zero bits, giving black. */
export function posterizedBits(strength: Strength): number {
  return Math.max(1, 4 - Math.trunc(share(strength) * 4));
}

/** The byte from which values are inverted. */
export function solarizedFrom(strength: Strength): number {
  return 256 - Math.min(256, Math.trunc(share(strength) * 256));
}

/** What is added to bytes of the darker half. */
export function addedToDark(strength: Strength): number {
  return Math.min(128, Math.trunc(share(strength) * 110));
}

/** An operation with a factor. */
function enhance(adjust: (image: RgbImage, factor: number) => void): Operation {
  return inPlace((image, strength) => adjust(image, factorOf(strength)));
}

type MatrixOf = (image: Pick<RgbImage, 'width' | 'height'>, strength: Strength) => AffineMatrix;

export const MATRICES = {
  Rotate: (image, { level, sign }) => rotation(image, sign * ((level / MOST) * 30)),
  ShearX: (_, strength) => [1, signedShare(strength) * 0.3, 0, 0, 1, 0],
  ShearY: (_, strength) => [1, 0, 0, signedShare(strength) * 0.3, 1, 0],
  TranslateXRel: ({ width }, strength) => [
    ...([1, 0, signedShare(strength) * 0.45 * width] as const),
    ...([0, 1, 0] as const),
  ],
  TranslateYRel: ({ height }, strength) => [
    ...([1, 0, 0] as const),
    ...([0, 1, signedShare(strength) * 0.45 * height] as const),
  ],
} as const satisfies Record<string, MatrixOf>;

function geometric(name: keyof typeof MATRICES): Operation {
  return (image, strength, options) =>
    transformAffine(image, MATRICES[name](image, strength), options);
}

/** By the names in timm. */
export const OPERATIONS = {
  AutoContrast: inPlace(autoContrast),
  Equalize: inPlace(equalize),
  Invert: inPlace((image) =>
    applyTone(
      image,
      UNCHANGED.map((value) => 255 - value),
    ),
  ),
  Rotate: geometric('Rotate'),
  PosterizeIncreasing: inPlace((image, strength) => posterize(image, posterizedBits(strength))),
  SolarizeIncreasing: inPlace((image, strength) => solarize(image, solarizedFrom(strength))),
  SolarizeAdd: inPlace((image, strength) => addToDark(image, addedToDark(strength))),
  ColorIncreasing: enhance(adjustSaturation),
  ContrastIncreasing: enhance(adjustContrast),
  BrightnessIncreasing: enhance(adjustBrightness),
  SharpnessIncreasing: enhance(adjustSharpness),
  ShearX: geometric('ShearX'),
  ShearY: geometric('ShearY'),
  TranslateXRel: geometric('TranslateXRel'),
  TranslateYRel: geometric('TranslateYRel'),
} as const satisfies Record<string, Operation>;
export type OperationName = keyof typeof OPERATIONS;

const NAMES = Object.keys(OPERATIONS) as OperationName[];

/** @param image may be changed; the result may be another image */
export function randAugment(
  image: RgbImage,
  random: RandomStream,
  drawn: RandAugmentOptions,
  options: AffineOptions,
): RgbImage {
  let changed = image;
  for (const { name, strength } of drawOperations(random, drawn))
    changed = OPERATIONS[name](changed, strength, options);
  return changed;
}

/** The operations that happen, in order. */
export function drawOperations(
  random: RandomStream,
  { magnitude, std, layers }: RandAugmentOptions,
): { readonly name: OperationName; readonly strength: Strength }[] {
  const drawn: { name: OperationName; strength: Strength }[] = [];
  for (let layer = 0; layer < layers; layer++) {
    // Numbers are drawn even if they are not used, so that no choice shifts the next ones.
    const name = NAMES[random.integer(NAMES.length)]!;
    const happens = random.uniform() < PROBABILITY;
    const level = Math.max(0, Math.min(MOST, magnitude + std * random.normal()));
    const sign = random.uniform() < 0.5 ? 1 : -1;
    if (happens) drawn.push({ name, strength: { level, sign } });
  }
  return drawn;
}

/** Keep the highest bits of every value. */
function posterize(image: RgbImage, bits: number): void {
  const mask = ~(2 ** (8 - bits) - 1);
  applyTone(
    image,
    UNCHANGED.map((value) => value & mask),
  );
}

function addToDark(image: RgbImage, added: number): void {
  applyTone(
    image,
    UNCHANGED.map((value) => (value < 128 ? Math.min(255, value + added) : value)),
  );
}

/** Weight of a pixel in its smoothed value; each neighbour has the weight 1. */
const CENTRE = 5;
const TOTAL = CENTRE + 8;

/**
 * Change sharpness in place; border pixels are not changed.
 * @param factor 0 smooth, 1 unchanged, above 1 sharper
 */
function adjustSharpness({ width, height, data }: RgbImage, factor: number): void {
  const source = data.slice();
  const stride = width * 3;
  const f = Math.fround(factor);
  for (let y = 1; y < height - 1; y++)
    for (let i = y * stride + 3, end = (y + 1) * stride - 3; i < end; i++) {
      let sum = (CENTRE - 1) * source[i]!;
      for (let row = i - stride; row <= i + stride; row += stride)
        sum += source[row - 3]! + source[row]! + source[row + 3]!;
      data[i] = blend(Math.floor(sum / TOTAL + 0.5), source[i]!, f);
    }
}
