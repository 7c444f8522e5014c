/** Faults of polygons, against which outlines are checked. */
import { type Polygon, polygonArea } from '../polygon.ts';

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
