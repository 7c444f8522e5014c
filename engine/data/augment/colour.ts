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
    const s = Math.trunc(Math.fround(range / v) * 255);
    const toRed = f32((v - r) / range);
    const toGreen = f32((v - g) / range);
    const toBlue = f32((v - b) / range);
    const position =
      r === v
        ? f32(toBlue - toGreen)
        : g === v
          ? f32(2 + toRed - toBlue)
          : f32(4 + toGreen - toRed);
    const turned = position / 6 + 1;
    const h = (Math.trunc(f32(turned - Math.floor(turned)) * 255) + shift) & 255;
    const sector = f32((h * 6) / 255);
    const whole = Math.floor(sector);
    const rest = f32(sector - whole);
    const share = f32(s / 255);
    const p = Math.round(v * (1 - share));
    const q = Math.round(v * (1 - share * rest));
    const t = Math.round(v * (1 - share * (1 - rest)));
    switch (whole % 6) {
      case 0:
        put(data, i, v, t, p);
        break;
      case 1:
        put(data, i, q, v, p);
        break;
      case 2:
        put(data, i, p, v, t);
        break;
      case 3:
        put(data, i, p, q, v);
        break;
      case 4:
        put(data, i, t, p, v);
        break;
      default:
        put(data, i, v, p, q);
    }
  }
}

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
