/**
 * Changes of saturation and hue in the 8-bit HSV of OpenCV, with hues from 0 to 179, in place.
 *
 * Integers and float32 as in OpenCV's vector code, which fuses `1 − saturation · position` and
 * truncates at the end, so results are equal byte for byte.
 *
 * @source OpenCV 4.11, RGB2HSV and HSV2RGB of 8 bits (behaviour); a stored case of it
 */
import type { RgbImage } from '../../pixels/image.ts';
import type { Tone } from './colour.ts';

const f32 = Math.fround;

/** Hues of a full circle. */
export const HUES = 180;
const FRACTION_BITS = 12;
const HALF = 1 << (FRACTION_BITS - 1);

/** Fixed-point quotients; nothing is divided by 0, as grey has no saturation and no hue. */
function quotients(whole: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, by) =>
    by === 0 ? 0 : roundHalfEven((whole * (1 << FRACTION_BITS)) / by),
  );
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

const SATURATIONS = quotients(255);
const SIXTHS = quotients(HUES / 6);

/** Of each value and saturation as a share; of each hue its sixth of the circle and the place in it. */
const SHARES = Float32Array.from({ length: 256 }, (_, value) => f32(value * f32(1 / 255)));
const TURNS = Float32Array.from({ length: HUES }, (_, hue) => f32(hue * f32(6 / HUES)));
const SECTORS = Uint8Array.from(TURNS, (turn) => Math.floor(turn) % 6);
const PLACES = TURNS.map((turn) => turn - Math.floor(turn));

/**
 * @param saturations the new saturation of each
 * @param turn        added to hues, an integer
 */
export function changeHsv({ data }: RgbImage, saturations: Tone, turn: number): void {
  const shift = ((turn % HUES) + HUES) % HUES;
  for (let i = 0; i < data.length; i += 3) {
    const r = data[i]!;
    const g = data[i + 1]!;
    const b = data[i + 2]!;
    const largest = r > g ? (r > b ? r : b) : g > b ? g : b;
    const least = r < g ? (r < b ? r : b) : g < b ? g : b;
    const range = largest - least;
    const saturation = (range * SATURATIONS[largest]! + HALF) >> FRACTION_BITS;
    const from = largest === r ? g - b : largest === g ? b - r + 2 * range : r - g + 4 * range;
    let hue = (from * SIXTHS[range]! + HALF) >> FRACTION_BITS;
    if (hue < 0) hue += HUES;
    hue = (hue + shift) % HUES;
    const v = SHARES[largest]!;
    const s = SHARES[saturations[saturation]!]!;
    const place = PLACES[hue]!;
    const top = f32(v * 255) | 0;
    const p = f32(f32(v * f32(1 - s)) * 255) | 0;
    const q = f32(f32(v * f32(1 - s * place)) * 255) | 0;
    const t = f32(f32(v * f32(1 - s * f32(1 - place))) * 255) | 0;
    const sector = SECTORS[hue]!;
    data[i] = sector === 0 || sector === 5 ? top : sector === 1 ? q : sector === 4 ? t : p;
    data[i + 1] = sector === 0 ? t : sector <= 2 ? top : sector === 3 ? q : p;
    data[i + 2] = sector <= 1 ? p : sector === 2 ? t : sector <= 4 ? top : q;
  }
}
