/**
 * Polygons and boxes as masks, by the rule of COCO, to the last pixel.
 *
 * The rule: vertices are rounded to a grid of fifths of a pixel, and each edge is drawn on that grid
 * as a line of grid points. Where the line passes from the third to the fourth fifth of a column,
 * which is its middle, it turns foreground on or off from the next whole row on. pycocotools draws
 * all grid points; here only those in the middle of columns are computed, with the same
 * floating-point operations.
 *
 * @source pycocotools, `rleFrPoly` of maskApi.c
 */
import type { BoxXywh } from './box.ts';
import type { Polygon } from './polygon.ts';
import { mergeRuns, type RunLengths } from './run-length.ts';

const SCALE = 5;
/** The grid point before the middle of a column. */
const BEFORE_MIDDLE = 2;

/**
 * The union of polygons, which are the parts of one object.
 * @param polygons at least one; each with an even number of finite coordinates
 */
export function rasterisePolygons(
  polygons: readonly Polygon[],
  height: number,
  width: number,
): RunLengths {
  const parts = polygons.map((polygon) => rasterisePolygon(polygon, height, width));
  return parts.length === 1 ? parts[0]! : mergeRuns(parts, 'union');
}

export function rasteriseBox(
  [left, top, boxWidth, boxHeight]: BoxXywh,
  height: number,
  width: number,
): RunLengths {
  const [right, bottom] = [left + boxWidth, top + boxHeight];
  const corners = [left, top, left, bottom, right, bottom, right, top];
  return rasterisePolygon(corners, height, width);
}

function rasterisePolygon(polygon: Polygon, height: number, width: number): RunLengths {
  const onGrid = (value: number) => Math.trunc(SCALE * value + 0.5);
  const turns: number[] = [];
  const n = polygon.length;
  for (let i = 0; i < n; i += 2) {
    const next = (i + 2) % n;
    const [x0, y0] = [onGrid(polygon[i]!), onGrid(polygon[i + 1]!)];
    const [x1, y1] = [onGrid(polygon[next]!), onGrid(polygon[next + 1]!)];
    const [across, down] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
    const isFlat = across >= down;
    const flip = isFlat ? x0 > x1 : y0 > y1;
    if (flip) edgeTurns(turns, isFlat, x1, y1, x0, y0, height, width);
    else edgeTurns(turns, isFlat, x0, y0, x1, y1, height, width);
  }
  return { height, width, counts: countsBetween(turns, height * width) };
}

/**
 * Adds the pixels, counted by columns, at which an edge turns foreground on or off.
 * @param isFlat whether x is the longer side; the edge leads towards larger x, else larger y
 */
function edgeTurns(
  turns: number[],
  isFlat: boolean,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  height: number,
  width: number,
): void {
  const [left, right] = x0 < x1 ? [x0, x1] : [x1, x0];
  const first = Math.max(0, Math.ceil((left - BEFORE_MIDDLE) / SCALE));
  const last = Math.min(width - 1, Math.floor((right - 1 - BEFORE_MIDDLE) / SCALE));
  const slope = isFlat ? (y1 - y0) / (x1 - x0) : (x1 - x0) / (y1 - y0);
  for (let column = first; column <= last; column++) {
    const before = column * SCALE + BEFORE_MIDDLE;
    const y = isFlat
      ? flatCrossing(before - x0, y0, slope)
      : y0 + steepCrossing(before, x0, slope, y1 - y0);
    turns.push(column * height + rowOf(y, height));
  }
}

/** The upper of the two grid points at `t` and `t` + 1. */
function flatCrossing(t: number, y0: number, slope: number): number {
  return Math.min(Math.trunc(y0 + slope * t + 0.5), Math.trunc(y0 + slope * (t + 1) + 0.5));
}

/** The last step along y before x leaves, or has reached, the grid point `before` the middle. */
function steepCrossing(before: number, x0: number, slope: number, steps: number): number {
  const xAt = (t: number) => Math.trunc(x0 + slope * t + 0.5);
  const isPast = slope > 0 ? (t: number) => xAt(t) > before : (t: number) => xAt(t) <= before;
  let t = Math.ceil((before + 0.5 - x0) / slope);
  t = Math.min(Math.max(t, 1), steps);
  while (t > 1 && isPast(t - 1)) t--;
  while (t < steps && !isPast(t)) t++;
  return t - 1;
}

function rowOf(gridY: number, height: number): number {
  const y = (gridY + 0.5) / SCALE - 0.5;
  return Math.ceil(Math.min(Math.max(y, 0), height));
}

/** Lengths between the turns; two turns at one pixel cancel. */
function countsBetween(turns: number[], pixels: number): Uint32Array {
  const sorted = new Float64Array(turns).sort();
  const counts = new Uint32Array(sorted.length + 1);
  let [m, start] = [0, 0];
  for (let i = 0; i < sorted.length; i++) {
    const turn = sorted[i]!;
    counts[m++] = turn - start;
    start = turn;
    // The turn after one at the same pixel undoes it, so the run before both goes on.
    if (sorted[i + 1] === turn) {
      start -= counts[--m]!;
      i++;
    }
  }
  // The background after foreground that reaches the last pixel is not listed.
  if (start < pixels || m === 0) counts[m++] = pixels - start;
  return counts.slice(0, m);
}
