/**
 * Outlines of the regions of a map: pixels of one value that are joined by their sides. Outlines run
 * along the sides of pixels, so that they are exact: filled by the rule of COCO (`rasterisePolygons`)
 * they give the region back to the last pixel.
 */
import { polygonArea } from './polygon.ts';

/** x and y of each vertex in turn, at corners of pixels. */
export type Ring = readonly number[];

export interface Region {
  /** Value of its pixels. */
  readonly value: number;
  /** Number of pixels. */
  readonly area: number;
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/**
 * All regions, by their first pixel in reading order.
 *
 * @param map [height, width], row by row
 * @param isWanted whether regions of this value are outlined
 */
export function outlineRegions(
  map: ArrayLike<number>,
  height: number,
  width: number,
  isWanted: (value: number) => boolean,
): Region[] {
  const { of, values, areas } = numberRegions(map, height, width, isWanted);
  const rings: number[][][] = values.map(() => []);
  const isDrawn = new Uint8Array(width * height);
  for (let at = 0; at < of.length; at++) {
    const region = of[at]!;
    const isUpperSide = region >= 0 && (at < width || of[at - width] !== region);
    // Every outline has upper sides of pixels; the outer one is met first.
    if (isUpperSide && isDrawn[at] === 0)
      rings[region]!.push(followOutline(of, height, width, at, isDrawn));
  }
  return rings.map(([outer, ...holes], i) => ({
    value: values[i]!,
    area: areas[i]!,
    outer: outer!,
    holes,
  }));
}

interface Numbered {
  /** [height, width]: number of the region of each pixel; -1 for none */
  readonly of: Int32Array;
  readonly values: readonly number[];
  readonly areas: readonly number[];
}

function numberRegions(
  map: ArrayLike<number>,
  height: number,
  width: number,
  isWanted: (value: number) => boolean,
): Numbered {
  const of = new Int32Array(width * height).fill(-1);
  const values: number[] = [];
  const areas: number[] = [];
  const waiting: number[] = [];
  for (let first = 0; first < of.length; first++) {
    const value = map[first]!;
    if (of[first] !== -1 || !isWanted(value)) continue;
    const region = values.push(value) - 1;
    let area = 0;
    const take = (at: number) => {
      if (of[at] !== -1 || map[at] !== value) return;
      of[at] = region;
      area++;
      waiting.push(at);
    };
    take(first);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const x = at % width;
      if (x > 0) take(at - 1);
      if (x < width - 1) take(at + 1);
      if (at >= width) take(at - width);
      if (at < of.length - width) take(at + width);
    }
    areas.push(area);
  }
  return { of, values, areas };
}

/** Right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Follow the sides of a region, which lies on the right, from the upper side of a pixel. Where two
 * pixels meet at a corner alone, the outline turns right, so that it does not join them.
 *
 * @param isDrawn set for pixels whose upper side was passed
 */
function followOutline(
  of: Int32Array,
  height: number,
  width: number,
  start: number,
  isDrawn: Uint8Array,
): number[] {
  const region = of[start]!;
  const isInside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && of[y * width + x] === region;
  const [startX, startY] = [start % width, Math.floor(start / width)];
  const ring: number[] = [];
  let [x, y, direction] = [startX, startY, 0];
  do {
    ring.push(x, y);
    const [dx, dy] = STEPS[direction]!;
    // The pixels on both sides of the next step, whose corner is (x, y).
    const right = () => isInside(x + (dx - dy - 1) / 2, y + (dx + dy - 1) / 2);
    const left = () => isInside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
    do {
      if (direction === 0) isDrawn[y * width + x] = 1;
      x += dx;
      y += dy;
    } while (right() && !left());
    direction = (direction + (right() ? 3 : 1)) % 4;
  } while (!(x === startX && y === startY && direction === 0));
  return ring;
}

/**
 * A region as one outline: each hole is joined to the vertex that is next to it, by a line there and
 * back that encloses nothing.
 */
export function joinHoles(outer: Ring, holes: readonly Ring[]): number[] {
  let joined = [...outer];
  for (const hole of [...holes].sort((a, b) => a[1]! - b[1]! || a[0]! - b[0]!)) {
    const at = nearestVertex(joined, hole[0]!, hole[1]!);
    joined = [...joined.slice(0, at + 2), ...hole, hole[0]!, hole[1]!, ...joined.slice(at)];
  }
  return joined;
}

/** Place of its x. */
function nearestVertex(ring: Ring, x: number, y: number): number {
  let [best, least] = [0, Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    const distance = (ring[i]! - x) ** 2 + (ring[i + 1]! - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/**
 * Fewer vertices, from which no vertex that is left out is farther than `tolerance`. A ring that
 * would lose its area stays as it is.
 *
 * @source Douglas and Peucker, "Algorithms for the reduction of the number of points" (1973)
 */
export function simplifyRing(ring: Ring, tolerance: number): Ring {
  const n = ring.length / 2;
  if (n <= 4) return ring;
  const far = farthestFrom(ring, 0);
  const kept = new Uint8Array(n);
  kept[0] = 1;
  kept[far] = 1;
  const open: [number, number][] = [
    [0, far],
    [far, n],
  ];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [from, to] = part;
    let [at, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToLine(ring, i, from, to % n);
      if (distance > most) [at, most] = [i, distance];
    }
    if (at < 0) continue;
    kept[at] = 1;
    open.push([from, at], [at, to]);
  }
  const simple = ring.filter((_, i) => kept[i >> 1] === 1);
  return simple.length >= 6 && polygonArea(simple) > 0 ? simple : ring;
}

function farthestFrom(ring: Ring, vertex: number): number {
  let [best, most] = [0, -1];
  for (let i = 0; i < ring.length / 2; i++) {
    const distance = Math.hypot(
      ring[2 * i]! - ring[2 * vertex]!,
      ring[2 * i + 1]! - ring[2 * vertex + 1]!,
    );
    if (distance > most) [best, most] = [i, distance];
  }
  return best;
}

function distanceToLine(ring: Ring, vertex: number, from: number, to: number): number {
  const [x0, y0] = [ring[2 * from]!, ring[2 * from + 1]!];
  const [dx, dy] = [ring[2 * to]! - x0, ring[2 * to + 1]! - y0];
  const [x, y] = [ring[2 * vertex]! - x0, ring[2 * vertex + 1]! - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max((x * dx + y * dy) / length, 0), 1);
  return Math.hypot(x - along * dx, y - along * dy);
}
