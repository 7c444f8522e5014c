/**
 * Colour operations on 8-bit RGB, in place, bit for bit as Pillow and torchvision.
 *
 * Operations that depend on single values alone are tables of 256 values, called *tones*. The other
 * operations apply a pending tone when they read pixels, so brightness, contrast and solarising
 * take no pass of their own.
 *
 * @source fixtures of the authors' preprocessing; Pillow 9.4 and torchvision 0.14 (behaviour)
 */
import type { RgbImage } from '../../pixels/image.ts';

const f32 = Math.fround;

function grey(r: number, g: number, b: number): number {
  return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
}

/** `base + factor·(value − base)` in float32, clipped to 8 bits. */
export function blend(base: number, value: number, factor: number): number {
  const mixed = Math.fround(base + Math.fround(factor * (value - base)));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
}

/** The result of each of the 256 values. */
export type Tone = Uint8Array;

export const UNCHANGED: Tone = Uint8Array.from({ length: 256 }, (_, value) => value);

/** The tone that applies `first` and then the other one. */
export function chainTones(first: Tone, second: Tone): Tone {
  return first.map((value) => second[value]!);
}

export function applyTone({ data }: RgbImage, tone: Tone): void {
  if (tone !== UNCHANGED) for (let i = 0; i < data.length; i++) data[i] = tone[data[i]!]!;
}

function blendTone(base: number, factor: number): Tone {
  const f = Math.fround(factor);
  return UNCHANGED.map((value) => blend(base, value, f));
}

export function brightnessTone(factor: number): Tone {
  return blendTone(0, factor);
}

/** Change contrast about the rounded mean grey of the image after `tone`. */
export function contrastTone({ data }: RgbImage, factor: number, tone = UNCHANGED): Tone {
  let total = 0;
  for (let i = 0; i < data.length; i += 3)
    total += grey(tone[data[i]!]!, tone[data[i + 1]!]!, tone[data[i + 2]!]!);
  return blendTone(Math.floor(total / (data.length / 3) + 0.5), factor);
}

/** Invert values of at least `threshold`. */
export function solarizeTone(threshold = 128): Tone {
  return UNCHANGED.map((value) => (value >= threshold ? 255 - value : value));
}

export function adjustBrightness(image: RgbImage, factor: number): void {
  applyTone(image, brightnessTone(factor));
}

export function adjustContrast(image: RgbImage, factor: number): void {
  applyTone(image, contrastTone(image, factor));
}

export function solarize(image: RgbImage, threshold = 128): void {
  applyTone(image, solarizeTone(threshold));
}

/** Change saturation about each pixel's own grey. */
export function adjustSaturation({ data }: RgbImage, factor: number, tone = UNCHANGED): void {
  const f = Math.fround(factor);
  for (let i = 0; i < data.length; i += 3) {
    const r = tone[data[i]!]!;
    const g = tone[data[i + 1]!]!;
    const b = tone[data[i + 2]!]!;
    const base = grey(r, g, b);
    data[i] = blend(base, r, f);
    data[i + 1] = blend(base, g, f);
    data[i + 2] = blend(base, b, f);
  }
}

/** Shift the hue by `factor` of a full circle, through 8-bit HSV with float32 in between. */
export function adjustHue({ data }: RgbImage, factor: number, tone = UNCHANGED): void {
  const shift = Math.trunc(factor * 255);
  for (let i = 0; i < data.length; i += 3) {
    const r = tone[data[i]!]!;
    const g = tone[data[i + 1]!]!;
    const b = tone[data[i + 2]!]!;
    const v = r > g ? (r > b ? r : b) : g > b ? g : b;
    const low = r < g ? (r < b ? r : b) : g < b ? g : b;
    if (v === low) {
      put(data, i, v, v, v); // grey has no hue
      continue;
    }
    const range = v - low;
    // distance of two channels from the largest, relative to the range
    let position: number;
    if (r === v) position = f32(f32((v - b) / range) - f32((v - g) / range));
    else if (g === v) position = f32(2 + f32((v - r) / range) - f32((v - b) / range));
    else position = f32(4 + f32((v - g) / range) - f32((v - r) / range));
    let turn = position / 6 + 1;
    if (turn >= 1) turn -= 1;
    const h = (((f32(turn) * 255) | 0) + shift) & 255;
    const s = (f32(range / v) * 255) | 0;
    const share = SHARES[s]!;
    const rest = SECTOR_RESTS[h]!;
    const p = (v * (1 - share) + 0.5) | 0;
    const q = (v * (1 - share * rest) + 0.5) | 0;
    const t = (v * (1 - share * (1 - rest)) + 0.5) | 0;
    const sector = SECTORS[h]!;
    data[i] = sector === 0 || sector === 5 ? v : sector === 1 ? q : sector === 4 ? t : p;
    data[i + 1] = sector === 0 ? t : sector <= 2 ? v : sector === 3 ? q : p;
    data[i + 2] = sector <= 1 ? p : sector === 2 ? t : sector <= 4 ? v : q;
  }
}

/** Saturation from 0 to 1; per hue, its sixth of the circle and the position within that. */
const SHARES = Float32Array.from({ length: 256 }, (_, s) => s / 255);
const TURNS = Float32Array.from({ length: 256 }, (_, h) => (h * 6) / 255);
const SECTORS = Uint8Array.from(TURNS, (turn) => Math.floor(turn) % 6);
const SECTOR_RESTS = TURNS.map((turn) => turn - Math.floor(turn));

function put(data: Uint8Array, at: number, r: number, g: number, b: number): void {
  data[at] = r;
  data[at + 1] = g;
  data[at + 2] = b;
}

export function toGrey({ data }: RgbImage, tone = UNCHANGED): void {
  for (let i = 0; i < data.length; i += 3) {
    const value = grey(tone[data[i]!]!, tone[data[i + 1]!]!, tone[data[i + 2]!]!);
    put(data, i, value, value, value);
  }
}
