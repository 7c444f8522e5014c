/**
 * The objects of an image as a view shows them: boxes are moved and cut at its border, masks moved with
 * them. An object of which too little is left is neither to be found nor ground, as are crowds.
 */
import { type BoxXyxy, boxArea, toXyxy } from '../../geometry/box.ts';
import type { Polygon } from '../../geometry/polygon.ts';
import { rasterisePolygons } from '../../geometry/rasterise.ts';
import { decodeMask, paintRuns, type RunLengths } from '../../geometry/run-length.ts';
import type { Size } from '../pixels/decode.ts';
import type { Region } from '../pixels/image.ts';
import type { DenseObject, ObjectMask } from '../targets/dense-types.ts';
import type { Placement } from './placement.ts';

/** What a network learns of one view. */
export interface ViewObjects {
  /** Part of the view that the image covers; the rest is padding. */
  readonly shown: Region;
  /** [n, 4] centre x, centre y, width, height, as shares of the view */
  readonly boxes: Float32Array;
  /** [n] */
  readonly classes: Int32Array;
  /** [m, 4] boxes, of the same form, that are neither to be found nor ground */
  readonly ignored: Float32Array;
  /** [n, rows, cols] 1 where the centre of a cell is of the object; zeros for one without a mask */
  readonly masks?: Uint8Array;
  /** [n] 1 for an object with a mask; given with `masks` */
  readonly hasMask?: Uint8Array;
}

/** What is needed of an object to move it. */
export type MovableObject = Pick<DenseObject, 'label' | 'box' | 'mask' | 'crowd'>;

export interface Move {
  readonly placement: Placement;
  readonly isMirrored: boolean;
  readonly view: Size;
  /** Rows and columns of masks over the view; left out where none are wanted. */
  readonly maskSize?: readonly [rows: number, cols: number] | undefined;
}

/** Pixels of the view that a box must have on each side. */
const LEAST_SIDE = 2;
/** Share of its area that must be seen of a box. @source Ultralytics, `box_candidates` */
const LEAST_SHARE = 0.1;

export function moveObjects(objects: readonly MovableObject[], move: Move): ViewObjects {
  const { view, maskSize } = move;
  const shown = shownRegion(move);
  const kept: { readonly label: number; readonly box: BoxXyxy; readonly grid?: Uint8Array }[] = [];
  const ignored: BoxXyxy[] = [];
  for (const { label, box, mask, crowd } of objects) {
    const whole = moveBox(toXyxy(box), move);
    const seen = seenBox(whole, mask, shown, move);
    if (!(boxArea(seen) > 0)) continue;
    if (crowd || isTooLittle(seen, whole)) ignored.push(seen);
    else if (mask === undefined || maskSize === undefined) kept.push({ label, box: seen });
    else kept.push({ label, box: seen, grid: movedMask(mask, move, maskSize) });
  }
  return {
    shown,
    boxes: shares(
      kept.map(({ box }) => box),
      view,
    ),
    classes: Int32Array.from(kept, ({ label }) => label),
    ignored: shares(ignored, view),
    ...(maskSize && masksOf(kept, maskSize)),
  };
}

/** The part of the view that the image covers. */
function shownRegion({ placement: { to }, isMirrored, view }: Move): Region {
  return isMirrored ? { ...to, left: view.width - to.left - to.width } : to;
}

/** In pixels of the view, not yet cut. */
function moveBox([left, top, right, bottom]: BoxXyxy, move: Move): BoxXyxy {
  const [x0, x1] = [moveX(left, move), moveX(right, move)];
  return [Math.min(x0, x1), moveY(top, move), Math.max(x0, x1), moveY(bottom, move)];
}

function moveX(x: number, { placement: { from, to }, isMirrored, view }: Move): number {
  const moved = to.left + ((x - from.left) * to.width) / from.width;
  return isMirrored ? view.width - moved : moved;
}

function moveY(y: number, { placement: { from, to } }: Move): number {
  return to.top + ((y - from.top) * to.height) / from.height;
}

/** What is seen of a box; of an object that is cut, the box of what is seen of its mask. */
function seenBox(whole: BoxXyxy, mask: ObjectMask | undefined, shown: Region, move: Move): BoxXyxy {
  const { top, left, width, height } = shown;
  const cut: BoxXyxy = [
    Math.max(whole[0], left),
    Math.max(whole[1], top),
    Math.min(whole[2], left + width),
    Math.min(whole[3], top + height),
  ];
  const isCut = cut.some((value, i) => value !== whole[i]);
  if (mask === undefined || !isCut || boxArea(cut) === 0) return cut;
  const size = [move.view.height, move.view.width] as const;
  const [x0, y0, x1, y1] = boundsOf(movedMask(mask, move, size), size);
  return [Math.max(cut[0], x0), Math.max(cut[1], y0), Math.min(cut[2], x1), Math.min(cut[3], y1)];
}

function isTooLittle(seen: BoxXyxy, whole: BoxXyxy): boolean {
  return (
    Math.min(seen[2] - seen[0], seen[3] - seen[1]) < LEAST_SIDE ||
    boxArea(seen) < LEAST_SHARE * boxArea(whole)
  );
}

/** @returns [rows, cols] 1 where the centre of a cell shows the object */
export function movedMask(
  mask: ObjectMask,
  move: Move,
  size: readonly [rows: number, cols: number],
): Uint8Array {
  return 'runs' in mask
    ? movedRuns(mask.runs, move, size)
    : movedPolygons(mask.polygons, move, size);
}

function movedRuns(runs: RunLengths, move: Move, [rows, cols]: readonly [number, number]) {
  const { placement, isMirrored, view } = move;
  const { from, to } = placement;
  const pixels = decodeMask(runs);
  const columns = Int32Array.from({ length: cols }, (_, x) => {
    const across = ((x + 0.5) * view.width) / cols;
    return sourceOf(isMirrored ? view.width - across : across, to.left, to.width, from.width);
  });
  const grid = new Uint8Array(rows * cols);
  for (let y = 0; y < rows; y++) {
    const row = sourceOf(((y + 0.5) * view.height) / rows, to.top, to.height, from.height);
    if (row < 0) continue;
    const line = (from.top + row) * runs.width + from.left;
    for (let x = 0; x < cols; x++)
      if (columns[x]! >= 0) grid[y * cols + x] = pixels[line + columns[x]!]!;
  }
  return grid;
}

/** The pixel of the part that a place of the view shows; -1 where it shows none. */
function sourceOf(place: number, start: number, shown: number, size: number): number {
  const within = place - start;
  return within < 0 || within >= shown ? -1 : Math.floor((within * size) / shown);
}

function movedPolygons(
  polygons: readonly Polygon[],
  move: Move,
  [rows, cols]: readonly [number, number],
): Uint8Array {
  const { view } = move;
  const moved = polygons.map((polygon) =>
    Float64Array.from(polygon, (value, i) =>
      i % 2 === 0
        ? (moveX(value, move) * cols) / view.width
        : (moveY(value, move) * rows) / view.height,
    ),
  );
  const grid = new Uint8Array(rows * cols);
  paintRuns(rasterisePolygons(moved, rows, cols), grid, 1);
  clearOutside(grid, [rows, cols], view, shownRegion(move));
  return grid;
}

/** Beside the image there is nothing, though an outline that is cut goes on there. */
function clearOutside(
  grid: Uint8Array,
  [rows, cols]: readonly [number, number],
  view: Size,
  { top, left, height, width }: Region,
): void {
  if (height === view.height && width === view.width) return;
  for (let y = 0; y < rows; y++) {
    const down = ((y + 0.5) * view.height) / rows;
    const isInside = down >= top && down < top + height;
    for (let x = 0; x < cols; x++) {
      const across = ((x + 0.5) * view.width) / cols;
      if (!isInside || across < left || across >= left + width) grid[y * cols + x] = 0;
    }
  }
}

/** The box around all cells that are 1; without one, an empty box. */
function boundsOf(grid: Uint8Array, [rows, cols]: readonly [number, number]): BoxXyxy {
  let [left, top, right, bottom] = [cols, rows, 0, 0];
  for (let y = 0; y < rows; y++) {
    const line = grid.subarray(y * cols, (y + 1) * cols);
    const first = line.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, line.lastIndexOf(1) + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return [left, top, right, bottom];
}

/** @returns [n, 4] centre x, centre y, width, height */
function shares(boxes: readonly BoxXyxy[], { width, height }: Size): Float32Array {
  return Float32Array.from(
    boxes.flatMap(([left, top, right, bottom]) => [
      (left + right) / 2 / width,
      (top + bottom) / 2 / height,
      (right - left) / width,
      (bottom - top) / height,
    ]),
  );
}

function masksOf(
  objects: readonly { readonly grid?: Uint8Array }[],
  [rows, cols]: readonly [number, number],
): Required<Pick<ViewObjects, 'masks' | 'hasMask'>> {
  const masks = new Uint8Array(objects.length * rows * cols);
  for (const [i, { grid }] of objects.entries()) if (grid) masks.set(grid, i * rows * cols);
  // An object between the centres of cells has no mask that could be learnt.
  return { masks, hasMask: Uint8Array.from(objects, ({ grid }) => Number(grid?.includes(1))) };
}
