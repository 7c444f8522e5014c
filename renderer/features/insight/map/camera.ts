/** Which part of a map is seen, and which of its points lie where. */

export interface Columns {
  readonly count: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Not 0 for points that are neither shown nor found. */
  readonly hidden?: Uint8Array | undefined;
}

/** The place in the middle, and pixels for a unit of the map. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface ViewSize {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 0.92;
/** From the whole map. */
const MOST_ZOOM = 400;

/** All points in sight. */
export function wholeMap({ x, y }: Columns, { width, height }: ViewSize): Camera {
  const [left, right] = ends(x);
  const [low, high] = ends(y);
  const across = Math.max(right - left, 1e-6);
  const up = Math.max(high - low, 1e-6);
  return {
    x: (left + right) / 2,
    y: (low + high) / 2,
    scale: MARGIN * Math.min(width / across, height / up),
  };
}

/** Nearer by a factor, while the place under a pixel stays there. @param whole bounds how far it goes */
export function zoomedAt(
  camera: Camera,
  whole: Camera,
  factor: number,
  pixel: { readonly x: number; readonly y: number },
  size: ViewSize,
): Camera {
  const scale = Math.min(whole.scale * MOST_ZOOM, Math.max(whole.scale / 2, camera.scale * factor));
  const [dx, dy] = [pixel.x - size.width / 2, pixel.y - size.height / 2];
  return {
    x: camera.x + dx / camera.scale - dx / scale,
    y: camera.y - dy / camera.scale + dy / scale,
    scale,
  };
}

export function movedBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y + dy / camera.scale };
}

export function pixelOf(camera: Camera, x: number, y: number, { width, height }: ViewSize) {
  return {
    x: width / 2 + (x - camera.x) * camera.scale,
    y: height / 2 - (y - camera.y) * camera.scale,
  };
}

/** The point nearest to a pixel, within some pixels of it. */
export function pointAt(
  { x, y, count, hidden }: Columns,
  camera: Camera,
  pixel: { readonly x: number; readonly y: number },
  size: ViewSize,
  reach = 8,
): number | undefined {
  const atX = camera.x + (pixel.x - size.width / 2) / camera.scale;
  const atY = camera.y - (pixel.y - size.height / 2) / camera.scale;
  let best = (reach / camera.scale) ** 2;
  let found: number | undefined;
  for (let row = 0; row < count; row++) {
    const distance = (x[row]! - atX) ** 2 + (y[row]! - atY) ** 2;
    if (distance > best || hidden?.[row]) continue;
    best = distance;
    found = row;
  }
  return found;
}

/** The nearest point that lies mostly in a direction, for arrow keys. */
export function pointTowards(
  { x, y, count, hidden }: Columns,
  from: number,
  dx: number,
  dy: number,
): number | undefined {
  let best = Number.POSITIVE_INFINITY;
  let found: number | undefined;
  for (let row = 0; row < count; row++) {
    const [across, up] = [x[row]! - x[from]!, y[row]! - y[from]!];
    const along = across * dx + up * dy;
    const aside = Math.abs(across * dy) + Math.abs(up * dx);
    if (along <= 0 || aside > along || hidden?.[row]) continue;
    const distance = across * across + up * up;
    if (distance >= best) continue;
    best = distance;
    found = row;
  }
  return found;
}

/** Points in sight, at most so many, spread evenly over the order of the rows. */
export function pointsInSight(
  { x, y, count, hidden }: Columns,
  camera: Camera,
  { width, height }: ViewSize,
  most: number,
): number[] {
  const [halfX, halfY] = [width / 2 / camera.scale, height / 2 / camera.scale];
  const found: number[] = [];
  for (let row = 0; row < count; row++)
    if (
      Math.abs(x[row]! - camera.x) <= halfX &&
      Math.abs(y[row]! - camera.y) <= halfY &&
      !hidden?.[row]
    )
      found.push(row);
  if (found.length <= most) return found;
  return [];
}

function ends(values: Float32Array): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}
