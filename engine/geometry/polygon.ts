/**
 * Polygons in pixels, as COCO writes them: x and y of each vertex in turn, in one list. The last
 * vertex is joined to the first. Coordinates are edges of pixels, so an image of width W spans 0 to
 * W.
 */
import type { BoxXyxy } from './box.ts';

export type Polygon = ArrayLike<number>;

/** Square pixels, by the shoelace formula; parts that are enclosed twice in opposite turns cancel. */
export function polygonArea(polygon: Polygon): number {
  let twice = 0;
  const n = polygon.length;
  for (let i = 0; i < n; i += 2) {
    const next = (i + 2) % n;
    twice += polygon[i]! * polygon[next + 1]! - polygon[next]! * polygon[i + 1]!;
  }
  return Math.abs(twice) / 2;
}

/** The smallest box around all vertices. @param polygon with at least one vertex */
export function polygonBounds(polygon: Polygon): BoxXyxy {
  let [left, top, right, bottom] = [polygon[0]!, polygon[1]!, polygon[0]!, polygon[1]!];
  for (let i = 2; i < polygon.length; i += 2) {
    left = Math.min(left, polygon[i]!);
    right = Math.max(right, polygon[i]!);
    top = Math.min(top, polygon[i + 1]!);
    bottom = Math.max(bottom, polygon[i + 1]!);
  }
  return [left, top, right, bottom];
}

/**
 * The part of a polygon within a box; empty where they are apart. Parts of a concave polygon are
 * joined along the sides of the box by edges that enclose no area.
 *
 * @source Sutherland and Hodgman, "Reentrant polygon clipping" (CACM 1974)
 */
export function clipPolygon(polygon: Polygon, box: BoxXyxy): number[] {
  const [left, top, right, bottom] = box;
  let points = Array.from(polygon);
  points = clipAt(points, 0, left, 1);
  points = clipAt(points, 0, right, -1);
  points = clipAt(points, 1, top, 1);
  return clipAt(points, 1, bottom, -1);
}

/** Keeps what lies at `limit` or beyond it in the direction of `sign`, along x (0) or y (1). */
function clipAt(points: readonly number[], axis: 0 | 1, limit: number, sign: 1 | -1): number[] {
  const kept: number[] = [];
  const n = points.length;
  for (let i = 0; i < n; i += 2) {
    const before = (i + n - 2) % n;
    const [from, to] = [points[before + axis]! - limit, points[i + axis]! - limit];
    if (from * sign >= 0 !== to * sign >= 0) {
      const other = points[before + 1 - axis]!;
      const crossing = other + (from / (from - to)) * (points[i + 1 - axis]! - other);
      if (axis === 0) kept.push(limit, crossing);
      else kept.push(crossing, limit);
    }
    if (to * sign >= 0) kept.push(points[i]!, points[i + 1]!);
  }
  return kept;
}

/** Why a list of numbers is no usable polygon. */
export type PolygonFault =
  | 'odd-length'
  | 'too-few-points'
  | 'not-finite'
  | 'no-area'
  | 'crosses-itself';

/**
 * The first fault of a polygon, in the order of the type; undefined where it has none. Only edges
 * that pass through each other count as crossing: repeated vertices and edges that touch do not.
 */
export function polygonFault(polygon: Polygon): PolygonFault | undefined {
  if (polygon.length % 2 === 1) return 'odd-length';
  if (polygon.length < 6) return 'too-few-points';
  for (let i = 0; i < polygon.length; i++) if (!Number.isFinite(polygon[i])) return 'not-finite';
  const crossing = crossesItself(polygon);
  if (polygonArea(polygon) === 0 && !crossing) return 'no-area';
  return crossing ? 'crosses-itself' : undefined;
}

/** Compares each edge with those that overlap it in x. */
function crossesItself(polygon: Polygon): boolean {
  const n = polygon.length / 2;
  const leftOf = (edge: number) =>
    Math.min(polygon[2 * edge]!, polygon[(2 * edge + 2) % polygon.length]!);
  const rightOf = (edge: number) =>
    Math.max(polygon[2 * edge]!, polygon[(2 * edge + 2) % polygon.length]!);
  const order = Array.from({ length: n }, (_, edge) => edge);
  order.sort((a, b) => leftOf(a) - leftOf(b));
  for (const [place, edge] of order.entries()) {
    const right = rightOf(edge);
    for (let later = place + 1; later < n && leftOf(order[later]!) < right; later++)
      if (edgesCross(polygon, edge, order[later]!)) return true;
  }
  return false;
}

/** Whether the ends of either edge lie strictly on both sides of the other. */
function edgesCross(polygon: Polygon, a: number, b: number): boolean {
  const at = (edge: number, end: 0 | 1) => (2 * (edge + end)) % polygon.length;
  const [a0, a1, b0, b1] = [at(a, 0), at(a, 1), at(b, 0), at(b, 1)];
  const apart = (one: number, other: number) => (one > 0 && other < 0) || (one < 0 && other > 0);
  return (
    apart(turn(polygon, a0, a1, b0), turn(polygon, a0, a1, b1)) &&
    apart(turn(polygon, b0, b1, a0), turn(polygon, b0, b1, a1))
  );
}

/** Twice the signed area of a triangle of vertices, given by the places of their x. */
function turn(polygon: Polygon, a: number, b: number, c: number): number {
  const [x, y] = [polygon[a]!, polygon[a + 1]!];
  return (polygon[b]! - x) * (polygon[c + 1]! - y) - (polygon[b + 1]! - y) * (polygon[c]! - x);
}
