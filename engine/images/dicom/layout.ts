/** How the pixels of a data set are laid out. @source DICOM PS3.3, C.7.6.3 */
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import type { DataSet, PixelPlace } from './data-set.ts';
import { TAG } from './tags.ts';
import { requiredWord, textOf, wordOf } from './values.ts';

/** Meaning of the stored samples, of those that are read. */
export type Photometric =
  | 'MONOCHROME1'
  | 'MONOCHROME2'
  | 'PALETTE COLOR'
  | 'RGB'
  | 'YBR_FULL'
  | 'YBR_FULL_422'
  | 'YBR_RCT'
  | 'YBR_ICT'
  | 'XYB';

const SAMPLES: Readonly<Record<Photometric, number>> = {
  MONOCHROME1: 1,
  MONOCHROME2: 1,
  'PALETTE COLOR': 1,
  RGB: 3,
  YBR_FULL: 3,
  YBR_FULL_422: 3,
  YBR_RCT: 3,
  YBR_ICT: 3,
  XYB: 3,
};

/** Named where they are refused; other names are not repeated. */
const OTHERS = ['HSV', 'ARGB', 'CMYK', 'YBR_PARTIAL_422', 'YBR_PARTIAL_420'];

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** samples of a pixel, as stored */
  readonly samples: number;
  readonly frames: number;
  readonly photometric: Photometric;
  /** plane after plane instead of pixel after pixel */
  readonly isPlanar: boolean;
  readonly numbers: 'integer' | 'float32' | 'float64';
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  /** unused bits below the stored ones */
  readonly bitsBelow: number;
  readonly isSigned: boolean;
}

const FLOATS: ReadonlyMap<number, 'float32' | 'float64'> = new Map([
  [TAG.floatPixels, 'float32'],
  [TAG.doublePixels, 'float64'],
]);

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export function layoutOf(set: DataSet, pixels: PixelPlace, pixelLimit: number): Layout {
  const width = requiredWord(set, TAG.columns, 'width');
  const height = requiredWord(set, TAG.rows, 'height');
  if (width === 0 || height === 0) throw damagedBy(`its size is ${width} x ${height}`);
  refuseTooLarge(width, height, pixelLimit);
  const photometric = photometricOf(set);
  const samples = wordOf(set, TAG.samplesPerPixel) ?? 1;
  if (samples !== SAMPLES[photometric])
    throw damagedBy(`it is ${photometric} and has ${samples} samples a pixel`);
  const size = { width, height, samples, photometric };
  const shape = { ...size, frames: framesOf(set), isPlanar: wordOf(set, TAG.planar) === 1 };
  const float = FLOATS.get(pixels.tag);
  if (float !== undefined) {
    if (samples !== 1) throw unsupported('it has colours in floating point numbers');
    const bits = float === 'float32' ? 32 : 64;
    const used = { bitsAllocated: bits, bitsStored: bits, bitsBelow: 0, isSigned: true };
    return { ...shape, numbers: float, ...used };
  }
  return { ...shape, numbers: 'integer', ...bitsOf(set) };
}

function photometricOf(set: DataSet): Photometric {
  const name = textOf(set, TAG.photometric);
  if (name === undefined) throw damagedBy('it does not state its photometric interpretation');
  if (Object.hasOwn(SAMPLES, name)) return name as Photometric;
  throw unsupported(
    OTHERS.includes(name)
      ? `its photometric interpretation is ${name}`
      : 'its photometric interpretation is not one that DICOM lists',
  );
}

function framesOf(set: DataSet): number {
  const text = textOf(set, TAG.frames) ?? '1';
  const frames = Number(text);
  if (!/^\d{1,10}$/.test(text) || frames === 0) throw damagedBy('its number of frames is wrong');
  return frames;
}

function bitsOf(set: DataSet) {
  const bitsAllocated = requiredWord(set, TAG.bitsAllocated, 'bits');
  const bitsStored = wordOf(set, TAG.bitsStored) ?? bitsAllocated;
  const highBit = wordOf(set, TAG.highBit) ?? bitsStored - 1;
  if (![1, 8, 16, 32].includes(bitsAllocated))
    throw unsupported(`its numbers have ${bitsAllocated} bits in the file`);
  if (bitsStored === 0 || highBit >= bitsAllocated || highBit + 1 < bitsStored)
    throw damagedBy(`of ${bitsAllocated} bits, ${bitsStored} are stored up to number ${highBit}`);
  const isSigned = wordOf(set, TAG.signed) === 1;
  return { bitsAllocated, bitsStored, bitsBelow: highBit + 1 - bitsStored, isSigned };
}

/** Bits of a frame that is not compressed. */
export function frameBits(layout: Layout): number {
  const { width, height, samples, bitsAllocated, photometric } = layout;
  const perPixel = photometric === 'YBR_FULL_422' ? 2 : samples;
  return width * height * perPixel * bitsAllocated;
}
