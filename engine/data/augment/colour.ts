/**
 * Colour operations on 8-bit RGB, in place, bit for bit as Pillow and torchvision do them.
 * @source fixtures of the authors' preprocessing; Pillow 9.4 and torchvision 0.14 (behaviour)
 */
import type { RgbImage } from '../image.ts';

const f32 = Math.fround;

function grey(r: number, g: number, b: number): number {
  return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
}

/** `base + factor·(value − base)` in float32, cut to 8 bits. */
function blend(base: number, value: number, factor: number): number {
  const mixed = Math.fround(base + Math.fround(factor * (value - base)));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
}

function applyTable(data: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < data.length; i++) data[i] = table[data[i]!]!;
}

function blendTable(base: number, factor: number): Uint8Array {
  const f = Math.fround(factor);
  return Uint8Array.from({ length: 256 }, (_, value) => blend(base, value, f));
}

export function adjustBrightness({ data }: RgbImage, factor: number): void {
  applyTable(data, blendTable(0, factor));
}

/** Away from or towards the rounded mean grey of the image. */
export function adjustContrast({ data }: RgbImage, factor: number): void {
  let total = 0;
  for (let i = 0; i < data.length; i += 3) total += grey(data[i]!, data[i + 1]!, data[i + 2]!);
  const mean = Math.floor(total / (data.length / 3) + 0.5);
  applyTable(data, blendTable(mean, factor));
}

/** Away from or towards each pixel's own grey. */
export function adjustSaturation({ data }: RgbImage, factor: number): void {
  const f = Math.fround(factor);
  for (let i = 0; i < data.length; i += 3) {
    const base = grey(data[i]!, data[i + 1]!, data[i + 2]!);
    data[i] = blend(base, data[i]!, f);
    data[i + 1] = blend(base, data[i + 1]!, f);
    data[i + 2] = blend(base, data[i + 2]!, f);
  }
}

/** Turn the hue by `factor` of a full circle, through 8-bit HSV with float32 in between. */
export function adjustHue({ data }: RgbImage, factor: number): void {
  const shift = Math.trunc(factor * 255);
  for (let i = 0; i < data.length; i += 3) {
    const r = data[i]!;
    const g = data[i + 1]!;
    const b = data[i + 2]!;
    const v = r > g ? (r > b ? r : b) : g > b ? g : b;
    const low = r < g ? (r < b ? r : b) : g < b ? g : b;
    if (v === low) continue; // grey has no hue
    const range = v - low;
    // distance of two channels from the largest, in shares of the range
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

/** Saturation as a share, and for each hue its sixth of the circle and how far it is into that. */
const SHARES = Float32Array.from({ length: 256 }, (_, s) => s / 255);
const TURNS = Float32Array.from({ length: 256 }, (_, h) => (h * 6) / 255);
const SECTORS = Uint8Array.from(TURNS, (turn) => Math.floor(turn) % 6);
const SECTOR_RESTS = TURNS.map((turn) => turn - Math.floor(turn));

function put(data: Uint8Array, at: number, r: number, g: number, b: number): void {
  data[at] = r;
  data[at + 1] = g;
  data[at + 2] = b;
}

export function toGrey({ data }: RgbImage): void {
  for (let i = 0; i < data.length; i += 3) {
    const value = grey(data[i]!, data[i + 1]!, data[i + 2]!);
    put(data, i, value, value, value);
  }
}

/** Invert values of at least `threshold`. */
export function solarize({ data }: RgbImage, threshold = 128): void {
  applyTable(
    data,
    Uint8Array.from({ length: 256 }, (_, value) => (value >= threshold ? 255 - value : value)),
  );
}
