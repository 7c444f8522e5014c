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
