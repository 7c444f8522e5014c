/**
 * Images of any size, by windows of the network's size. An image is scaled so that it covers one
 * window; where it is longer, windows overlap by a third, and logits are averaged.
 */
import type { Size } from '../../data/pixels/decode.ts';

export interface Windows {
  /** Size of the scaled image. */
  readonly scaled: Size;
  /** Of a window, pixels of the scaled image. */
  readonly view: Size;
  /** Of all windows, row by row. */
  readonly places: readonly { readonly top: number; readonly left: number }[];
}

/** New pixels of each further window, as a share of its side. */
const STRIDE = 2 / 3;

export function windowsOf(image: Size, [height, width]: readonly [number, number]): Windows {
  const factor = Math.max(height / image.height, width / image.width);
  const scaled = {
    height: Math.max(height, Math.round(image.height * factor)),
    width: Math.max(width, Math.round(image.width * factor)),
  };
  const lefts = starts(scaled.width, width);
  const places = starts(scaled.height, height).flatMap((top) =>
    lefts.map((left) => ({ top, left })),
  );
  return { scaled, view: { height, width }, places };
}

/** Evenly spaced, the first at 0 and the last at the end. */
function starts(size: number, view: number): number[] {
  const count = Math.ceil((size - view) / (view * STRIDE)) + 1;
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (size - view)) / (count - 1)),
  );
}

/** Logits of a window on the grid of the head. */
export interface WindowLogits {
  readonly rows: number;
  readonly cols: number;
  /** [rows, cols, classes] */
  readonly values: Float32Array;
}

/**
 * The class of each pixel: the largest mean of the logits of its windows.
 *
 * @param logits one for each window
 * @returns [height, width] of `image`
 */
export function classesOf(
  image: Size,
  windows: Windows,
  logits: readonly WindowLogits[],
  classes: number,
): Uint16Array {
  const { height, width } = image;
  const found = new Uint16Array(height * width);
  for (const { y, sums } of rowsOf(image, windows, logits, classes))
    for (let x = 0; x < width; x++) found[y * width + x] = largest(sums, x * classes, classes);
  return found;
}

/**
 * Cross-entropy of the mean logits of each pixel, nats, summed over the pixels with a label.
 *
 * @param labels [height, width] of `image`: classes, or `IGNORED`
 */
export function lossOf(
  image: Size,
  windows: Windows,
  logits: readonly WindowLogits[],
  classes: number,
  labels: Uint16Array,
): number {
  const { width } = image;
  let loss = 0;
  for (const { y, sums, windowsAt } of rowsOf(image, windows, logits, classes))
    for (let x = 0; x < width; x++) {
      const label = labels[y * width + x]!;
      if (label < classes) loss += crossEntropy(sums, x * classes, classes, label, windowsAt[x]!);
    }
  return loss;
}

/** A row of pixels. */
interface LogitRow {
  readonly y: number;
  /** [width, classes]: logits, added over the windows */
  readonly sums: Float32Array;
  /** [width]: number of windows in which a pixel lies */
  readonly windowsAt: Uint16Array;
}

/** Logits interpolated between the centres of each grid; a row is valid until the next. */
function* rowsOf(
  image: Size,
  { scaled, view, places }: Windows,
  logits: readonly WindowLogits[],
  classes: number,
): Generator<LogitRow> {
  const sums = new Float32Array(image.width * classes);
  const windowsAt = new Uint16Array(image.width);
  const { cols } = logits[0]!;
  const line = new Float32Array(cols * classes);
  for (let y = 0; y < image.height; y++) {
    sums.fill(0);
    windowsAt.fill(0);
    const down = ((y + 0.5) * scaled.height) / image.height;
    for (const [i, { top, left }] of places.entries()) {
      if (down < top || down >= top + view.height) continue;
      blendRows(logits[i]!, (down - top) / view.height, classes, line);
      addAcross(line, cols, { left, scaled, view, width: image.width }, classes, sums, windowsAt);
    }
    yield { y, sums, windowsAt };
  }
}

/** @param at place of a line in the window, 0 to 1 @param line written, [cols, classes] */
function blendRows(
  { rows, cols, values }: WindowLogits,
  at: number,
  classes: number,
  line: Float32Array,
): void {
  const [low, high, share] = between(at, rows);
  const width = cols * classes;
  for (let k = 0; k < width; k++) {
    const above = values[low * width + k]!;
    line[k] = above + share * (values[high * width + k]! - above);
  }
}

interface Line {
  readonly left: number;
  readonly scaled: Size;
  readonly view: Size;
  /** Pixels of the image. */
  readonly width: number;
}

/** @param sums and `windowsAt` of the row, to which the line is added where the window lies */
function addAcross(
  line: Float32Array,
  cols: number,
  { left, scaled, view, width }: Line,
  classes: number,
  sums: Float32Array,
  windowsAt: Uint16Array,
): void {
  for (let x = 0; x < width; x++) {
    const across = ((x + 0.5) * scaled.width) / width;
    if (across < left || across >= left + view.width) continue;
    windowsAt[x]!++;
    const [low, high, share] = between((across - left) / view.width, cols);
    for (let c = 0; c < classes; c++) {
      const before = line[low * classes + c]!;
      sums[x * classes + c]! += before + share * (line[high * classes + c]! - before);
    }
  }
}

/** The two cells whose centres are next to a place, and the share of the second. */
function between(at: number, cells: number): [low: number, high: number, share: number] {
  const exact = Math.min(Math.max(at * cells - 0.5, 0), cells - 1);
  const low = Math.floor(exact);
  return [low, Math.min(low + 1, cells - 1), exact - low];
}

function crossEntropy(
  sums: Float32Array,
  from: number,
  count: number,
  label: number,
  windows: number,
): number {
  const most = sums[from + largest(sums, from, count)]!;
  let total = 0;
  for (let c = 0; c < count; c++) total += Math.exp((sums[from + c]! - most) / windows);
  return Math.log(total) - (sums[from + label]! - most) / windows;
}

function largest(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[from + c]! > values[from + best]!) best = c;
  return best;
}
