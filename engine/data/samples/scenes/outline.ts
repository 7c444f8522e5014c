/**
 * An outline around the centre of a photograph, along its strong edges: of each direction from the
 * centre one radius, so that the contrast across the outline is largest and neighbours differ
 * little. It often follows the object in the middle, and is not its true outline.
 *
 * The outline is found by dynamic programming over the directions, gone round twice, of which the
 * middle is kept, so that its end meets its beginning.
 */
import { CIFAR_SIDE } from '../sample-package.ts';

const DIRECTIONS = 48;
const SMALLEST = 7;
const STEP = 0.5;
/** Radii from the smallest to the border of the photograph. */
const RADII = Array.from({ length: 18 }, (_, i) => SMALLEST + i * STEP);
/** Most steps between neighbours, and what a step costs in contrast. */
const MOST_STEPS = 2;
const STEP_COST = 14;

export interface Outline {
  /** centre in pixels of the photograph */
  readonly x: number;
  readonly y: number;
  /** of each direction, from that of x on towards that of y */
  readonly radii: Float64Array;
}

/** @param pixels RGB, row by row */
export function findOutline(pixels: Uint8Array, x: number, y: number): Outline {
  const contrast = Array.from({ length: DIRECTIONS }, (_, direction) =>
    RADII.map((radius) => contrastAt(pixels, x, y, (2 * Math.PI * direction) / DIRECTIONS, radius)),
  );
  const turns = Array.from({ length: 2 * DIRECTIONS }, (_, i) => contrast[i % DIRECTIONS]!);
  const path = bestPath(turns);
  const radii = new Float64Array(DIRECTIONS);
  const from = DIRECTIONS / 2;
  for (let i = from; i < from + DIRECTIONS; i++) radii[i % DIRECTIONS] = RADII[path[i]!]!;
  return { x, y, radii };
}

/** The radius towards an angle, between those of its neighbours. */
export function radiusAt({ radii }: Outline, angle: number): number {
  const turns = angle / (2 * Math.PI);
  const at = (turns - Math.floor(turns)) * DIRECTIONS;
  const low = Math.floor(at) % DIRECTIONS;
  const share = at - Math.floor(at);
  return (1 - share) * radii[low]! + share * radii[(low + 1) % DIRECTIONS]!;
}

/** Difference of colours a pixel and a half inside and outside. */
function contrastAt(
  pixels: Uint8Array,
  x: number,
  y: number,
  angle: number,
  radius: number,
): number {
  const at = (r: number, channel: number) => {
    const within = (value: number) => Math.min(Math.max(Math.round(value), 0), CIFAR_SIDE - 1);
    const [across, down] = [within(x + r * Math.cos(angle)), within(y + r * Math.sin(angle))];
    return pixels[(down * CIFAR_SIDE + across) * 3 + channel]!;
  };
  let sum = 0;
  for (let channel = 0; channel < 3; channel++)
    sum += Math.abs(at(radius + 1.5, channel) - at(radius - 1.5, channel));
  return sum;
}

/** The position in each row so that the sum of contrasts, less what steps cost, is largest. */
function bestPath(rows: readonly (readonly number[])[]): number[] {
  const from: number[][] = [];
  let best = [...rows[0]!];
  for (const row of rows.slice(1)) {
    const origin: number[] = [];
    best = row.map((gain, i) => {
      let [value, of] = [-Infinity, i];
      for (
        let j = Math.max(0, i - MOST_STEPS);
        j <= Math.min(row.length - 1, i + MOST_STEPS);
        j++
      ) {
        const one = best[j]! - STEP_COST * Math.abs(i - j);
        if (one > value) [value, of] = [one, j];
      }
      origin.push(of);
      return value + gain;
    });
    from.push(origin);
  }
  let at = best.indexOf(Math.max(...best));
  const path = [at];
  for (const origin of from.reverse()) {
    at = origin[at]!;
    path.push(at);
  }
  return path.reverse();
}
