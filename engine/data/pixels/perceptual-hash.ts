/**
 * Perceptual hash of an image in 80 characters: equal for copies that were recompressed, resized or
 * slightly brightened, and similar for slightly cropped ones.
 *
 * The first part, for search, has the signs of the lowest frequencies of a grey thumbnail about
 * their median. It also matches some plain subjects on plain grounds by chance, so the second part,
 * a thumbnail of 8 x 8 grey levels, confirms matches. docs/data.md has error rates.
 *
 * @source Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010)
 */
import type { RgbImage } from './image.ts';

/** Side of the thumbnail that is hashed, pixels. */
export const THUMBNAIL_SIDE = 32;
/** Number of frequencies per direction, and of grey levels per direction. */
const SIDE = 8;
const BLOCK = THUMBNAIL_SIDE / SIDE;
/** Standard deviation of the grey values below which an image is too flat for a hash. */
const FLAT = 4;

/** Most differing bits of the hashes of similar images. */
export const MOST_BITS = 10;
/** Least correlation of the grey levels of similar images. */
export const LEAST_CORRELATION = 0.93;

const BITS_DIGITS = 16;
/** Grey levels have 16 steps of a third of their standard deviation. */
const STEPS_PER_DEVIATION = 3;
const MIDDLE = 8;

/** cos of frequency u at pixel x, [SIDE, THUMBNAIL_SIDE] */
const COSINES = Float64Array.from({ length: SIDE * THUMBNAIL_SIDE }, (_, i) => {
  const [u, x] = [Math.floor(i / THUMBNAIL_SIDE), i % THUMBNAIL_SIDE];
  return Math.cos((Math.PI * (x + 0.5) * u) / THUMBNAIL_SIDE);
});

/** @param thumbnail 32 x 32 pixels @returns an empty text for an image of nearly one colour */
export function perceptualHash({ data }: RgbImage): string {
  const grey = new Float64Array(THUMBNAIL_SIDE ** 2);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  return greyHash(grey);
}

/** @param grey 32 x 32 values from 0 to 255 @returns an empty text where they are nearly equal */
export function greyHash(grey: Float64Array): string {
  if (deviation(grey) < FLAT) return '';
  const levels = greyLevels(grey).map((level) => level.toString(16));
  return frequencyBits(grey) + levels.join('');
}

/** The part for search: two times 32 bits. */
export function hashBits(hash: string): [number, number] {
  return [
    Number.parseInt(hash.slice(0, BITS_DIGITS / 2), 16),
    Number.parseInt(hash.slice(BITS_DIGITS / 2, BITS_DIGITS), 16),
  ];
}

/** Correlation of the grey levels of two images, -1 to 1. */
export function greyCorrelation(one: string, other: string): number {
  let [products, a2, b2] = [0, 0, 0];
  const [a, b] = [centred(one), centred(other)];
  for (let i = 0; i < a.length; i++) {
    products += a[i]! * b[i]!;
    a2 += a[i]! ** 2;
    b2 += b[i]! ** 2;
  }
  return products / Math.sqrt(a2 * b2);
}

function centred(hash: string): Float64Array {
  const levels = Float64Array.from(hash.slice(BITS_DIGITS), (digit) => Number.parseInt(digit, 16));
  const mean = average(levels);
  return levels.map((level) => level - mean);
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function deviation(values: Float64Array): number {
  const mean = average(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Per 4 x 4 pixels: the distance of their mean from the overall mean in deviations, as a digit. */
function greyLevels(grey: Float64Array): number[] {
  const means = new Float64Array(SIDE * SIDE);
  for (let y = 0, i = 0; y < THUMBNAIL_SIDE; y++)
    for (let x = 0; x < THUMBNAIL_SIDE; x++, i++)
      means[Math.floor(y / BLOCK) * SIDE + Math.floor(x / BLOCK)]! += grey[i]! / BLOCK ** 2;
  const [mean, spread] = [average(means), Math.max(deviation(means), 1e-6)];
  return Array.from(means, (value) => {
    const level = Math.round(((value - mean) / spread) * STEPS_PER_DEVIATION) + MIDDLE;
    return Math.max(0, Math.min(15, level));
  });
}

/** One bit per frequency: above the median of all but the constant one, whose bit is 0. */
function frequencyBits(grey: Float64Array): string {
  const frequencies = cosineTransform(grey);
  const median = frequencies.slice(1).sort()[(SIDE * SIDE - 2) / 2]!;
  let digits = '';
  for (let i = 0; i < frequencies.length; i += 4) {
    let digit = 0;
    for (let k = 0; k < 4; k++)
      digit = digit * 2 + (i + k > 0 && frequencies[i + k]! > median ? 1 : 0);
    digits += digit.toString(16);
  }
  return digits;
}

/** The lowest frequencies, [SIDE, SIDE], up to a constant factor. */
function cosineTransform(grey: Float64Array): Float64Array {
  const rows = new Float64Array(SIDE * THUMBNAIL_SIDE);
  const out = new Float64Array(SIDE * SIDE);
  for (let u = 0; u < SIDE; u++)
    for (let y = 0; y < THUMBNAIL_SIDE; y++) {
      let sum = 0;
      for (let x = 0; x < THUMBNAIL_SIDE; x++)
        sum += grey[y * THUMBNAIL_SIDE + x]! * COSINES[u * THUMBNAIL_SIDE + x]!;
      rows[u * THUMBNAIL_SIDE + y] = u === 0 ? sum * Math.SQRT1_2 : sum;
    }
  for (let v = 0; v < SIDE; v++)
    for (let u = 0; u < SIDE; u++) {
      let sum = 0;
      for (let y = 0; y < THUMBNAIL_SIDE; y++)
        sum += rows[u * THUMBNAIL_SIDE + y]! * COSINES[v * THUMBNAIL_SIDE + y]!;
      out[v * SIDE + u] = v === 0 ? sum * Math.SQRT1_2 : sum;
    }
  return out;
}
